# Azimuth's commands. `make run` and `make test` need nothing but Python 3.11 or newer with its venv module.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
# Some machines forbid Python to keep compiled files; without them every start costs a second more.
export PYTHONDONTWRITEBYTECODE :=
PYTHON ?= python3
BIN := .venv/bin
STAMPS := .venv/stamps
CATALOGUES := $(wildcard src/azimuth/locale/*/LC_MESSAGES/*.po)

# Programs in .venv know where they lie: a checkout that was moved is set up anew.
MOVED := $(shell [ -f .venv/lies-at ] && [ "$$(cat .venv/lies-at)" != "$$PWD" ] && rm -rf .venv && echo yes)

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench words lock clean

help: ## say what one can do here
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 10

setup: $(STAMPS)/run $(STAMPS)/static $(STAMPS)/words ## set everything up; leaves .venv/bin/azimuth

run: setup ## serve Azimuth with the demo company at http://127.0.0.1:8000 until Ctrl-C
	@exec $(BIN)/azimuth up --demo --stop-with-parent

test: $(STAMPS)/dev $(STAMPS)/static $(STAMPS)/words ## run every test, in a real browser too
	@CHROMIUM="$$($(BIN)/python requirements/browser.py)"
	export CHROMIUM
	exec $(BIN)/python -m pytest -n 2 --dist worksteal $(TESTS)

check: $(STAMPS)/dev ## look at the code: style, types, imports, templates
	@status=0
	look() { echo "--- $$*"; "$$@" || status=1; }
	look $(BIN)/ruff check .
	look $(BIN)/python -m azimuth manage makemigrations --check --dry-run
	look $(BIN)/lint-imports
	look $(BIN)/mypy
	look $(BIN)/djlint --quiet --lint src
	exit $$status

bench: $(STAMPS)/dev $(STAMPS)/static ## measure speed; writes into bench/
	@exec $(BIN)/azimuth bench

words: $(STAMPS)/dev ## gather what is marked for translation into src/azimuth/locale
	@$(BIN)/python -m tests.words
	$(BIN)/python -m azimuth.operations.words

lock: $(STAMPS)/uv ## compile requirements/*.in into locked files with hashes
	@for name in tools run dev; do
		$(BIN)/python requirements/uv.py pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements/$$name.txt $(UPGRADE) requirements/$$name.in
	done
	! grep -nE '://|^ *-(-|i |f )' requirements/tools.txt requirements/run.txt requirements/dev.txt | grep -v -- --hash

clean: ## remove what setup and tests made; the data in .azimuth stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage htmlcov test-results build .azimuth/test src/*.egg-info src/azimuth/kit/static/kit/fonts src/azimuth/locale/*/LC_MESSAGES/*.mo
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- what set-up leaves: a stamp per step, so that the second time costs nothing

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Azimuth needs Python 3.11 or newer; $(PYTHON) is older. Say which one: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing. On Debian: apt-get install python3-venv" >&2; exit 1; }
	echo "Setting up Azimuth (once; about half a minute) ..."
	$(PYTHON) -m venv .venv
	pwd > .venv/lies-at

$(STAMPS)/uv: .venv/bin/python requirements/tools.txt
	@mkdir -p $(STAMPS)
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/tools.txt
	touch $@

$(STAMPS)/run: $(STAMPS)/uv requirements/run.txt pyproject.toml
	@$(BIN)/python requirements/uv.py pip sync --quiet requirements/run.txt
	$(BIN)/python requirements/uv.py pip install --quiet --no-deps --no-build-isolation --editable .
	rm -f $(STAMPS)/dev
	touch $@

$(STAMPS)/dev: $(STAMPS)/run requirements/dev.txt
	@$(BIN)/python requirements/uv.py pip sync --quiet requirements/dev.txt
	$(BIN)/python requirements/uv.py pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(STAMPS)/static: $(STAMPS)/run src/azimuth/kit/fonts.py
	@$(BIN)/python -m azimuth.kit.fonts >/dev/null
	$(BIN)/python -m azimuth.operations.assets
	touch $@

$(STAMPS)/words: $(STAMPS)/run $(CATALOGUES)
	@$(BIN)/python -m azimuth.operations.words
	touch $@
