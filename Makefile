# Needs git, make and Python 3.11 or newer with venv. Everything else is fetched into .venv.

PYTHON ?= python3
BIN := .venv/bin
UV_VERSION := 0.13.9
MESSAGES := $(wildcard jono/*/locale/*/LC_MESSAGES/*.po)

# The Python named above is the one to use; uv shall not fetch another.
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv
unexport VIRTUAL_ENV
# A user without a home has nowhere to keep what was fetched for the next time.
ifeq ($(shell test -w "$$HOME" && echo writable),)
export UV_NO_CACHE := 1
export PIP_NO_CACHE_DIR := 1
endif

.DEFAULT_GOAL := help
.PHONY: help run test check fix bench messages

help: ## Say what can be made
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 20

run: .venv/.messages ## Run all of Jono on this machine, with a sandbox store, until Ctrl-C
	@$(BIN)/python -m jono run

test: check ## Check and test everything
	@$(BIN)/python -m tools.chromium
	$(BIN)/pytest --numprocesses=2 --no-loadscope-reorder

check: .venv/.test .venv/.messages ## Check style, types, the floors and the translations
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m tools.messages check

fix: .venv/.test ## Mend what can be mended without thought
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: .venv/.test .venv/.messages ## Measure; the results go to benchmarks/
	$(BIN)/python -m benchmarks

messages: .venv/.test ## Collect the texts that have to be translated
	$(BIN)/python -m tools.messages update

.venv/.messages: $(MESSAGES) | .venv/.run
	@$(BIN)/python -m tools.messages compile
	@touch $@

.uv/$(UV_VERSION):
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Jono needs Python 3.11 or newer; name one: make PYTHON=python3.12 ...")'
	@echo "Fetching uv $(UV_VERSION) ..."
	@$(PYTHON) -m venv --clear .uv
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

.venv/.run: pyproject.toml uv.lock .uv/$(UV_VERSION)
	@echo "Fetching what Jono is built on; this takes a minute, once ..."
	@.uv/bin/uv sync --quiet --python $(PYTHON) --locked --inexact --no-default-groups
	@touch $@

.venv/.test: pyproject.toml uv.lock .uv/$(UV_VERSION)
	@echo "Fetching what Jono is built and tested with; this takes a minute, once ..."
	@.uv/bin/uv sync --quiet --python $(PYTHON) --locked --group dev --group data
	@touch $@ .venv/.run
