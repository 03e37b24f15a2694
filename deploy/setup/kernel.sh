#!/usr/bin/env bash
# Compiles the kernel of belenios, which takes half a minute, so that no process has
# to: kernel.sh [python]. Does nothing when that was done for the source as it is.
# Where it cannot be done everything still works, only slower.
set -euo pipefail
cd "$(dirname "$0")/../.."

python=${1:-.venv/bin/python}
source=belenios/kernel
compiled=${NUMBA_CACHE_DIR:-$source/__pycache__}
stamp=$compiled/compiled

fingerprint() {
    cat "$source"/*.py requirements/runtime.lock | sha256sum
    "$python" -c 'import platform, sys; print(platform.machine(), sys.version)'
}

forget() {
    find "$compiled" -name 'entries.*.nb[ic]' -delete
    rm -f "$stamp"
}

compile() {
    printf 'setup: compiling the kernel into %s\n' "$compiled"
    "$python" -c 'import sys; from belenios.kernel import warm_up; sys.exit(not warm_up())'
}

main() {
    exec 9>.setup.lock
    flock 9 2>/dev/null || true

    mkdir -p "$compiled" 2>/dev/null || true
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(fingerprint)" ]; then
        return
    fi
    if [ -w "$compiled" ] && forget && compile; then
        fingerprint >"$stamp"
    else
        printf 'setup: the kernel is not compiled: ballots will be verified slowly.\n' >&2
    fi
}

main
