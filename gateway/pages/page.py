"""One page in the making: who asks for it, in which language, about which primary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup
from werkzeug.wrappers import Request

from chassis.clock import Clock
from chassis.errors import DomainError
from chassis.operations import Operation
from contracts.registration.operations import (
    ListContests,
    ListTerritories,
    ShowCalendar,
    ShowMe,
    ShowPrimary,
)
from gateway.bodies import types_of
from gateway.pages import languages, words
from gateway.pages.forms import DEED, KEY, TOKEN, Form
from gateway.pages.notices import notice
from gateway.pages.stages import Action, Stage, action_of, phase_of, stages_of
from gateway.pages.visitors import NOBODY, NOTICE, Visitor, Visitors
from gateway.reads import Reads
from gateway.routes import ROUTES
from gateway.sessions import COOKIE

_AT_ONCE = 200  # items that a service tells at a time
#: seconds for which a page may show the same as before
_FRESH = {route.operation: max(route.cache, 1.0) for route in ROUTES}


@dataclass(frozen=True, kw_only=True)
class Page:
    """What every page can ask and say."""

    request: Request
    reads: Reads
    clock: Clock
    is_demo: bool
    visitors: Visitors | None = None  # None where it does not matter who asks
    contact: str = ""  # the address of whoever runs this installation, if told
    path: Mapping[str, Any] = field(default_factory=dict)
    form: Form = field(default_factory=Form)

    @cached_property
    def visitor(self) -> Visitor:
        """Who looks at the page."""
        return self.visitors.of(self.request) if self.visitors else NOBODY

    def ask(self, operation: type[Operation], **asked: Any) -> dict[str, Any]:
        """Ask a service for the visitor, in this page's primary."""
        assert self.visitors
        here = {"primary": self.path["primary"]} if "primary" in self.path else {}
        known = types_of(operation.Request).keys()
        payload = {n: v for n, v in here.items() if n in known} | asked
        return self.visitors.ask(self.visitor, operation, payload)

    @cached_property
    def name(self) -> str:
        """What the visitor is called, as far as it can be told just now."""
        return self.visitors.name(self.visitor) if self.visitors else ""

    @property
    def is_personal(self) -> bool:
        """Whether something on the page is for this visitor alone."""
        return bool(self.request.cookies.get(COOKIE) or self.notice or self.form.sent)

    @property
    def sign_in(self) -> str:
        """Where to sign in, to come back to this page."""
        own = self.request.full_path.rstrip("?")
        primary = self.path.get("primary")
        to = f"/{primary}/sign-in" if primary else "/sign-in"
        return f"{to}?{urlencode({'next': own})}"

    @cached_property
    def me(self) -> dict[str, Any]:
        """What the register says about the visitor."""
        return self.ask(ShowMe)

    def hidden(self, deed: str | None = "", **more: object) -> Markup:
        """The fields that a form of this page needs beside its own.

        Without a deed the buttons of the form say what they do.
        """
        ours = {TOKEN: self.visitor.form_token, KEY: self.form.key}
        named = {} if deed is None else {DEED: deed}
        fields = (ours | named | more).items()
        line = Markup('<input type="hidden" name="{}" value="{}">')
        return Markup("").join(line.format(name, value) for name, value in fields)

    @cached_property
    def support_code(self) -> str:
        """What to quote when something went wrong."""
        return self.request.environ.get("primaries.request", "")

    def read(self, operation: type[Operation], **asked: Any) -> dict[str, Any]:
        """What a service shows to anybody."""
        if self.notice:  # who has just changed something wants to see it
            return self.reads.read_anew(operation, asked).body
        seconds = _FRESH.get(operation, 1.0)
        return self.reads.read(operation, asked, seconds).body

    def read_own(self, operation: type[Operation], **asked: Any) -> dict[str, Any]:
        """What a service shows of this page's primary; empty filters are no filters."""
        wanted = {name: value for name, value in asked.items() if value not in ("", ())}
        return self.read(operation, primary=self.path["primary"], **wanted)

    def find_own(
        self, operation: type[Operation], **asked: Any
    ) -> dict[str, Any] | None:
        """The same; None where there is nothing yet or the service is away."""
        try:
            return self.read_own(operation, **asked)
        except DomainError:
            return None

    def read_every(
        self, operation: type[Operation], **asked: Any
    ) -> Iterator[dict[str, Any]]:
        """Every item of a list that a service shows page by page."""
        after: str | None = ""
        while after is not None:
            found = self.read_own(operation, limit=_AT_ONCE, after=after, **asked)
            yield from found["items"]
            after = found["next"]

    @cached_property
    def primary(self) -> dict[str, Any]:
        """The page's primary."""
        return self.read_own(ShowPrimary)

    @cached_property
    def calendar(self) -> dict[str, Any]:
        """Its calendar in force."""
        return self.read_own(ShowCalendar)

    @cached_property
    def stages(self) -> list[Stage]:
        """Its stages at this moment."""
        return stages_of(self.calendar, self.clock.now())

    @cached_property
    def action(self) -> Action:
        """The one thing to do now."""
        return action_of(self.stages)

    @cached_property
    def territories(self) -> dict[str, dict[str, Any]]:
        """Its territories by code, parents first."""
        items = self.read_own(ListTerritories)["items"]
        return {territory["code"]: territory for territory in items}

    def above(self, code: str | None) -> list[str]:
        """A territory and all in which it lies, from the inside out."""
        codes: list[str] = []
        while code and (known := self.territories.get(code)):
            codes.append(code)
            code = known["parent"]
        return codes

    def region_of(self, code: str) -> str:
        """The region in which a territory lies; empty where it lies in none."""
        within = (self.territories[each] for each in self.above(code))
        return next((each["code"] for each in within if each["level"] == "region"), "")

    @cached_property
    def contests(self) -> dict[str, dict[str, Any]]:
        """Its contests by id."""
        items = self.read_own(ListContests)["items"]
        return {contest["contest"]: contest for contest in items}

    @cached_property
    def language(self) -> str:
        """The language in which the page is written."""
        request = self.request
        offered = self._offered() if "primary" in self.path else ()
        kept = request.cookies.get(languages.COOKIE, "")
        return languages.chosen(
            self.query("lang"), kept, request.accept_languages, offered
        )

    def _offered(self) -> Iterator[str]:
        """The primary's languages, asked for only where nothing else decides."""
        yield from self.primary["languages"]

    @property
    def languages_offered(self) -> list[tuple[str, str]]:
        """The primary's languages, by their own names."""
        names: Mapping[str, str] = languages.LANGUAGES
        codes: list[str] = self.primary["languages"]
        return [(code, names.get(code, code)) for code in codes]

    @cached_property
    def notice(self) -> str:
        """What has just been done; said once."""
        return notice(self.request.cookies.get(NOTICE, ""))

    def query(self, name: str) -> str:
        """A value of the address's query; empty where it has none."""
        return self.request.args.get(name, "").strip()

    def given(self, *names: str) -> dict[str, str]:
        """Those of the values that the address's query has."""
        return {name: value for name in names if (value := self.query(name))}

    def stage(self, name: str) -> Stage:
        """One stage."""
        return next(stage for stage in self.stages if stage.name == name)

    def phase(self, name: str) -> Stage:
        """Any phase of the calendar."""
        return phase_of(self.calendar, name, self.clock.now())

    def text(self, texts: Mapping[str, str]) -> Markup:
        """A name in the reader's language, marked where it is in another."""
        language = self.language
        if language in texts:
            return Markup.escape(texts[language])
        for language, text in texts.items():
            return Markup('<span lang="{}">{}</span>').format(language, text)
        return Markup("")

    def alphabetical(self, named: Mapping[str, Any]) -> tuple[int, ...]:
        """By which things that have a name are put in order."""
        return languages.alphabetical(str(self.text(named["name"]).striptags()))

    def territory(self, code: str) -> Markup:
        """The name of a territory."""
        known = self.territories.get(code)
        return self.text(known["name"]) if known else Markup.escape(code)

    def contest(self, contest: str) -> Markup:
        """The title of a contest."""
        known = self.contests.get(contest)
        return self.text(known["title"]) if known else Markup.escape(contest)

    def when(self, value: str, zone: str | None = None) -> Markup:
        """A moment, in the primary's zone unless another is named."""
        return words.instant(value, zone or self.primary["zone"])

    def place(self, zone: str | None = None) -> str:
        """The city that a zone is called after; the primary's zone by default."""
        return words.place_of(zone or self.primary["zone"])

    def distance(self, value: str) -> str:
        """How far away a moment is."""
        return words.distance(value, self.clock.now())

    def is_past(self, value: str) -> bool:
        """Whether a moment has come."""
        return datetime.fromisoformat(value) <= self.clock.now()

    def seconds_until(self, moment: datetime) -> int:
        """What a script counts down from: a device's own clock may be wrong."""
        return int((moment - self.clock.now()).total_seconds())

    def link(self, *steps: str, **query: Any) -> str:
        """The address of another page of this primary, in the same language."""
        path = "/".join(["", self.path["primary"], *steps])
        return self._address(path if steps else f"{path}/", query)

    def beside(self, path: str, **query: Any) -> str:
        """The address of a page of no primary or another, in the same language."""
        return self._address(path, query)

    def again(self, **query: Any) -> str:
        """The address of this page with some of its query changed."""
        return self._address(self.request.path, self.request.args.to_dict() | query)

    def _address(self, path: str, query: Mapping[str, Any]) -> str:
        kept = {"lang": self.query("lang")} | dict(query)
        wanted = {name: value for name, value in kept.items() if value}
        return f"{path}?{urlencode(wanted)}" if wanted else path
