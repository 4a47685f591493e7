# Each target sets itself up from nothing but python3 >= 3.11 and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test test-all lint bench calibrate soak lock clean

demo: $(READY)
	$(BIN)/harmshift run fjordby --engine prefect

test: $(READY)
	$(BIN)/pytest -n auto --dist loadfile

test-all: $(READY)
	$(BIN)/pytest -n auto --dist loadfile -m "not network"

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY)
	$(BIN)/python -m benchmarks.main_job $(if $(wildcard ../shared/data),--data ../shared/data)
	$(BIN)/python -m benchmarks

# Coverage of intervals and errors of verdicts in simulated towns, and their plot: about 15 minutes on two cores.
calibrate: $(READY)
	$(BIN)/python -m benchmarks.calibration --workers 2

# Sixty simulated nights in a row with injected faults: about ten minutes on two cores.
soak: $(READY)
	$(BIN)/python -m benchmarks.soak

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "harmshift needs Python 3.11 or later; name one with: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)

# Rewrites the lock; needs uv. No index address is written.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --extra dev --no-header --no-annotate \
	  --no-emit-index-url --no-emit-find-links pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) .harmshift outputs/*/
