#!/usr/bin/env bash
# Fuzzes the readers of belenios: run.sh [options of libFuzzer], ten minutes unless
# told otherwise. Atheris is installed below var/ the first time, apart from .venv.
set -euo pipefail
cd "$(dirname "$0")/../.."

library=var/fuzz/library
corpus=var/fuzz/corpus

main() {
    if [ ! -d "$library/atheris" ]; then
        .venv/bin/python -m pip install -qq --disable-pip-version-check \
            --only-binary :all: --target "$library" atheris
    fi
    mkdir -p "$corpus"
    [ "$#" -gt 0 ] || set -- -max_total_time=600
    PYTHONPATH=$library:. .venv/bin/python -m tests.fuzz.parsers \
        -artifact_prefix=var/fuzz/ -timeout=10 -rss_limit_mb=2048 -max_len=200000 \
        "$@" "$corpus"
}

main "$@"
