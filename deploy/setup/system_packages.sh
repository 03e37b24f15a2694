#!/usr/bin/env bash
# Installs the Debian packages named in the arguments that are missing; needs root
# or sudo without a password, and says what to run where it has neither.
set -euo pipefail

fail() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

is_installed() {
    dpkg-query --show --showformat '${db:Status-Status}' "$1" 2>/dev/null \
        | grep -qx installed
}

missing=()
command -v dpkg-query >/dev/null && command -v apt-get >/dev/null || {
    printf 'setup: this is not a Debian system: install what gives %s yourself.\n' "$*" >&2
    printf 'setup: going on; what needs them will say so.\n' >&2
    exit 0
}
for package in "$@"; do
    is_installed "$package" || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=(env)
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root=(sudo -n env)
else
    fail "missing packages; run: sudo apt-get install --no-install-recommends ${missing[*]}"
fi

printf 'setup: installing %s\n' "${missing[*]}"
export_noninteractive=(DEBIAN_FRONTEND=noninteractive)

# The packages' own servers are never used, so they are kept from starting: a
# policy of 101 ("forbidden by policy") is Debian's way to say so.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi

"${as_root[@]}" "${export_noninteractive[@]}" apt-get update -qq
"${as_root[@]}" "${export_noninteractive[@]}" apt-get install -y -qq \
    --no-install-recommends "${missing[@]}" >/dev/null
