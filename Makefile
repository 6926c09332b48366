# What a person does with a checkout. `make` alone lists it.
#
# Needed: git, make and Python 3.11 or newer with `venv`. Everything else is installed into .venv/ and
# node_modules/, from PyPI and npm. Another Python: `make site PYTHON=/opt/python3.13/bin/python3`.

# Dates and names of nobody, which would change with every extraction and say nothing.
define HEADERS
import pathlib, re, sys
for file in map(pathlib.Path, sys.argv[1:]):
    text = file.read_text("utf-8")
    text = re.sub(r'^"(Report|POT-C|PO-R|Last-T|Language-T|Generated)[^"]*"\n|^# FIRST AUTHOR.*\n|^#, fuzzy\n(?=msgid "")', "", text, flags=re.M)
    file.write_text(text.lstrip().replace("Version:  ", "Version: "), "utf-8")
endef
export HEADERS

MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help site test soak check format messages quality pictures bench clean

# The first of these that is new enough; shims that only pretend to be there are asked too.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$python" && break; done)
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input -c constraints.txt
NPM := $(shell command -v npm 2>/dev/null)
# Arguments for pytest, as in `make test ARGS="-k manifest"`; the floor of the coverage holds for the whole only.
ARGS :=
# Number of pieces that `make bench` builds.
SIZE := 10000
# Counting takes a quarter of the time, so it is left to the run that decides.
COVERAGE = $(if $(CI),--cov --cov-report=term --cov-fail-under=$(FLOOR))
# What takes long is left to that run too, and to `make soak`.
EXTENT = $(if $(CI),-m "not lighthouse")
# More than there are processors: a third of the time tests wait for browsers and programs.
WORKERS = $(shell $(BIN)/python -c 'import os; print((os.cpu_count() or 1) + 1)')
FLOOR := $(if $(ARGS),0,95)

help: ## List these targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

site: $(BIN)/.sitegen ## Build the sample archive into output/
	@$(BIN)/sitegen build
	@echo
	@echo "Look at it, and see it change when you edit content/:  $(BIN)/sitegen serve --open"

test: $(BIN)/.checkers $(if $(NPM),node_modules/.installed) ## Run all tests but those of `quality`; where CI is set, long ones too, with the coverage they must reach
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal --ignore=tests/quality $(EXTENT) $(COVERAGE) $(ARGS)

soak: $(BIN)/.checkers ## Edit, damage and kill builds thousands of times, at random, for an hour or more
	@HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest -q -n auto -m "" $(or $(ARGS),tests/build/test_incremental.py tests/build/test_kills.py tests/preview/test_desk_follows.py tests/preview_live/test_at_length.py)

check: $(BIN)/.checkers ## Lint, check the format, the types, the line of imports and the spelling
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet || { $(BIN)/ruff format --diff --quiet; echo "make format puts it right" >&2; exit 1; }
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo >.venv/lint-imports.txt 2>&1 || { cat .venv/lint-imports.txt >&2; exit 1; }
	@$(BIN)/codespell
	@echo "All checks passed."

format: $(BIN)/.checkers ## Format the code, and mend what can be mended
	@$(BIN)/ruff check --fix --quiet --exit-zero
	@$(BIN)/ruff format --quiet

messages: $(BIN)/.sitegen ## Bring the catalogues up to date with the words of templates and code
	@$(BIN)/pybabel -q extract -F sitegen/locale/babel.cfg -k say --add-location=file --sort-by-file --width=120 \
		--project=sitegen --copyright-holder="the sitegen authors" -o sitegen/locale/sitegen.pot .
	@$(BIN)/pybabel -q update -D sitegen -d sitegen/locale -i sitegen/locale/sitegen.pot --no-fuzzy-matching \
		--ignore-obsolete --width=120
	@$(BIN)/python -c "$$HEADERS" sitegen/locale/sitegen.pot sitegen/locale/*/LC_MESSAGES/sitegen.po

quality: $(BIN)/.checkers node_modules/.installed ## Ask every checker about every kind of page, into docs/quality.md
	@SITEGEN_FIGURES=docs/quality.md $(BIN)/python -m pytest -q -m "" $(ARGS) tests/quality

pictures: $(BIN)/.checkers ## Take pictures of every kind of page, into build-report/pictures/
	@$(BIN)/python tests/quality/pictures.py

bench: $(BIN)/.checkers ## Compare with Hugo and Pelican (SIZE=1000 is quick), into benchmarks/RESULTS.md
	@$(BIN)/python -m benchmarks --size $(SIZE) $(ARGS)

clean: ## Remove what was built and cached; the installed tools stay
	@if [ -x $(BIN)/sitegen ]; then $(BIN)/sitegen clean; fi
	@rm -rf .sitegen dist build-report htmlcov .coverage .coverage.* .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	@find sitegen tests -name __pycache__ -type d -prune -exec rm -rf {} +

# A link to a Python that is gone does not count as there, so the environment is then made anew.
$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "sitegen needs Python 3.11 or newer, and none was found." >&2; \
		echo "Install one (https://www.python.org/downloads/), or name it: make site PYTHON=/path/to/python3" >&2; \
		exit 1; fi
	@echo "Preparing .venv/ with $$($(PYTHON) --version) …"
	@$(PYTHON) -m venv --clear .venv || { \
		echo "This Python cannot make virtual environments; on Debian and Ubuntu: apt-get install python3-venv" >&2; \
		rm -rf .venv; exit 1; }

# These stamps say that what pyproject.toml and constraints.txt ask for is installed.
$(BIN)/.sitegen: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing sitegen …"
	@$(INSTALL) -e '.[images,maps,preview,search]' || $(INSTALL) -e '.[images,preview,search]' || $(INSTALL) -e '.[images,preview]' || $(INSTALL) -e .
	@touch $@

$(BIN)/.checkers: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing sitegen with what checks it …"
	@$(INSTALL) -e '.[test,check]'
	@touch $(BIN)/.sitegen $@

node_modules/.installed: package.json
	@echo "Installing the checkers of node_modules/ …"
	@$(NPM) install --ignore-scripts --no-package-lock --no-audit --no-fund --loglevel=error >.venv/npm.txt || { cat .venv/npm.txt >&2; exit 1; }
	@touch $@
