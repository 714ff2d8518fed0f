# `make site` builds the tutorial, `make test` runs the tests. Both install what they need, once.

VENV    ?= .venv
PYTHON  ?= python3
BIN     := $(VENV)/bin
PIP     := $(BIN)/python -m pip --disable-pip-version-check --quiet
PYTEST  := $(BIN)/python -m pytest -n 3 --dist worksteal # one more than cores: a browser waits now and then
TSC     := tests/js/node_modules/.bin/tsc
# Material announces its own successor on every run; it is not ours to answer here.
export NO_MKDOCS_2_WARNING := 1

.DEFAULT_GOAL := help
.PHONY: help site serve check test test-all lint bench evidence dist constraints release clean chromium libreoffice

help: ## Show what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

site: $(VENV)/installed ## Build the site into site/
	@$(BIN)/mkdocs build --strict
	@echo
	@echo "The site is in site/ (Spanish: site/index.html, English: site/en/index.html)."
	@echo "Open it with 'make serve', which also rebuilds it whenever you change something."

serve: $(VENV)/installed ## Show the site in a browser, rebuilt whenever something changes
	@$(BIN)/mkdocs serve

check: site ## Check every number: of the pages' sources, and of the built site
	@$(BIN)/backprop-docgen check
	@$(BIN)/backprop-docgen check site

# What sets are too large for every run is drawn anew in each; SEED=7 draws what a run with that seed drew.
test: lint chromium ## Run the tests, the linter and the type checkers; of large sets a share (again: SEED=7)
	@$(BIN)/backprop-docgen check
	@$(PYTEST) $(if $(SEED),--seed $(SEED))

test-all: lint chromium libreoffice $(VENV)/beside/plugins $(VENV)/beside/frameworks $(VENV)/beside/generators ## Run them with all of those sets (an hour and more)
	@$(BIN)/backprop-docgen check
	@$(PYTEST) --all

lint: $(VENV)/tested ## Run the linter and the type checkers only
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo --no-cache
	@if [ -e $(TSC) ]; then $(TSC) --project tests/js; \
	elif [ -n "$$CI" ]; then echo "npm is needed to check the types of the browser's modules"; exit 1; \
	else echo "note: no npm: the types of the browser's modules are not checked"; fi

# Alone it measures everything; PAGES=48 builds of one size (FAST=1: without the slow tools), QUICK=1 a few, once.
bench: $(VENV)/tested chromium ## Measure builds beside other tools', and the live page (about an hour)
	@$(BIN)/python bench/builds.py $(if $(PAGES),--pages $(PAGES)) $(if $(FAST),--fast) $(if $(QUICK),--quick)
	@[ -n "$(PAGES)$(FAST)$(QUICK)" ] || for each in live checks growth engine reading; do \
	  [ ! -e bench/$$each.py ] || $(BIN)/python bench/$$each.py || exit 1; done
	@$(BIN)/python bench/builds.py --write

evidence: $(VENV)/tested ## Measure what the explanations of wrong numbers know (ten minutes)
	@$(BIN)/python bench/slips.py

dist: $(VENV)/installed ## Build the wheel and the source archive into dist/
	@rm -rf dist
	@$(PIP) install -c constraints.txt hatchling
	@$(BIN)/python -m hatchling build

constraints: $(VENV)/installed ## Renew constraints.txt from a fresh environment, and show what changed
	@$(BIN)/python release/renew_constraints.py

release: $(VENV)/installed ## Write a version and date the changelog with it: make release VERSION=1.2.3
	@[ -n "$(VERSION)" ] || { echo "Name the version: make release VERSION=1.2.3"; exit 1; }
	@$(BIN)/python release/prepare_release.py $(VERSION)

clean: ## Remove what was built (not the environment)
	rm -rf site .cache build dist

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "On Debian: apt-get install python3-venv"; exit 1; }

$(VENV)/installed: $(BIN)/python pyproject.toml constraints.txt hatch_build.py
	@echo "Installing what the site needs into $(VENV) …"
	@$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/tested: $(VENV)/installed tests/js/package.json $(wildcard tests/beside/*.txt)
	@echo "Installing what the tests need into $(VENV) …"
	@$(PIP) install -c constraints.txt -e ".[test]"
	@for each in mike properdocs; do \
	  $(PIP) install --target $(VENV)/beside/$$each --upgrade --no-deps -r tests/beside/$$each.txt || exit 1; done
	@command -v npm >/dev/null || exit 0; \
	npm install --prefix tests/js --no-package-lock --ignore-scripts --no-audit --no-fund --silent \
	  || echo "note: npm could not install TypeScript, axe, MathJax and the Nu checker"
	@touch $@

# Other plugins and generators, for the tests that build a site with each; a framework, for the test of the code that a page
# shows.
$(VENV)/beside/plugins $(VENV)/beside/frameworks $(VENV)/beside/generators: $(VENV)/beside/%: $(VENV)/tested tests/beside/%.txt
	@echo "Installing $* beside $(VENV) …"
	@$(PIP) install --target $@ --upgrade --no-deps -r tests/beside/$*.txt
	@touch $@

# Browser tests drive Debian's Chromium, the one without windows. Elsewhere they are skipped with a note, but never in CI.
chromium:
	@command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null && exit 0; \
	command -v apt-get >/dev/null || { echo "note: no apt-get: without a chromium the browser tests will be skipped"; exit 0; }; \
	run=; [ "$$(id -u)" = 0 ] || run="sudo -n"; \
	echo "Installing Chromium for the browser tests …"; \
	install() { DEBIAN_FRONTEND=noninteractive $$run apt-get install -y -qq $$1 >/dev/null; }; \
	{ $$run apt-get update -qq && { install chromium-headless-shell || install chromium; }; } \
	  || echo "note: chromium could not be installed: the browser tests will be skipped"

# What computes the spreadsheet anew in the tests, where it is; a computation of our own does so everywhere.
libreoffice:
	@command -v soffice >/dev/null && exit 0; \
	command -v apt-get >/dev/null || { echo "note: no apt-get: without LibreOffice one test will be skipped"; exit 0; }; \
	run=; [ "$$(id -u)" = 0 ] || run="sudo -n"; \
	echo "Installing LibreOffice for the test of the spreadsheet …"; \
	{ $$run apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$run apt-get install -y -qq --no-install-recommends \
	  libreoffice-calc-nogui >/dev/null; } || echo "note: LibreOffice could not be installed: one test will be skipped"
