# Two commands: `make demo` runs the main job, `make test` runs the tests. Each sets itself up.
# What belongs into test, test-slow and nightly: CONTRIBUTING.md.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
COMPILE := $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
# Tests of a file stay on one worker, whose fixtures they share; tests/conftest.py says so and which files begin first.
PYTEST := $(BIN)/pytest -n auto --no-loadscope-reorder
export DO_NOT_TRACK = 1
# Where byte code is not kept, each of the hundreds of processes that tests start compiles all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow check nightly histories torture operation bi spark mutation vulnerabilities dictionary bench bench-full format lock clean

help: ## what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/.run ## August 2022 end to end, into var/demo
	@$(BIN)/tyle demo var/demo

test: check ## all checks, then the tests that protect a change (some minutes on two cores)
	@$(PYTEST)

test-slow: $(VENV)/.dev ## the tests that take long, and property tests with 12 times as many examples (CI runs them too)
	@HYPOTHESIS_PROFILE=slow $(PYTEST) -m '(slow or hypothesis) and not nightly'

check: $(VENV)/.dev ## formatter, linter, type checker, import rule
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

READERS := xlsx xls docx html csv json ndjson xml spreadsheetml ods fods
FUZZ_SECONDS ?= 600
FUZZ_FILES ?= 10000

nightly: $(VENV)/.dev ## what takes hours: property tests and the answer key at length, each reader under broken files, BI clients, Spark, mutants
	@HYPOTHESIS_PROFILE=nightly $(BIN)/pytest -m 'not nightly' tests/properties tests/transforms tests/answer_key tests/demo
	@for reader in $(READERS); do $(BIN)/python -m tests.fuzz $$reader $(FUZZ_SECONDS) || exit 1; done
	@$(BIN)/python -m tests.fuzz --in-runs $(FUZZ_FILES)
	@$(PYTEST) -m nightly tests/fuzz
	@$(MAKE) --no-print-directory vulnerabilities histories bi spark bench mutation
	@$(MAKE) --no-print-directory torture operation

histories: $(VENV)/.dev ## 300 random histories, each run in two ways: verdicts, every cell of every mart, alerts (half an hour)
	@$(PYTEST) -m nightly tests/histories

torture: $(VENV)/.dev ## a day's work killed 200 times, short of disk, beside readers: figures, exit 1 if anything is lost
	@$(BIN)/python -m tests.torture

operation: $(VENV)/.dev ## server, worker and database ended by force, sources that hang, missed schedules; pages in a browser (some minutes; PostgreSQL)
	@$(BIN)/pytest -m nightly tests/operation tests/end_to_end

bi: $(VENV)/.dev ## what is published in the hands of each BI client, Superset included (some minutes)
	@$(BIN)/pytest -m nightly tests/bi

spark: $(VENV)/.dev ## the marts from Apache Spark, in local mode with a Java of its own: the same rows (some minutes)
	@$(BIN)/pytest -m nightly tests/spark

dictionary: $(VENV)/.run ## write docs/dictionary.md
	@$(BIN)/python -m warehouse.published.dictionary > docs/dictionary.md

bench: $(VENV)/.dev ## exports to marts beside a bare DuckDB script, dbt, SQLMesh, Dagster and dlt; validation beside raw SQL (ten minutes)
	@$(BIN)/python -m bench.peers
	@$(BIN)/python -m bench.validation --rounds 3

bench-full: $(VENV)/.dev ## the same with ten million rows and 10,000 units, each step, and what Prefect costs (hours, 8 GB of memory)
	@$(BIN)/python -m bench.peers --full
	@$(BIN)/python -m bench.pipeline --full
	@$(BIN)/python -m bench.validation --rows 10000000
	@$(BIN)/python -m bench.orchestration 26 700 10000

mutation: $(VENV)/.dev ## changes rules, facts and judge line by line; a test must notice each (MODULES="…" for some)
	@$(BIN)/python -m tests.mutation $(MODULES)

format: $(VENV)/.dev ## write the format and the safe fixes
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

vulnerabilities: $(VENV)/.dev ## whether a locked version has a known vulnerability (needs the network, says when it cannot know)
	@$(BIN)/pytest -m nightly tests/vulnerabilities
	@$(BIN)/python -m tests.vulnerabilities

lock: $(VENV)/.uv ## resolve the dependencies anew (versions and hashes, no registry address)
	@$(COMPILE) requirements/build.in -o requirements/build.lock
	@$(COMPILE) pyproject.toml -o requirements/run.lock
	@$(COMPILE) pyproject.toml --extra dev --constraint requirements/run.lock -o requirements/dev.lock
	@for input in requirements/bi/*.in requirements/peers/*.in requirements/spark.in; do $(COMPILE) $$input -o $${input%.in}.lock || exit 1; done

clean: ## remove what the commands made
	@rm -rf $(VENV) var

$(VENV)/.uv: requirements/build.lock
	@echo "tyle: setting up $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/build.lock
	@touch $@

# Byte code is compiled at install: imports take twice as long without it. An empty Prefect database is made here too,
# for embedded servers to start from.
$(VENV)/.run: $(VENV)/.uv requirements/run.lock pyproject.toml
	@$(BIN)/uv pip install -q --python $(BIN)/python --compile-bytecode --require-hashes -r requirements/run.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@rm -rf $(VENV)/prefect
	@PREFECT_HOME=$(CURDIR)/$(VENV)/prefect $(BIN)/prefect server database upgrade -y >/dev/null
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --compile-bytecode --require-hashes -r requirements/dev.lock
	@touch $@
