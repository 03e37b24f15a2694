#!/usr/bin/env bash
# Gathers what pages say, `_()` in Python and `{% trans %}` in templates, into the
# catalogues gateway/pages/locale/*/LC_MESSAGES/messages.po: new texts come without a
# translation, those that are not said any more go.
set -euo pipefail
cd "$(dirname "$0")/../.."

babel=$(cd "${BABEL:-.venv/bin}" && pwd)/pybabel
pages=gateway/pages
template=$(mktemp)
trap 'rm -f "$template"' EXIT

(export PYTHONPATH="$PWD" && cd "$pages" && "$babel" --quiet extract --mapping-file locale/extract.cfg \
    --keywords N_ --no-wrap --sort-output --omit-header --add-location never \
    --output-file "$template" .)
for language in kk ru; do
    "$babel" --quiet update --input-file "$template" --output-dir "$pages/locale" \
        --locale "$language" --no-wrap --ignore-obsolete --no-fuzzy-matching \
        --ignore-pot-creation-date --init-missing
    # who wrote what, and when, is told by the history of the file
    sed -E -i '/^"(Project|Report|POT-|PO-|Last-|Language-Team|Generated)/d' \
        "$pages/locale/$language/LC_MESSAGES/messages.po"
done
