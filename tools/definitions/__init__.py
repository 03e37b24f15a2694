"""Definition files: YAML with CSV tables beside it, turned into a document.

What the files have and the document has not: one file may `extends` another,
tables may stand in CSV files, titles of contests may be given as templates, and
times are local wall time. Everything wrong is reported with file and line.
"""

from __future__ import annotations

from tools.definitions.loading import load_definition_file

__all__ = ["load_definition_file"]
