"""A coverage-guided fuzzer (atheris) on everything that reads what others wrote.

Run by `make fuzz`; not part of the suite. The first byte of an input chooses the
reader, the rest is what it reads. A typed error is what should happen; anything else
that is raised is a finding, kept beside the corpus.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import atheris  # pyright: ignore[reportMissingImports]

with atheris.instrument_imports(include=["belenios"]):
    from belenios.errors import BeleniosError
    from tests.unit.belenios.readers import primary, read_archive, readers

KINDS = sorted(readers())
ARCHIVE = len(KINDS)


def read(data: bytes) -> None:
    """One input."""
    if not data:
        return
    chosen, body = data[0] % (ARCHIVE + 1), data[1:]
    with suppress(BeleniosError):
        if chosen == ARCHIVE:
            read_archive(body)
        else:
            _, reader = readers()[KINDS[chosen]]
            reader(body.decode("utf-8", "replace"))


def plant(corpus: Path) -> None:
    """Begin with an honest message of every kind."""
    corpus.mkdir(parents=True, exist_ok=True)
    for number, kind in enumerate(KINDS):
        seed = bytes([number]) + readers()[kind][0].encode()
        (corpus / kind.replace(" ", "-")).write_bytes(seed)
    (corpus / "archive").write_bytes(bytes([ARCHIVE]) + primary().archive)


def main() -> None:
    """Fuzz with the options of libFuzzer, the corpus last."""
    plant(Path(sys.argv[-1]))
    atheris.Setup(sys.argv, read)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
