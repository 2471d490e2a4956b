"""`python -m tests.mutants [--seed N] [--count N] [--jobs N] [--only TEXT]`: see `make mutants`."""

import argparse
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from tests.mutants.mutations import Mutant, drawn, mutants_of, targets
from tests.mutants.reach import Reach, measure, test_files
from tests.mutants.trials import Trial, preload, survivors

SURVIVORS = Path(__file__).parent / "survivors.toml"
SEED, COUNT, JOBS = 2026, 200, 2


def listed(path: Path = SURVIVORS) -> dict[str, str]:
    """The reason of each change that no test can notice, by its identity."""
    found = tomllib.loads(path.read_text(encoding="utf-8")).get("survivor", [])
    return {one["mutant"]: one["reason"] for one in found}


def trial_of(mutant: Mutant, reach: Reach) -> Trial:
    return Trial(
        mutant.identity,
        mutant.module,
        mutant.path,
        mutant.source(),
        reach.tests_for(mutant),
        mutant.function,
    )


def complaints(
    sample: Sequence[str], surviving: Sequence[str], known: dict[str, str], every: set[str]
) -> list[str]:
    """What is to be done: tests to write, reasons to give, entries to remove."""
    told = [f"no test notices: {one}" for one in surviving if one not in known]
    told += [f"listed, but killed: {one}" for one in sample if one in known.keys() - {*surviving}]
    told += [f"listed, but not in the code: {one}" for one in known if one not in every]
    return told + [f"listed without a reason: {one}" for one, why in known.items() if not why]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("--seed", type=int, default=SEED, help="which sample is drawn")
    parser.add_argument("--count", type=int, default=COUNT, help="how many mutants; 0: all")
    parser.add_argument("--jobs", type=int, default=JOBS, help="how many at a time")
    parser.add_argument("--only", default="", help="only mutants whose identity contains this")
    asked = parser.parse_args(arguments)
    modules = targets()
    mutants = [mutant for path in modules for mutant in mutants_of(path)]
    wanted = [mutant for mutant in mutants if asked.only in mutant.identity]
    sample = drawn(wanted, seed=asked.seed, count=asked.count or len(wanted))
    reach = measure(modules, test_files(modules), jobs=asked.jobs)
    preload(reach.libraries)
    surviving = []
    for one in survivors([trial_of(mutant, reach) for mutant in sample], jobs=asked.jobs):
        surviving.append(one.identity)
        sys.stdout.write(f"survives {len(one.tests)} tests: {one.identity}\n")
    every = {mutant.identity for mutant in mutants}
    told = complaints([one.identity for one in sample], surviving, listed(), every)
    killed = len(sample) - len(surviving)
    known = len(surviving) - sum(one.startswith("no test") for one in told)
    sys.stdout.write(
        f"{len(sample)} of {len(mutants)} mutants (seed {asked.seed}):"
        f" {killed} killed, {known} survivors with a reason\n"
    )
    sys.stdout.write("".join(f"{one}\n" for one in told))
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
