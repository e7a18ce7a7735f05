# Every target does all its own set-up from a bare clone: Python 3.11 or newer, pip and make.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: quickstart test install install-dev lint format clean

quickstart: .venv/.installed  ## search, report and export: minutes on two cores
	$(BIN)/nas launch search_spaces/quickstart.yaml
	$(BIN)/nas report quickstart
	$(BIN)/nas export quickstart --best accuracy

test: .venv/.installed-dev  ## the whole test suite
	$(BIN)/python -m pytest -n 2 --dist worksteal

install: .venv/.installed  ## the package alone, in .venv

install-dev: .venv/.installed-dev  ## the package with everything that tests and linters need

lint: .venv/.installed-dev  ## linters, type checker, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/.installed-dev  ## what the linter can mend by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:  ## removes the environment and everything made by tools
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.installed: pyproject.toml constraints.txt | .venv/bin/python
	$(PIP) install -c constraints.txt torch
	$(PIP) install -c constraints.txt -e .
	@touch $@

# All at once: what a former call had installed would be resolved and built anew.
.venv/.installed-dev: pyproject.toml constraints.txt | .venv/bin/python
	$(PIP) install -c constraints.txt -e '.[test,dev]'
	@touch .venv/.installed $@
