# Two commands on a fresh machine: `make demo` and `make test`. Each makes .venv by itself.

MAKEFLAGS += --no-print-directory
SHELL := /bin/sh
.SHELLFLAGS := -eu -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

BIN := .venv/bin
INSTALLED := .venv/.installed
CHECKED := events law ledger services tests benchmarks
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# What pip-compile would otherwise write down says where a machine finds its packages: that stays with the machine.
PIP_COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

.PHONY: help demo kafka test bench golden docs lock vendor format clean debian

help: ## Print what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(INSTALLED) ## Install, load a synthetic federation through the connectors, serve it, say where to look
	@$(BIN)/rollbook demo

kafka: $(INSTALLED) ## Run one Apache Kafka for development, brought here by Maven; needs a JDK 17
	@$(BIN)/python -m ledger.kafka.local deploy/kafka/pom.xml .kafka

test: $(INSTALLED) ## Install and run every check: ruff, mypy, import-linter, pytest
	@missing=$$($(MAKE) -s debian | paste -s -d ' ' -); [ -z "$$missing" ] || \
		echo "The browser or PDF tests cannot run here: these Debian packages are missing: $$missing" >&2
	@$(BIN)/ruff check $(CHECKED)
	@$(BIN)/ruff format --check $(CHECKED)
	@$(BIN)/mypy --strict $(CHECKED)
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/pytest

bench: $(INSTALLED) ## Measure, and print the table of benchmarks/results.md
	@$(BIN)/python -m benchmarks

golden: $(INSTALLED) ## Add the golden files of new event versions; those that exist are never edited
	@$(BIN)/python -m tests.golden.make

docs: $(INSTALLED) ## Write docs/events.md, codes.md, settings.md and law.md again from what they describe
	@$(BIN)/python -m events.catalogue --docs
	@$(BIN)/python -m events.codes.catalogue --docs
	@$(BIN)/python -m services.settings > docs/settings.md.new || { rm -f docs/settings.md.new; exit 1; }
	@mv docs/settings.md.new docs/settings.md
	@$(BIN)/python -m services.asyncapi > docs/asyncapi.json.new || { rm -f docs/asyncapi.json.new; exit 1; }
	@mv docs/asyncapi.json.new docs/asyncapi.json
	@$(BIN)/python -m services.front_door > deploy/nginx.conf.new || { rm -f deploy/nginx.conf.new; exit 1; }
	@mv deploy/nginx.conf.new deploy/nginx.conf
	@$(BIN)/python -m law.rules --markdown > docs/law.md.new || { rm -f docs/law.md.new; exit 1; }
	@mv docs/law.md.new docs/law.md

lock: $(INSTALLED) ## Write requirements.lock again from pyproject.toml, with hashes and without addresses
	@$(PIP_COMPILE) --extra dev --extra pdf --build-deps-for editable --output-file requirements.lock pyproject.toml

vendor: $(INSTALLED) ## Take the pages' styles, and what tests compare with, from PACKAGES, a folder of unpacked packages
	@[ -n "$(PACKAGES)" ] || { echo "Say where govuk-frontend and axe-core lie unpacked: make vendor PACKAGES=folder" >&2; exit 1; }
	@$(BIN)/python -m services.pages.vendoring "$(PACKAGES)"
	@$(BIN)/python -m tests.vendored.make "$(PACKAGES)"

format: $(INSTALLED) ## Format the code and mend what ruff can mend
	@$(BIN)/ruff check --fix $(CHECKED)
	@$(BIN)/ruff format $(CHECKED)

clean: ## Remove the environment and the caches; the data in .rollbook stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find $(CHECKED) -type d -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

# The stamp is newer than the lock and the project's own description, or they are installed again.
$(INSTALLED): requirements.lock pyproject.toml
	@for name in python3.11 python3; do \
		if "$$name" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then python="$$name"; break; fi; \
	done; \
	if [ -z "$${python:-}" ]; then \
		echo "Rollbook needs Python 3.11, and neither python3.11 nor python3 is one: install it and run make again." >&2; \
		exit 1; \
	fi; \
	[ -x $(BIN)/python ] || { echo "Making .venv with $$python" >&2; "$$python" -m venv .venv; }
	@echo "Installing what requirements.lock names; this takes about half a minute" >&2
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

# The browser tests drive the system's Chromium, and need a font to draw with; a PDF is laid out by Pango.
debian: ## Name the Debian packages that the browser and PDF tests miss here
	@command -v chromium > /dev/null || echo chromium
	@[ -d /usr/share/fonts/truetype/liberation ] || echo fonts-liberation
	@command -v nginx > /dev/null || [ -x /usr/sbin/nginx ] || echo nginx-light
	@ls /usr/lib/*/libpango-1.0.so.0 > /dev/null 2>&1 || echo libpango-1.0-0
	@ls /usr/lib/*/libpangoft2-1.0.so.0 > /dev/null 2>&1 || echo libpangoft2-1.0-0
