# Two targets do all the set-up on a fresh machine: `make run` and `make test`.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
WORKERS ?= 2
# Tests on real servers wait more than they compute. Those of one file share what they set up.
WAITERS ?= 3
# Servers and browser side by side wait for each other least; then the faults, each file on a system of its own.
TOGETHER ?= 4

.DEFAULT_GOAL := help
.PHONY: help run demo stop test lint type unit integration faults browser bench soak knowledge schemas vendor theme lock docs clean

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 14

# ── running ──────────────────────────────────────────────────────────────────────────────────────────────

run: $(VENV)/run.stamp ## start the whole system on this machine: broker, database, services, sinks
	@$(RUN) -m deploy.cli up

demo: $(VENV)/run.stamp ## show it at work: 40 requests, directorates that answer, clocks that run out
	@$(RUN) -m deploy.cli demo

stop: $(VENV)/run.stamp ## end what runs here
	@$(RUN) -m deploy.cli down

# ── proving ──────────────────────────────────────────────────────────────────────────────────────────────

test: lint type unit ## everything below that CI runs, cheapest first
	$(RUN) -m pytest -n $(TOGETHER) --dist loadfile tests/integration tests/browser
	$(RUN) -m pytest -n $(WORKERS) --dist loadfile tests/faults

lint: $(VENV)/dev.stamp ## style, import rules, committed schemas
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports
	$(RUN) -m shared.contracts.schemas check
	$(RUN) -m shared.contracts.asyncapi check

type: $(VENV)/dev.stamp ## mypy --strict
	$(VENV)/bin/mypy

unit: $(VENV)/dev.stamp ## pure tests and contracts, no network
	$(RUN) -m pytest -n $(WORKERS) tests/unit tests/contracts

integration: $(VENV)/dev.stamp ## on a real broker, database and mail server
	$(RUN) -m pytest -n $(WAITERS) --dist loadfile tests/integration

browser: $(VENV)/dev.stamp ## the pages in a real Chromium
	$(RUN) -m pytest -n $(WORKERS) --dist loadfile tests/browser

faults: $(VENV)/dev.stamp ## kill, cut off and poison the system under load; SEED=n, PROFILE=short|long
	$(RUN) -m pytest -s tests/faults

bench: $(VENV)/dev.stamp ## what this machine allows and what we make of it; no test
	$(RUN) -m tests.bench

soak: $(VENV)/dev.stamp ## do door and router keep their size over 100,000 requests? no test
	$(RUN) -m tests.bench.soak

# ── knowledge ────────────────────────────────────────────────────────────────────────────────────────────────

knowledge: $(VENV)/dev.stamp ## train the classifier from its corpus and write its card (docs/classifier.md)
	$(RUN) -m deploy.cli knowledge train

# ── generated files ──────────────────────────────────────────────────────────────────────────────────────

schemas: $(VENV)/dev.stamp ## write JSON Schemas and AsyncAPI documents; refuses a change that breaks readers
	$(RUN) -m shared.contracts.schemas write
	$(RUN) -m shared.contracts.asyncapi write

docs: schemas ## the generated part of docs/

vendor: $(VENV)/dev.stamp ## copy the pages' libraries from npm as locked
	$(RUN) -m shared.web.vendor copy

theme: $(VENV)/dev.stamp ## make the theme's CSS from designsystemet.config.json
	$(RUN) -m shared.web.vendor theme

lock: ## pin every dependency with its hashes (needs uv)
	uv pip compile pyproject.toml --extra embedded --universal --python-version 3.11 --upgrade \
	  --generate-hashes --no-emit-index-url -q -o requirements/run.txt
	uv pip compile pyproject.toml --extra embedded --extra dev --universal --python-version 3.11 --upgrade \
	  --generate-hashes --no-emit-index-url -q -o requirements/dev.txt

clean: ## remove what was made here: environment, caches, and the data of `make run`
	rm -rf $(VENV) .data .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# ── environment ──────────────────────────────────────────────────────────────────────────────────────────

$(VENV)/run.stamp: requirements/run.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
	  { echo "Python 3.11, 3.12 or 3.13 is needed: set PYTHON, for example make run PYTHON=python3.12"; exit 1; }
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	@echo "Installing what the system needs, once"
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	@echo "Installing what the tests need, once"
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@
