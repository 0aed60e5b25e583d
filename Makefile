# Every target sets up what it needs. On a new machine: Python 3.11+, Node 20 and make.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$p; break; }; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
SAY := @printf '==> %s\n'

CLIENT := vscode-client
WORKBENCH := $(CLIENT)/.workbench/done.stamp

.DEFAULT_GOAL := help
.PHONY: help demo test rules test-python test-client test-vscode in-vscode test-all-pythons check bench bench-coverage bench-editor chromium helix clean vscode screenshots

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/core.stamp  ## train a small network, then show where its gradient's time and memory go
	$(SAY) "a few training steps (samples/digits_mlp.py)"
	@$(BIN)/python samples/digits_mlp.py
	$(SAY) "the profile of its gradient"
	@$(BIN)/adls profile samples/digits_mlp.py

test: test-python test-client test-vscode  ## all tests

test-python: .venv/dev.stamp chromium helix  ## those of the compiler, the command line and the server
	$(SAY) "tests"
	@$(BIN)/python -m pytest -q -n auto --dist worksteal $(ARGS)

test-client: $(CLIENT)/node_modules/done.stamp  ## those of the extension's parts that need no VS Code
	$(SAY) "the extension's parts"
	@cd $(CLIENT) && npm run --silent build:tests && node --test --test-reporter=spec dist/test/unit/*.test.mjs

test-vscode: chromium  ## mouse and keys in real VS Code, in headless Chromium
	@if $(CHROMIUM); then $(MAKE) --no-print-directory in-vscode; else \
		echo "==> the tests in VS Code did not run: there is no Chromium"; [ "$$CI" != true ]; fi

in-vscode: $(CLIENT)/dist/adls.vsix $(WORKBENCH) .venv/core.stamp
	$(SAY) "the extension in VS Code"
	@cd $(CLIENT) && npm run --silent build:tests && \
		ADLS_PYTHON=$(abspath $(BIN)/python) node --test --test-reporter=spec dist/test/e2e/workbench.test.mjs

vscode: vscode-client/dist/adls.vsix $(WORKBENCH) .venv/core.stamp  ## real VS Code in your browser, on samples/
	@cd $(CLIENT) && npm run --silent build:tests && ADLS_PYTHON=$(abspath $(BIN)/python) node dist/test/e2e/serve.mjs

screenshots: vscode-client/dist/adls.vsix $(WORKBENCH) .venv/core.stamp chromium  ## the pictures of the editor in docs/
	@cd $(CLIENT) && npm run --silent build:tests && ADLS_PYTHON=$(abspath $(BIN)/python) node dist/test/e2e/screenshots.mjs

test-all-pythons: .venv/dev.stamp  ## the tests on every other Python from 3.11 on that is found here
	@BIN=$(BIN) sh tests/all_pythons.sh

check: .venv/dev.stamp $(CLIENT)/node_modules/done.stamp  ## style, strict types, import directions
	$(SAY) "ruff"
	@$(BIN)/ruff check --quiet --output-format concise adls tests samples benchmarks
	$(SAY) "mypy --strict"
	@$(BIN)/mypy --no-error-summary
	$(SAY) "layers"
	@$(BIN)/python -m pytest -q tests/test_layers.py
	$(SAY) "tsc"
	@cd $(CLIENT) && npm run --silent check

bench: .venv/peers.stamp  ## time against hand-written adjoints, autograd, JAX and PyTorch
	$(SAY) "benchmarks"
	@$(BIN)/python -m benchmarks $(ARGS)

bench-coverage: .venv/peers.stamp  ## how many programs by others have their gradient right, beside other tools
	$(SAY) "coverage"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check mygrad tangent-ad scipy
	@$(BIN)/python -m benchmarks.coverage $(ARGS)

# The tests of the HTML page and those in VS Code are left out where there is no Chromium, and say so.
CHROMIUM := { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null

chromium:
	@if $(CHROMIUM); then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && [ -e /etc/debian_version ]; then \
		echo "==> installing Chromium for the tests of the canopy page and of the editor"; \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } \
			>/dev/null 2>&1 || echo "==> Chromium could not be installed"; \
	else echo "==> no Chromium here (on Debian: apt install chromium)"; fi

# Its recipe is tried in the real one where that can be had.
helix:
	@if command -v hx >/dev/null || [ -x .helix/hx ]; then exit 0; fi; \
	rm -rf .helix; echo "==> fetching Helix for the test of its recipe"; \
	sh tests/editors/get_helix.sh .helix >/dev/null 2>&1 || echo "==> Helix could not be had: its recipe is not tried"

rules: .venv/core.stamp  ## RULES.md, every derivative rule, anew from the rows
	@$(BIN)/python -m adls.render.rules >RULES.md

clean:  ## remove everything that was built
	rm -rf .venv .helix out build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	rm -rf $(CLIENT)/dist $(CLIENT)/bundled/libs $(CLIENT)/node_modules $(CLIENT)/.workbench
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

# PyTorch's own index has builds without CUDA's gigabytes, which no other index should replace. Where it is out of reach
# the other peers are measured.
.venv/peers.stamp: .venv/dev.stamp
	$(SAY) "installing autograd, JAX and PyTorch to compare with"
	@$(PIP) install autograd jax
	@if PIP_CONFIG_FILE=/dev/null $(PIP) install --no-deps --retries 1 --index-url https://download.pytorch.org/whl/cpu \
		torch 2>/dev/null; \
		then $(PIP) install torch; else echo "==> PyTorch cannot be fetched here: its column stays empty"; fi
	@touch $@

$(CLIENT)/node_modules/done.stamp: $(CLIENT)/package-lock.json
	$(SAY) "installing what the VS Code extension is built with"
	@cd $(CLIENT) && npm ci --silent --ignore-scripts --no-audit --no-fund && touch node_modules/done.stamp

$(CLIENT)/dist/adls.vsix: $(CLIENT)/node_modules/done.stamp $(CLIENT)/package.json $(shell find adls $(CLIENT)/src \
		$(CLIENT)/media $(CLIENT)/bundled $(CLIENT)/scripts -type f -not -path '*/libs/*' -not -path '*/__pycache__/*') | .venv/bin/python
	$(SAY) "packaging the VS Code extension"
	@cd $(CLIENT) && mkdir -p dist && PYTHON=$(abspath $(BIN)/python) npm run --silent package >dist/package.log 2>&1 || { cat dist/package.log; exit 1; }

# The package registry has the whole workbench; its install scripts would download more than that.
$(WORKBENCH): $(CLIENT)/test/workbench/package-lock.json $(CLIENT)/test/workbench/spdlog.js
	$(SAY) "installing a VS Code workbench for the tests (314 MB, once)"
	@mkdir -p $(@D) && cp $(CLIENT)/test/workbench/package*.json $(@D)/ && cd $(@D) && \
		npm ci --silent --ignore-scripts --no-audit --no-fund && cd node_modules/code-server/lib/vscode && \
		npm install --silent --ignore-scripts --omit=dev --no-audit --no-fund && ln -sfn node_modules node_modules.asar && \
		cp $(abspath $(CLIENT)/test/workbench/spdlog.js) node_modules/@vscode/spdlog/index.js && \
		cd extensions && npm install --silent --ignore-scripts --omit=dev --no-audit --no-fund
	@touch $@
