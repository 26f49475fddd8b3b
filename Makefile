# The tasks of OpenRounds. `make help` lists them.
PYTHON ?= python3
BIN := .venv/bin
MESSAGES := $(patsubst %.po,%.mo,$(wildcard src/openrounds/locale/*/LC_MESSAGES/django.po))
PAGES := src/openrounds/web/static/openrounds/build
COMPILED := src/openrounds/__pycache__/.compiled
PORT ?= 8000
DATA ?= data
WORKERS ?= 2
BASE ?= http://localhost:8000

export PYTHON
SPREAD := -n $(WORKERS) --dist loadgroup
PYTEST := $(BIN)/python -m pytest $(SPREAD)
# Browser tests run once, on SQLite, and only where there is a browser; under CI a missing one is a failure.
BROWSER := $$(command -v chromium >/dev/null || echo and not browser)

.DEFAULT_GOAL := help
.PHONY: help setup demo run test test-pages test-sqlite test-postgres e2e lighthouse coverage lint format types arch lock clean

help:  ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 15

setup: .venv/.ready $(COMPILED) $(PAGES)/pages.js $(MESSAGES)  ## create .venv with everything OpenRounds needs

.venv/.ready: requirements.lock pyproject.toml tools/uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "OpenRounds needs Python 3.11 or newer; set PYTHON=..."; exit 1; }
	@tools/need.sh venv
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tools/uv.lock
	$(BIN)/uv pip sync --compile-bytecode --quiet --require-hashes --python $(BIN)/python requirements.lock
	$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python -e .
	@touch $@

# Where Python may not write beside its sources (PYTHONDONTWRITEBYTECODE, a read-only install), a start would translate all of
# ours again, which takes as long as the rest of it.
$(COMPILED): .venv/.ready $(shell find src -name '*.py')
	$(BIN)/python -m compileall -q src
	@touch $@

# What browsers get is built once, here; without it the pages are plain and still work.
$(PAGES)/pages.js: .venv/.ready package-lock.json tools/build_pages.mjs $(wildcard src/openrounds/web/assets/*.ts) $(shell find src/openrounds/web/templates -name '*.html')
	@cmp -s package-lock.json node_modules/.installed || { tools/node.sh npm ci --silent --no-audit --no-fund --ignore-scripts && cp package-lock.json node_modules/.installed; }
	@tools/node.sh tools/build_pages.mjs

$(MESSAGES): %.mo: %.po tools/compile_messages.py .venv/.ready
	@$(BIN)/python tools/compile_messages.py

demo: setup  ## serve a lifelike demo on http://localhost:8000 (PORT=…), kept between starts
	$(BIN)/openrounds demo --port $(PORT)

run: setup  ## serve your own data in ./data (DATA=…, PORT=…)
	$(BIN)/openrounds serve --data $(DATA) --port $(PORT)

test: lint types arch test-pages test-sqlite test-postgres  ## everything: style, types, contracts, tests on SQLite and on PostgreSQL

test-pages: setup  ## what runs in the browser, as far as it needs none
	@tools/node.sh --test --test-reporter=dot tests/web/assets/*.test.mjs

test-sqlite: setup  ## the tests against SQLite
	@tools/need.sh chromium ffmpeg || { [ "$$CI" != true ] && echo "*** What needs them is left out."; }
	env -u DATABASE_URL $(PYTEST) -m "not clients and not postgres_only $(BROWSER)"

# tests/unit and tests/architecture know no database, so they run once, above.
test-postgres: setup  ## the tests against a throw-away PostgreSQL
	@tools/postgres.sh $(PYTEST) --ignore=tests/unit --ignore=tests/architecture -m "not clients and not sqlite_only and not browser"; status=$$?; \
	if [ $$status -eq 69 ] && [ "$$CI" != true ]; then \
		echo "*** NOT TESTED AGAINST POSTGRESQL: there is none here (see above). ***"; exit 0; \
	fi; exit $$status

e2e: setup  ## the tests that need a browser
	@tools/need.sh chromium
	env -u DATABASE_URL $(BIN)/python -m pytest -m browser

lighthouse: setup  ## Lighthouse's scores of a demo that runs already (BASE=http://localhost:8000)
	@tools/need.sh chromium
	@[ -d tools/lighthouse/node_modules ] || tools/node.sh npm ci --prefix tools/lighthouse --silent --no-audit --no-fund --ignore-scripts
	@tools/node.sh tools/lighthouse/measure.mjs $(BASE)

coverage: setup  ## which branches the tests reach (on SQLite)
	rm -f .coverage .coverage.*
	-env -u DATABASE_URL $(BIN)/coverage run -m pytest $(SPREAD) -m "not clients and not browser and not postgres_only"
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report
	@echo "--- every branch of these:"
	$(BIN)/coverage report --fail-under=100 --include='*/rules.py,*/access.py,*/oauth/*,*/federation/*'

lint: setup  ## style of code, scripts and templates
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .
	@for script in tools/*.sh .ci/run; do bash -n "$$script" || exit 1; done
	@templates=$$(find src -name '*.html'); [ -z "$$templates" ] || $(BIN)/djlint --quiet --lint $$templates

format: setup  ## rewrite the code in the house style
	$(BIN)/ruff check --quiet --fix-only .
	$(BIN)/ruff format --quiet .

types: setup  ## mypy --strict, and TypeScript
	OPENROUNDS_DATA=.mypy_cache/data $(BIN)/mypy
	tools/node.sh node_modules/typescript/bin/tsc -p src/openrounds/web/assets

arch: setup  ## which package may import which
	$(BIN)/lint-imports --no-logo

lock: setup  ## pin the dependencies of pyproject.toml again, with hashes
	$(BIN)/uv pip compile --universal --generate-hashes --python-version 3.11 --extra dev --extra s3 pyproject.toml -o requirements.lock --quiet

clean:  ## remove what can be made again (never ./data)
	rm -rf $(PAGES) node_modules tools/lighthouse/node_modules .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.* build dist
	find . -name __pycache__ -prune -exec rm -rf {} +
