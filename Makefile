# `make` alone lists the targets.
BIN := .venv/bin
PY := $(BIN)/python

.PHONY: help demo test check bench quality down clean constraints env-demo env-test

help: ## lists the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 14

demo: env-demo ## installs what is missing, writes a sample organisation, mines it and opens the portal
	@$(BIN)/engram demo

test: env-test check ## every check, then every test against real servers
	@$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: env-test ## lint, format, types, import directions, documentation
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(PY) -m mypy -n 2 --no-error-summary
	@$(BIN)/lint-imports --no-logo
	@$(PY) -m pytest -q tests/test_docs.py

bench: env-test ## figures: time, rate and memory
	@$(BIN)/uv pip install --quiet --python $(PY) --no-deps sentence-transformers==6.2.0
	@$(PY) -m pytest -q -s tests/bench

quality: env-test ## figures of quality on ../shared/data: measures, renews the frozen ones, prints what changed
	@$(PY) tests/quality/renew.py $(SUITES)

down: ## stops the servers
	@$(BIN)/engram down

clean: ## removes what was made in the checkout, not the installation
	@rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

constraints: env-test ## pins the newest versions that go together
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --overrides infra/overrides.txt --upgrade \
		--no-annotate --no-header pyproject.toml | sed 's/ ;.*//' > infra/constraints.new
	@mv infra/constraints.new infra/constraints.txt

env-demo env-test: env-%:
	@sh infra/setup.sh $*
