# Every target sets up what it needs. On a new machine: Python 3.11+, Node 20 and make.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$p; break; }; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
SAY := @printf '==> %s\n'

.DEFAULT_GOAL := help
.PHONY: help demo test test-all-pythons check bench chromium clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/core.stamp  ## train a small network, then show where its gradient's time and memory go
	$(SAY) "a few training steps (samples/digits_mlp.py)"
	@$(BIN)/python samples/digits_mlp.py
	$(SAY) "the profile of its gradient"
	@$(BIN)/adls profile samples/digits_mlp.py

test: .venv/dev.stamp chromium  ## all tests
	$(SAY) "tests"
	@$(BIN)/python -m pytest -q -n auto --dist worksteal $(ARGS)

test-all-pythons: .venv/dev.stamp  ## the tests on every other Python from 3.11 on that is found here
	@BIN=$(BIN) sh tests/all_pythons.sh

check: .venv/dev.stamp  ## style, strict types, import directions
	$(SAY) "ruff"
	@$(BIN)/ruff check --quiet --output-format concise adls tests samples benchmarks
	$(SAY) "mypy --strict"
	@$(BIN)/mypy --no-error-summary
	$(SAY) "layers"
	@$(BIN)/python -m pytest -q tests/test_layers.py

bench: .venv/peers.stamp  ## time against hand-written adjoints, autograd, JAX and PyTorch
	$(SAY) "benchmarks"
	@$(BIN)/python -m benchmarks $(ARGS)

# The tests of the HTML page skip themselves where there is no Chromium.
chromium:
	@for name in chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && [ -e /etc/debian_version ]; then \
		echo "==> installing Chromium for the tests of the HTML page"; \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } \
			>/dev/null 2>&1 || echo "==> Chromium could not be installed: the tests of the HTML page are skipped"; \
	else echo "==> no Chromium here: the tests of the HTML page are skipped"; fi

clean:  ## remove everything that was built
	rm -rf .venv out build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './node_modules/*' -prune -exec rm -rf {} +

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "adls needs Python 3.11 or newer: install one, or say make PYTHON=/path/to/python"; exit 1; }
	$(SAY) "a virtual environment in .venv"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "$(PYTHON) cannot make one; on Debian: apt install python3-venv"; exit 1; }

.venv/core.stamp: pyproject.toml | .venv/bin/python
	$(SAY) "installing adls and NumPy"
	@$(PIP) install -e . && touch $@

.venv/dev.stamp: pyproject.toml | .venv/bin/python
	$(SAY) "installing adls and what its tests use"
	@$(PIP) install -e '.[dev,lsp]' && touch $@ .venv/core.stamp

.venv/peers.stamp: .venv/dev.stamp
	$(SAY) "installing autograd, JAX and PyTorch to compare with"
	@$(PIP) install -e '.[peers]' && touch $@
