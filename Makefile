# make run, make test: all the set-up there is. PYTHON=python3.12 make run chooses another Python.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install -qq
OUT ?= out

.DEFAULT_GOAL := help
.PHONY: help run test check format lock bench stress docs wheel clean

help: ## say what there is to make
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 14

run: $(VENV)/.run ## set up, build the graph of seeds/ into out/, say what to do next
	@$(BIN)/kg build seeds -o $(OUT)
	@echo "Open  $(OUT)/graph.html in a browser"
	@echo "Ask   $(BIN)/kg query donations   ($(BIN)/kg query --list: all of them)"
	@echo "Why   $(BIN)/kg explain 商州区人民政府"

test: $(VENV)/.dev ## set up, run the tests
	@$(BIN)/python -m pytest

check: $(VENV)/.dev ## format, lint, types, import layers, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

format: $(VENV)/.dev ## put the code into shape
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

bench: $(VENV)/.run ## characters a second through each stage
	@$(BIN)/python scripts/bench.py

stress: $(VENV)/.dev ## kill a hundred builds at random moments (under 5 minutes)
	@$(BIN)/python scripts/stress.py kills

docs: $(VENV)/.dev ## renew README's session, docs/cli.md and docs/graph.png
	@$(BIN)/python scripts/renew_docs.py

wheel: $(VENV)/.dev ## build the wheel into dist/
	$(BIN)/python -m pip --disable-pip-version-check wheel --quiet --no-deps --no-build-isolation -w dist .

# Needs uv. Keeps what is pinned; `make lock UV_FLAGS=--upgrade` takes the newest.
lock: ## renew the lock files from pyproject.toml
	uv pip compile pyproject.toml --group build $(LOCK_FLAGS) -o requirements.lock
	uv pip compile pyproject.toml --group build --extra dev -c requirements.lock $(LOCK_FLAGS) -o requirements-dev.lock
LOCK_FLAGS = --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url $(UV_FLAGS)

clean: ## remove all that is made, the virtual environment excepted
	rm -rf $(OUT) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
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
