#!/usr/bin/env bash
# Makes .venv from a lock file with hashes: environment.sh runtime|develop.
# Does nothing when the lock, the project file and the interpreter are unchanged.
set -euo pipefail
cd "$(dirname "$0")/../.."

group=${1:-develop}
lock=requirements/$group.lock
assets=requirements/assets.lock  # Node, which builds the portal
venv=.venv

fail() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3; do
        [ -n "$candidate" ] || continue
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
        then
            command -v "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer is needed (set PYTHON=/path/to/python3.11)."
}

make_venv() {
    local python=$1
    "$python" -c 'import ensurepip, venv' 2>/dev/null \
        || deploy/setup/system_packages.sh python3-venv
    "$python" -m venv "$venv"
}

fingerprint() {
    cat "$lock" "$assets" pyproject.toml deploy/setup/environment.sh | sha256sum | cut -d' ' -f1
    "$venv/bin/python" -c 'import sys; print(sys.version)'
}

# The full lock holds everything of the small one: a venv made for the tests serves
# the demo as it is.
is_up_to_date() {
    local stamp=$venv/.setup-$1
    [ -x "$venv/bin/primaries" ] && [ -f "$stamp" ] \
        && [ "$(cat "$stamp")" = "$(lock=requirements/$1.lock fingerprint)" ]
}

install_locked() {
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check \
        --require-hashes --only-binary :all: --no-deps --requirement "$lock" --requirement "$assets"
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check \
        --no-build-isolation --no-deps --editable .
}

main() {
    [ -f "$lock" ] || fail "there is no $lock."
    # One set-up at a time: two shells may run make in the same checkout.
    exec 9>.setup.lock
    flock 9 2>/dev/null || true

    if [ -x "$venv/bin/python" ]; then
        if is_up_to_date "$group" || is_up_to_date develop; then
            return
        fi
    fi
    "$venv/bin/python" -m pip --version >/dev/null 2>&1 || make_venv "$(find_python)"
    printf 'setup: installing %s into %s\n' "$lock" "$venv"
    rm -f "$venv"/.setup-*
    install_locked
    fingerprint >"$venv/.setup-$group"
}

main
