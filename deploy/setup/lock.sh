#!/usr/bin/env bash
# Writes requirements/*.lock anew, for every platform, with hashes. The resolver lives
# in an environment of its own: nothing else needs it.
set -euo pipefail
cd "$(dirname "$0")/../.."

resolver=$(mktemp -d)
trap 'rm -rf "$resolver"' EXIT
.venv/bin/python -m venv "$resolver"
"$resolver/bin/pip" install -qq --disable-pip-version-check uv

compile() {
    "$resolver/bin/uv" pip compile --quiet --universal --python-version 3.11 \
        --generate-hashes --no-header --no-emit-index-url "$@" pyproject.toml
}

compile --output-file requirements/runtime.lock
compile --output-file requirements/develop.lock --group test --group dev \
    --constraint requirements/runtime.lock
