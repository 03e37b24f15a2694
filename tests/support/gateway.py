"""The gateway without its services: each operation answers what a test says."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

from werkzeug.test import Client, TestResponse

from chassis.operations import Operation
from chassis.testing import FrozenClock
from contracts.registration.operations import ListContests, ListTerritories
from gateway.app import Application
from gateway.sessions import COOKIE
from tests.support.definitions import a_definition_document
from tests.support.samples import a_sample

Answer = Callable[[dict[str, Any]], Any] | dict[str, Any] | Exception


class ScriptedServices:
    """Stands where the bus stands; what it was asked can be looked at."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any], str | None]] = []
        self._answers: dict[str, Answer] = {}

    def answer(self, operation: type[Operation], answer: Answer) -> None:
        """From now on `operation` gets this answer, or raises this error."""
        self._answers[_name(operation)] = answer

    def know_places(self) -> None:
        """Registration tells of the tiny primary's contests and territories."""
        document = a_definition_document()
        for operation, things in (
            (ListContests, document["contests"]),
            (ListTerritories, document["territories"]),
        ):
            sample = a_sample(operation.Response)["items"][0]
            self.answer(operation, {"items": [sample | each for each in things]})

    def call(
        self,
        operation: type[Operation],
        payload: dict[str, Any],
        token: str | None = None,
        timeout: float | None = None,
    ) -> dict[str, Any]:
        """What `RpcClient.call` does."""
        self.asked.append((operation.name, payload, token))
        answer = self._answers.get(_name(operation))
        if answer is None:
            return a_sample(operation.Response)
        if isinstance(answer, Exception):
            raise answer
        return answer(payload) if callable(answer) else answer

    def questions(self, operation: type[Operation]) -> list[dict[str, Any]]:
        """The payloads with which an operation was asked."""
        return [payload for name, payload, _ in self.asked if name == operation.name]


def a_holder(*roles: str, **known: Any) -> dict[str, Any]:
    """What registration tells of a session: whose it is."""
    return {
        "token": "signed",
        "expires_at": "2100-01-01T00:00:00Z",
        "ends_at": "2100-01-01T00:00:00Z",
        "primary": "tiny-2020",
        "roles": [{"role": role, "scope": ""} for role in roles or ("member",)],
    } | known


def an_application(
    services: ScriptedServices, clock: FrozenClock | None = None, **options: Any
) -> Application:
    """The application in front of scripted services."""
    settings = {"is_demo": True} | options
    return Application(services.call, clock or FrozenClock(), **settings)


def a_client(services: ScriptedServices, **options: Any) -> Client:
    """A client of that application, in this very process."""
    return Client(an_application(services, **options))


class Browser:
    """Somebody who looks at pages and sends their forms, without any script."""

    origin = "https://localhost"

    def __init__(
        self,
        services: ScriptedServices,
        *,
        session: str = "",
        clock: FrozenClock | None = None,
    ) -> None:
        self.clock = clock or FrozenClock()
        self._open(an_application(services, self.clock))
        if session:
            self.client.set_cookie(COOKIE, session, secure=True)

    @classmethod
    def of(cls, application: Application) -> Browser:
        """Somebody in front of a gateway with real services behind it."""
        browser = cls.__new__(cls)
        browser._open(application)
        return browser

    def _open(self, application: Application) -> None:
        self.client = Client(application)
        self.address = "/"
        self.text = ""

    def get(self, address: str) -> TestResponse:
        """Look at a page."""
        self.address = address
        return self._shown(self.client.get(address, base_url=self.origin))

    def post(self, address: str, data: Any, **more: Any) -> TestResponse:
        """Send something as a form of our own page."""
        headers = {"Origin": self.origin}
        answer = self.client.post(
            address, data=data, base_url=self.origin, headers=headers, **more
        )
        return self._shown(answer)

    def send(self, deed: str | None = None, **words: str) -> TestResponse:
        """Fill in the form of this page that does `deed`; without one, the first."""
        return self.post(self.address, self.filled(deed, **words))

    def filled(self, deed: str | None = None, **words: str) -> dict[str, str]:
        """What that form would send."""
        named = {name.replace("__", "."): value for name, value in words.items()}
        return self.hidden(deed) | named

    def hidden(self, deed: str | None = None) -> dict[str, str]:
        """What a form sends without the person's doing."""
        forms = _Forms(self.text).forms
        fitting = [form for form in forms if deed is None or form.get("do") == deed]
        assert fitting, f"no form does {deed}"
        return fitting[0]

    def field(self, name: str) -> str:
        """What stands in the element with an id."""
        after = self.text.partition(f'id="{name}"')[2]
        return after.partition("</p>")[0]

    def cookie(self, name: str) -> str | None:
        """The value of a cookie that the browser holds."""
        found = self.client.get_cookie(name)
        return found.value if found else None

    def forget_cookies(self) -> None:
        """Throw all cookies away."""
        for name in ("__Host-tried", "__Host-notice", COOKIE):
            self.client.delete_cookie(name)

    def wait_out_what_is_remembered(self) -> None:
        """Let so much time pass that the gateway asks again."""
        self.clock.tick(minutes=5)

    def _shown(self, answer: TestResponse) -> TestResponse:
        self.text = answer.text
        return answer


class _Forms(HTMLParser):
    """The forms of a page that are sent with POST: their hidden fields."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self._in_form = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a form holds."""
        facts = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._in_form = facts.get("method") == "post"
            self.forms += [{}] if self._in_form else []
        elif tag == "input" and self._in_form and facts.get("type") == "hidden":
            self.forms[-1][facts["name"]] = facts["value"]

    def handle_endtag(self, tag: str) -> None:
        """Leave the form."""
        self._in_form = self._in_form and tag != "form"


def _name(operation: type[Operation]) -> str:
    return f"{operation.service}.{operation.name}"
