"""Messages to telephones of people whose language nobody knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.definition.definition import Definition

#: a message costs by its length: so many of the primary's languages, and no more
_LANGUAGES = 2
_OTHERWISE = "en"


def message_text(
    definition: Definition, texts: Mapping[str, str], *, code: str = ""
) -> str:
    """The primary's title, the code, then a line in each of its first languages.

    `texts` holds the line by language, English among them.
    """
    title = definition.title[definition.languages[0]]
    head = f"{title}: {code}" if code else title
    return "\n".join([head, *_lines(definition, texts)])


def _lines(definition: Definition, texts: Mapping[str, str]) -> Iterator[str]:
    spoken = [each for each in definition.languages if each in texts][:_LANGUAGES]
    return (texts[each] for each in spoken or [_OTHERWISE])
