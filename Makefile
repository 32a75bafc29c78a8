# make run    the dashboard on http://127.0.0.1:8501 (another port: make run PORT=9000)
# make test   the tests
# `make help` lists the rest. Nothing but pip and, for tests, apt reaches the network.

SHELL := /bin/bash
.DEFAULT_GOAL := help

PORT ?= 8501
PYTHON ?= python3
WORKERS ?= 2
BIN := .venv/bin
# A file's tests stay with one worker, in the order of the folders: the browser's come first and run one after another,
# because two Chromiums on two cores only wait for each other.
BY_FILE := --dist loadfile --no-loadscope-reorder

# Installs Debian packages as root or with sudo, else says in one sentence what to install.
define apt
{ command -v apt-get >/dev/null || { echo "Please install: $(1)" >&2; exit 1; }; \
  if [ "$$(id -u)" = 0 ]; then sudo=; \
  elif sudo -n true 2>/dev/null; then sudo=sudo; \
  else echo "Please run first: sudo apt-get install $(1)" >&2; exit 1; fi; \
  $$sudo apt-get update -qq && \
  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1) >/dev/null; }
endef

.PHONY: help run test lint format bench soak screenshots clean system-for-tests

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1\t\2/' | expand -t 18

run: .venv/run.stamp ## the dashboard on 127.0.0.1, with the demonstration database where there is none
	@[ -n "$$INSPECTIONS_DB" ] || $(BIN)/python -m inspections demo --if-missing
	INSPECTIONS_ACCESS=$${INSPECTIONS_ACCESS-single} $(BIN)/python -m streamlit run app.py --server.port $(PORT)

test: .venv/test.stamp system-for-tests ## the tests, in Chromium too; TESTS="tests/test_draw.py -k ticket" picks some
	$(BIN)/python -m pytest -n $(WORKERS) $(BY_FILE) $(TESTS)

lint: .venv/test.stamp ## style, layers, SQL, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/sqlfluff lint queries
	$(BIN)/mypy

format: .venv/test.stamp ## style that a program can mend
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: .venv/test.stamp system-for-tests ## how fast: tests/bench/
	@for bench in demo pages draws fairness evaluation; do echo "== $$bench"; $(BIN)/python -m tests.bench.bench_$$bench || exit 1; done

soak: .venv/test.stamp system-for-tests ## the property tests with many more examples, other ones every time
	HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest -n $(WORKERS) $(BY_FILE) -m hypothesis $(TESTS)

screenshots: .venv/test.stamp system-for-tests ## the pictures of the READMEs, taken anew
	$(BIN)/python -m tests.browser.take_screenshots

clean: ## everything that was built; the database stays
	rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/run.stamp: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/test.stamp: tests/requirements.txt .venv/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed. Install it, or name it: make run PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || $(call apt,python3-venv)
	$(PYTHON) -m venv .venv

# The tests start the system's Chromium, open documents in LibreOffice and look at Chinese text. fonts-noto-cjk holds the
# sans and the serif faces.
system-for-tests:
	@command -v chromium >/dev/null || $(call apt,chromium)
	@command -v soffice >/dev/null || $(call apt,libreoffice-writer libreoffice-calc libreoffice-impress)
	@command -v pdftoppm >/dev/null || $(call apt,poppler-utils)
	@fc-list 2>/dev/null | grep -q 'Noto Serif CJK SC' || $(call apt,fontconfig fonts-noto-cjk)
