# make run    the dashboard on http://127.0.0.1:8501 (another port: make run PORT=9000)
# make test   the tests
# `make help` lists the rest. Nothing but pip and, for tests, apt reaches the network.

SHELL := /bin/bash
.DEFAULT_GOAL := help

PORT ?= 8501
PYTHON ?= python3
# One more than the cores that are meant: a browser's test waits for Chromium half of its time.
WORKERS ?= 3
BIN := .venv/bin
# Wheels for another machine, by pip's names of all platforms it can run:
# make wheels PYTHON_VERSION=3.12 PLATFORM="manylinux_2_28_x86_64 manylinux_2_17_x86_64 manylinux2014_x86_64"
WHEELS ?= wheels
PLATFORM ?=
PYTHON_VERSION ?=
# A file's tests stay with one worker, and files go out in the order of the folders: the browser's first, which are the
# longest, the short ones of the year last, so that neither core waits for the other at the end.
BY_FILE := --dist loadfile --no-loadscope-reorder
# Where a machine's setting keeps Python from it, every command and server of the tests would compile the program anew.
unexport PYTHONDONTWRITEBYTECODE

# Installs Debian packages as root or with sudo, else says in one sentence what to install.
define apt
{ command -v apt-get >/dev/null || { echo "Please install: $(1)" >&2; exit 1; }; \
  if [ "$$(id -u)" = 0 ]; then sudo=; \
  elif sudo -n true 2>/dev/null; then sudo=sudo; \
  else echo "Please run first: sudo apt-get install $(1)" >&2; exit 1; fi; \
  $$sudo apt-get update -qq && \
  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1) >/dev/null; }
endef

.PHONY: help run test test-spark lint format docs bench soak screenshots wheels install-offline clean system-for-tests system-for-spark

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1\t\2/' | expand -t 18

run: .venv/run.stamp ## the dashboard on 127.0.0.1, with the demonstration database where there is none
	@[ -n "$$INSPECTIONS_DB" ] || $(BIN)/python -m inspections demo --if-missing
	INSPECTIONS_ACCESS=$${INSPECTIONS_ACCESS-single} $(BIN)/python -m streamlit run app.py --server.port $(PORT)

test: .venv/test.stamp system-for-tests ## the tests, in Chromium too; TESTS="tests/draws/test_ticket.py -k ticket" picks some
	$(BIN)/python -m pytest -n $(WORKERS) $(BY_FILE) $(TESTS)

test-spark: .venv/spark.stamp system-for-tests system-for-spark ## the same questions, draws and pages on a Spark cluster on this machine
	INSPECTIONS_TEST_SPARK=1 $(BIN)/python -m pytest -m "not long" tests/spark tests/lake/test_engine.py $(TESTS)

lint: .venv/test.stamp ## style, layers, SQL, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/sqlfluff lint --processes 2 queries
	$(BIN)/mypy

format: .venv/test.stamp ## style that a program can mend
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

docs: .venv/test.stamp ## what docs/ has from the code: picture, data contract, commands, settings, formats
	$(BIN)/python -m tests.docs.rendered

bench: .venv/test.stamp system-for-tests ## how fast, in one table; BENCH="draws pages" picks some, INTO="README.md README.zh-CN.md" writes it there
	$(BIN)/python -m tests.bench.table $(BENCH) $(if $(INTO),--into $(INTO))

soak: .venv/spark.stamp system-for-tests system-for-spark ## the long runs: properties, kills (of Spark's machines, too), spoilt files, forty visitors, every screen, large imports, 100 million objects
	HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest -n $(WORKERS) $(BY_FILE) -m hypothesis $(TESTS)
	INSPECTIONS_TEST_SPARK=1 $(BIN)/python -m pytest -m long tests/spark
	$(BIN)/python -m tests.soak.faults --kills 200
	$(BIN)/python -m tests.soak.fuzz --cases 20000
	$(BIN)/python -m tests.soak.load --sessions 40 --seconds 120
	$(BIN)/python -m tests.soak.screens
	$(BIN)/python -m tests.soak.imports
	$(BIN)/python -m tests.soak.large

screenshots: .venv/test.stamp system-for-tests ## the pictures of the READMEs, taken anew
	$(BIN)/python -m tests.browser.take_screenshots

wheels: .venv/bin/python ## all packages as files in wheels/, to carry to a server without a network
	rm -rf $(WHEELS) && mkdir -p $(WHEELS)
ifeq ($(PLATFORM)$(PYTHON_VERSION),)
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --wheel-dir $(WHEELS) --require-hashes -r requirements.lock
else
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --dest $(WHEELS) --only-binary :all: \
	  $(addprefix --platform ,$(PLATFORM)) $(addprefix --python-version ,$(PYTHON_VERSION)) --require-hashes -r requirements.lock
endif
	cp requirements.lock $(WHEELS)/
	cd $(WHEELS) && sha256sum * > SHA256SUMS
	@echo "$$(ls $(WHEELS)/*.whl | wc -l) wheels in $(WHEELS)/, $$(du -sh $(WHEELS) | cut -f1)"

install-offline: ## a virtual environment from wheels/, without a network
	@ls $(WHEELS)/*.whl >/dev/null 2>&1 \
	  || { echo "$(WHEELS)/ holds no packages: run make wheels on a machine with a network and copy the folder here." >&2; exit 1; }
	@cmp -s requirements.lock $(WHEELS)/requirements.lock \
	  || { echo "$(WHEELS)/ was made for another version of the program: run make wheels in this version and copy it here." >&2; exit 1; }
	@cd $(WHEELS) && { sha256sum --check --quiet SHA256SUMS >/dev/null 2>&1 \
	  || { echo "A file in $(WHEELS)/ is damaged or missing: copy the folder again." >&2; exit 1; }; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "Python 3.11 or newer is needed: install it, or name it with PYTHON=/path/to/python3." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "Python's module venv is missing: install the Debian package python3-venv from the system's own media." >&2; exit 1; }
	$(PYTHON) -m venv .venv
	@PIP_CONFIG_FILE=/dev/null $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --find-links $(WHEELS) \
	  --require-hashes -r requirements.lock \
	  || { echo "Nothing was downloaded; the package named above is not in $(WHEELS)/ for $$($(BIN)/python -V) on $$(uname -m): run make wheels with PYTHON_VERSION= and PLATFORM= of this machine." >&2; exit 1; }
	@touch .venv/run.stamp
	@echo "Installed. make run shows the dashboard on this computer; README, On an intranet server, tells the rest."

clean: ## everything that was built; the database stays
	rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/run.stamp: requirements.lock | .venv/bin/python
	@echo "Installing what requirements.lock names: about 150 MB to fetch, 900 MB on disk, a few minutes."
	$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/test.stamp: tests/requirements.txt .venv/run.stamp
	$(BIN)/python -m pip install --disable-pip-version-check -r tests/requirements.txt
	@touch $@

.venv/spark.stamp: requirements-spark.txt .venv/test.stamp
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements-spark.txt
	@touch $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed. Install it, or name it: make run PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || $(call apt,python3-venv)
	$(PYTHON) -m venv .venv

# The tests start the system's Chromium, open documents in LibreOffice and look at Chinese text. fonts-noto-cjk holds the
# sans and the serif faces.
system-for-spark:
	@command -v java >/dev/null || $(call apt,default-jre-headless)

system-for-tests:
	@command -v chromium >/dev/null || $(call apt,chromium)
	@command -v soffice >/dev/null || $(call apt,libreoffice-writer libreoffice-calc libreoffice-impress)
	@command -v pdftoppm >/dev/null || $(call apt,poppler-utils)
	@fc-list 2>/dev/null | grep -q 'Noto Serif CJK SC' || $(call apt,fontconfig fonts-noto-cjk)
