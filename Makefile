# Two commands do everything: `make run` and `make test`. See the README.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
BOTH_CORES := -n 2 --dist worksteal
STAMP := $(VENV)/.installed
# The console script `comptoir`; what it needs is installed from the lock file before.
INSTALL_SHOP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index --editable .

.PHONY: run reset serve test lint unit integration whole e2e shifted shuffled properties mutants bench screenshots samples docs translations setup lock
.DELETE_ON_ERROR:

setup: $(STAMP)
	@$(BIN)/python -m shop.translations.catalogue compile

$(STAMP): requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: set PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(INSTALL_SHOP)
	@touch $@

run: setup ## set up, migrate, fill the demonstration shop, start everything
	@PORT=$(PORT) $(BIN)/python -m quotes.demonstration.run

reset: setup ## forget the demonstration's data
	@$(BIN)/python -m quotes.demonstration.run --reset

serve: $(VENV)/.serving ## the shop under gunicorn, as production runs it; installs what the shop needs, no more
	@$(BIN)/python -m shop.translations.catalogue compile
	@$(BIN)/comptoir serve

$(VENV)/.serving: requirements.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -e $(STAMP) || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@test -e $(STAMP) || $(INSTALL_SHOP)
	@touch $@

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint --check --lint templates
	$(BIN)/python -m shop.translations.catalogue check

unit: setup
	$(BIN)/python -m pytest tests/unit tests/test_*.py

integration: setup
	@$(BIN)/python -m tests.programs postgresql pdftotext
	$(BIN)/python -m pytest $(BOTH_CORES) tests/integration

whole: setup ## walks over every route, form, page and list; random plays; earlier versions
	@$(BIN)/python -m tests.programs postgresql pdftotext
	$(BIN)/python -m pytest $(BOTH_CORES) tests/whole

e2e: setup ## programs, and every journey in the browser on every screen
	@$(BIN)/python -m tests.programs postgresql chromium pdftotext
	$(BIN)/python -m pytest --each-screen $(BOTH_CORES) tests/system tests/e2e

test: setup lint ## every check, browser and PostgreSQL included
	@$(BIN)/python -m tests.programs postgresql chromium pdftotext
	$(BIN)/python -m pytest $(BOTH_CORES) --ignore tests/e2e --ignore tests/system --ignore tests/whole
	$(BIN)/python -m pytest $(BOTH_CORES) tests/whole tests/system tests/e2e

shifted: setup ## unit and integration tests on other days: a leap day, changes of clock, a new year
	@$(BIN)/python -m tests.programs postgresql pdftotext
	$(BIN)/python -m tests.shifted $(BOTH_CORES) --ignore tests/e2e --ignore tests/system

shuffled: setup ## unit and integration tests in three random orders
	@$(BIN)/python -m tests.programs postgresql pdftotext
	for seed in 1 2 3; do $(BIN)/python -m pytest -p randomly --randomly-seed=$$seed --each-database $(BOTH_CORES) --ignore tests/e2e --ignore tests/system || exit 1; done

properties: setup ## money over ten thousand random baskets and two thousand orders; a buyer's match of a thousand; five thousand random papers; a thousand electronic invoices with their files, and five hundred with a cause of refusal; veraPDF over a hundred papers
	@$(BIN)/python -m tests.programs postgresql pdftotext javac
	$(BIN)/python -m pytest $(BOTH_CORES) --full-size tests/whole/test_money_properties.py tests/whole/test_undoing_properties.py tests/whole/test_three_way_match.py tests/whole/test_paper_layout.py tests/whole/test_paper_properties.py tests/whole/test_einvoicing_properties.py tests/whole/test_channel_properties.py tests/whole/test_channel_papers.py tests/whole/test_entries_properties.py tests/system/test_equal_schematrons.py
	$(BIN)/python -m tests.verapdf

mutants: setup ## changes the rules 200 times: each change is to be noticed by a test
	$(BIN)/python -m tests.mutants

bench: setup ## the shop beside its frozen reference application, as ratios
	@$(BIN)/python -m tests.programs postgresql wrk
	$(BIN)/python -m tests.bench

screenshots: setup ## the pictures of the README and of the procedure page
	@$(BIN)/python -m tests.programs chromium pdftotext
	$(BIN)/python -m tests.screenshots

samples: setup ## sample papers
	$(BIN)/python -m shop.documents.samples instance/samples

docs: setup ## the tables of docs/, as the code has them
	$(BIN)/python -m tests.documentation

translations: setup
	$(BIN)/python -m shop.translations.catalogue update

lock: ## renew the lock files (needs uv)
	uv pip compile pyproject.toml --generate-hashes --universal --python-version 3.11 --no-header -o requirements.lock
	uv pip compile pyproject.toml --extra dev --generate-hashes --universal --python-version 3.11 --no-header -o requirements-dev.lock
