.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON := .venv/bin/python
ROOTS := belenios chassis contracts gateway services tools tests
# Servers and the reference tool that the tests compare us with; never used as
# services: the suite starts nodes of its own.
TEST_PACKAGES := rabbitmq-server postgresql belenios-tool nginx prometheus chromium
ARGS ?=

.PHONY: help
help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) \
	| sed -E 's/^([a-z-]+):[^#]*## */\1|/' \
	| awk -F'|' '{ printf "  make %-14s %s\n", $$1, $$2 }'

.PHONY: setup
setup:  ## virtual environment from the lock, with what tests and checks need
	@deploy/setup/environment.sh develop
	@deploy/setup/kernel.sh
	@deploy/setup/portal.sh

.PHONY: setup-runtime
setup-runtime:  ## virtual environment from the lock, with what running needs
	@deploy/setup/environment.sh runtime
	@deploy/setup/kernel.sh
	@deploy/setup/portal.sh

.PHONY: portal
portal: setup  ## build what runs in the browser, and write down its hashes
	@deploy/setup/portal.sh --lock

.PHONY: messages
messages: setup  ## gather the pages' texts into the catalogues of other languages
	@deploy/setup/messages.sh

.PHONY: setup-servers
setup-servers:  ## Debian packages of the servers that the tests run privately
	@deploy/setup/system_packages.sh $(TEST_PACKAGES)

.PHONY: demo
demo: setup-runtime  ## a whole primary, from nominations to lists (ARGS="--seed 7")
	@.venv/bin/primaries demo $(ARGS)

# Parts with servers of their own, each in a process of its own: a browser's event loop
# and a log once configured stay. Two parts side by side, the longest first, for most of
# them wait most of the time; the one that measures time comes when it is quiet.
TEST_PARTS := test-faults test-unit test-portal test-integration test-walks
TEST_LAST := test-overload
test-unit: TESTS := architecture contract unit
test-integration: TESTS := integration
test-faults: TESTS := faults
test-walks: TESTS := deploy e2e
test-portal: TESTS := portal
test-overload: TESTS := overload

.PHONY: test
test: setup setup-servers  ## every test (ARGS="-k ballots")
	@$(MAKE) --no-print-directory -j2 -k -O $(TEST_PARTS)
	@$(MAKE) --no-print-directory $(TEST_LAST)

.PHONY: $(TEST_PARTS) $(TEST_LAST)
$(TEST_PARTS) $(TEST_LAST):
	@echo "== $@"; $(PYTHON) -m pytest $(ARGS) $(addprefix tests/,$(TESTS)) || [ $$? -eq 5 ]

.PHONY: check
check: setup  ## what must hold before a commit; within two minutes
	@$(MAKE) --no-print-directory -j2 -O unit-protocol unit-services types imports lint

.PHONY: lint
lint: setup  ## ruff: rules and format
	@.venv/bin/ruff check $(wildcard $(ROOTS))
	@.venv/bin/ruff format --check $(wildcard $(ROOTS))

.PHONY: types
types: setup  ## pyright
	@.venv/bin/pyright --warnings

.PHONY: imports
imports: setup  ## who may import whom
	@.venv/bin/lint-imports --no-cache

QUICK := -q -m "not integration and not belenios_tool and not slow"
PROTOCOL_TESTS := $(wildcard tests/unit/belenios tests/architecture tests/deploy)

.PHONY: unit
unit: unit-protocol unit-services  ## the quick tests without servers

.PHONY: unit-protocol
unit-protocol: setup
	@$(PYTHON) -m pytest $(QUICK) $(PROTOCOL_TESTS) $(ARGS)

.PHONY: unit-services
unit-services: setup
	@$(PYTHON) -m pytest $(QUICK) $(wildcard tests/unit tests/contract) \
	    --ignore tests/unit/belenios $(ARGS)

.PHONY: fix
fix: setup  ## let ruff repair and format what it can
	@.venv/bin/ruff check --fix $(wildcard $(ROOTS))
	@.venv/bin/ruff format $(wildcard $(ROOTS))

.PHONY: coverage
coverage: setup setup-servers  ## every test, with the lines that none of them reaches
	@$(PYTHON) -m pytest --cov --cov-report=term-missing $(ARGS)

.PHONY: bench
bench: setup  ## the protocol's speed beside belenios-tool's (ARGS="--check --archive")
	@.venv/bin/primaries bench $(ARGS)

.PHONY: bench-booth
bench-booth: setup setup-servers  ## how long a telephone takes to seal a ballot
	@PATH=$(CURDIR)/.venv/bin:$$PATH node gateway/portal/test/bench.mjs
	@PATH=$(CURDIR)/.venv/bin:$$PATH node gateway/portal/test/bench.mjs --throttle 6

.PHONY: screenshots
screenshots: setup setup-servers  ## pictures of the portal (ARGS=--guides: the guides')
	@$(PYTHON) -W ignore -m tests.portal.gallery $(ARGS)

.PHONY: lighthouse
lighthouse: setup setup-servers  ## Lighthouse on home, ballot and results (npx)
	@$(PYTHON) -W ignore -m tests.portal.lighthouse $(ARGS)

.PHONY: faults
faults: setup setup-servers  ## break the whole platform while people vote (FAULTS_SEED=7)
	@$(PYTHON) -u -W ignore -m tests.faults.siege $(ARGS)

.PHONY: overload
overload: setup setup-servers  ## ten times what the platform bears (ARGS="--seconds 20")
	@$(PYTHON) -u -W ignore -m tests.overload $(ARGS)

.PHONY: fuzz
fuzz: setup  ## feed the protocol's readers what nobody would write (ARGS="-runs=9999")
	@deploy/fuzz/run.sh $(ARGS)

.PHONY: migration
migration: setup  ## write the next one (service=registration name=close_nominations)
	@$(PYTHON) -W ignore -m tools.migrations $(service) $(name)

.PHONY: lock
lock: setup  ## write the lock files anew from pyproject.toml
	@deploy/setup/lock.sh
