PYTHON ?= python3
BIN := .venv/bin

DEMO := data/demo/orders.parquet

.PHONY: setup reports test lab bench lock

setup: .venv/ready

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

# the simulated company, anew when its simulator changes
$(DEMO): .venv/ready $(wildcard lib/workbook/intake/company/*)
	$(BIN)/workbook demo demo --customers 2000 --seed 1 --to .
	touch $@

reports: setup $(DEMO)
	$(BIN)/python -m workbook.intake.cdnow
	$(BIN)/workbook run --all

test: setup $(DEMO)
	$(BIN)/python -m workbook.intake.cdnow
	$(BIN)/python -m pytest -n 2 --dist loadfile

lab: setup
	$(BIN)/jupyter lab notebooks

bench: setup
	$(PYTHON) tests/bench/run.py

# needs uv; the lock holds hashes for every system and no index address
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--extra dev -o requirements.lock pyproject.toml
	$(BIN)/python tests/environment.py --write
