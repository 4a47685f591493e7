# Each target sets itself up from nothing but python3 >= 3.11 and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test test-all lint audit bench calibrate soak lock clean

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

# Sixty simulated nights in a row with injected faults: about four minutes on two cores.
soak: $(READY)
	$(BIN)/python -m benchmarks.soak

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "harmshift needs Python 3.11 or later; name one with: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)

# Known weaknesses of locked versions, by pip-audit in an environment of its own; without its database it says so.
audit:
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && $(PYTHON) -m venv "$$dir" && \
	  if "$$dir/bin/pip" install -qq --disable-pip-version-check pip-audit >/dev/null 2>&1; then \
	    "$$dir/bin/pip-audit" --disable-pip --require-hashes --timeout 20 -r requirements.lock >"$$dir/said" 2>&1; ended=$$?; \
	    cat "$$dir/said"; \
	    if grep -Eqi 'ConnectionError|Max retries|timed out|ServiceError|HTTPError|Failed to (connect|upgrade)' "$$dir/said"; then \
	      echo "audit: its database cannot be reached from here; nothing was checked"; else exit $$ended; fi; \
	  else echo "audit: pip-audit cannot be installed from here; nothing was checked"; fi

# Rewrites the lock; needs uv. No index address is written.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --extra dev --no-header --no-annotate \
	  --no-emit-index-url --no-emit-find-links pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) .harmshift outputs/*/
