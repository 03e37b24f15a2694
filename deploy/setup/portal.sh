#!/usr/bin/env bash
# Builds what runs in the browser, gateway/portal/dist: portal.sh [--lock]. Node comes
# from the virtual environment. Does nothing when the sources are unchanged; needs the
# network only when package-lock.json has changed. --lock also writes the hashes of the
# bundles to assets.lock.json, to be committed with what changed them.
set -euo pipefail
cd "$(dirname "$0")/../.."

bin=$(cd "${PORTAL_NODE:-.venv/bin}" && pwd)
export PATH=$bin:$PATH
portal=gateway/portal
installed=$portal/node_modules/.installed
stamp=$portal/dist/.built

packages() {
    sha256sum "$portal/package-lock.json" | cut -d' ' -f1
}

sources() {
    find "$portal" -type f \
        -not -path "$portal/node_modules/*" -not -path "$portal/dist/*" \
        -not -path "$portal/dist.new/*" -not -path "$portal/test/*" \
        -not -name assets.lock.json -print0 \
        | sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
}

is_current() {
    [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]
}

install_packages() {
    printf 'setup: installing the packages of %s\n' "$portal"
    npm ci --prefix "$portal" --ignore-scripts --no-fund --no-audit --loglevel=error
    packages >"$installed"
}

main() {
    exec 9>.setup.lock
    flock 9 2>/dev/null || true

    if [ $# = 0 ] && is_current "$stamp" "$(sources)"; then
        return
    fi
    is_current "$installed" "$(packages)" || install_packages
    printf 'setup: building %s/dist\n' "$portal"
    node "$portal/build.mjs" "$@"
    sources >"$stamp"
}

main "$@"
