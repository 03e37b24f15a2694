.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON := .venv/bin/python
ROOTS := $(wildcard belenios chassis contracts services gateway tools)
ARGS ?=

.PHONY: help
help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## */\1|/' \
	| awk -F'|' '{printf "  make %-10s %s\n", $$1, $$2}'

.PHONY: setup
setup:  ## virtual environment from the lock file, with the tools for tests and checks
	@deploy/setup/environment.sh develop

.PHONY: setup-runtime
setup-runtime:  ## virtual environment with what running needs, nothing more
	@deploy/setup/environment.sh runtime
