# Three commands are all that is needed: make demo, make test, make test-slow.
#
# Each makes the virtual environment when it is missing. Settings:
#   PYTHON=python3.12   the Python that makes it (3.11 or newer)
#   VENV=FOLDER         where it is, .venv unless set
#   TORCH_INDEX=URL     one more package index, for torch's CPU build
#   ARGS="..."          more arguments for lakesynth demo, or for pytest

VENV ?= .venv
PYTHON ?=
TORCH_INDEX ?=
ARGS ?=
export VENV PYTHON TORCH_INDEX

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow test-petastorm lint clean

PYTEST_2 = -n 2 --dist loadfile --no-loadscope-reorder # two files at a time

help: ## Say what can be made
	@sed -n 's/^\([a-z-]*\): ## \(.*\)/  make \1	\2/p' Makefile

demo: ## Run the main job on the embedded census table, into ./lakehouse-demo
	@.ci/setup.sh demo
	@"$(VENV)/bin/lakesynth" demo $(ARGS)

test: ## Run the tests but for the slow ones
	@.ci/setup.sh test
	@"$(VENV)/bin/python" -m pytest $(PYTEST_2) -m "not slow" $(ARGS)

test-slow: ## Run the slow ones: commands, clusters and environments of their own, the largest tables
	@.ci/setup.sh test
	@"$(VENV)/bin/python" -m pytest $(PYTEST_2) -m slow $(ARGS)

test-petastorm: ## Run the tests but for the slow ones, and petastorm's, in an environment of its own
	@.ci/setup.sh petastorm
	@"$(VENV)-petastorm/bin/python" -m pytest $(PYTEST_2) -m "not slow or petastorm" $(ARGS)

lint: ## Check style, format and types
	@.ci/setup.sh lint
	@failed=0; \
	"$(VENV)/bin/ruff" check . || failed=1; \
	"$(VENV)/bin/ruff" format --check . || failed=1; \
	"$(VENV)/bin/mypy" || failed=1; \
	exit $$failed

clean: ## Delete build outputs and caches; what was installed and made stays
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache spark-warehouse
	find lakesynth jobs synth lakehouse tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
