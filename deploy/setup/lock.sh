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
        --generate-hashes --no-header --no-emit-index-url "$@"
}

compile pyproject.toml --output-file requirements/runtime.lock
compile --group assets --output-file requirements/assets.lock
compile pyproject.toml --group assets --group test --group dev \
    --output-file requirements/develop.lock --constraint requirements/runtime.lock

# The packages of the portal. Where they ask for money is not ours to tell.
.venv/bin/npm install --package-lock-only --prefix gateway/portal --ignore-scripts \
    --loglevel=error
.venv/bin/node --input-type=module -e '
    import { readFileSync, writeFileSync } from "node:fs";
    const [path] = process.argv.slice(1);
    const lock = JSON.parse(readFileSync(path, "utf8"));
    for (const each of Object.values(lock.packages)) delete each.funding;
    writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
' gateway/portal/package-lock.json
