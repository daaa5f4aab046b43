# The project's verbs; `make` alone lists them. Each step of the set-up is done once and again when its inputs change.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: help setup demo registry test test-all lint mutants bench chart lock clean

export YGT_SAMPLES ?= ../shared/samples
export PYTHON ?= python3
PY := .venv/bin/python
PYTEST := $(PY) -m pytest

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.made .venv/.core-made deploy/kafka/libs/.made deploy/registry/app/.made .venv/.tests-made ## install all that is needed: Python packages, Kafka, servers for tests

demo: .venv/.made .venv/.core-made deploy/kafka/libs/.made ## a simulated day on real Kafka, Faust and ClickHouse [ONCE=1] [SEED=n] [SCALE=x]
	@$(PY) -m ops.demo $(if $(ONCE),--once) $(if $(SEED),--seed $(SEED)) $(if $(SCALE),--scale $(SCALE))

registry: .venv/.made deploy/registry/app/.made ## a real schema registry on loopback with all schemas in it [PORT=8081]
	@$(PY) -m ops.cli.main schemas registry $(if $(PORT),--port $(PORT))

# What needs no server runs two at a time, then the rest. pytest says 5 where ARGS choose nothing: of both halves that is an error.
test: setup ## all tests but the slow ones [ARGS="-k name"]
	@$(PYTEST) --numprocesses 2 --dist loadfile -m "not slow and not integration and not browser" $(ARGS); first=$$?; \
	[ $$first -eq 0 ] || [ $$first -eq 5 ] || exit $$first; \
	$(PYTEST) -m "not slow and (integration or browser)" $(ARGS); second=$$?; \
	[ $$second -eq 5 ] && exit $$first || exit $$second

test-all: setup ## all tests
	@$(PYTEST) $(ARGS)

lint: .venv/.made ## ruff, mypy --strict, import rules
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

mutants: .venv/.made ## would the example suite of the core notice a fault? 600 small ones, 20 minutes [ARGS="--count 60"]
	@$(PY) -m tests.mutants $(ARGS)

bench: .venv/.made .venv/.core-made deploy/kafka/libs/.made ## compare the platform with its peers; writes bench/results.json
	@$(PY) -m bench $(ARGS)

chart: .venv/.made ## render the Helm chart anew into deploy/k8s/rendered, after a change in deploy/k8s [HELM=/path/to/helm]
	@$(if $(HELM),HELM=$(HELM)) $(PY) -m ops.documents.chart

UV := .venv/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
lock: ## pin versions anew: requirements.lock (all), -worker.lock (what a worker needs), -web.lock (gateway and tower too)
	@$(UV) --extra web --group dev --group bench --output-file requirements.lock $(ARGS)
	@$(UV) --constraint requirements.lock --output-file requirements-worker.lock
	@$(UV) --extra web --constraint requirements.lock --output-file requirements-web.lock
	@! grep -nE '://|^-' requirements.lock requirements-worker.lock requirements-web.lock

clean: ## remove what was made, but not .venv and Kafka's jars
	@rm -rf var build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -path ./.venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.made: requirements.lock pyproject.toml deploy/setup/python.sh
	@deploy/setup/python.sh
	@touch $@

.venv/.core-made: $(wildcard streams/domain/*.py) streams/agents/assemble.py deploy/setup/core.sh .venv/.made
	@deploy/setup/core.sh
	@touch $@

deploy/kafka/libs/.made: deploy/kafka/pom.xml
	@deploy/setup/kafka.sh
	@touch $@

deploy/registry/app/.made: deploy/registry/pom.xml
	@deploy/setup/registry.sh
	@touch $@

.venv/.tests-made: deploy/setup/system.sh | .venv/.made
	@deploy/setup/system.sh tests
	@touch $@
