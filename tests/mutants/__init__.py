"""`make mutants`: one change of a rule at a time, and the tests must turn red.

The changes are mutmut's own operators; the run is ours, since mutmut changes bodies of functions
only, and half of the rules here are tables and constants of a module.

- mutations.py  which modules, which changes, and the sample that a seed draws
- reach.py      which tests reach which lines, by one run of them under coverage
- trials.py     one change in a forked process, with the tests that reach it
- survivors.toml  changes that no test can tell from the code, each with its reason
"""
