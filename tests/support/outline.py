"""A page as somebody goes by it who cannot see it."""

from __future__ import annotations

from html.parser import HTMLParser

_WITHOUT_END = {"meta", "link", "input", "br", "rect", "path", "polyline", "circle"}


class Outline(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.tags.append((tag, dict(attrs)))
        if tag not in _WITHOUT_END:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element, the one that was entered last."""
        if tag not in _WITHOUT_END:
            assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every such element."""
        return [attributes for name, attributes in self.tags if name == tag]

    def require_readable(self) -> None:
        """One heading, one main part, every field and table named, no id twice."""
        assert self.open == []
        assert len(self.all("h1")) == len(self.all("main")) == 1
        assert len(self.all("caption")) == len(self.all("table"))
        assert not any("style" in attributes for _, attributes in self.tags)
        ids = [attributes["id"] for _, attributes in self.tags if "id" in attributes]
        assert len(ids) == len(set(ids))
        named = {a.get("for") for a in self.all("label")}
        kinds = ("input", "select", "textarea")
        fields = [field for kind in kinds for field in self.all(kind)]
        unseen = {"hidden", "checkbox", "radio"}  # these stand inside their label
        assert {a["id"] for a in fields if a.get("type") not in unseen} <= named
