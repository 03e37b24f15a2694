"""A small client of the platform's HTTP interface.

An answer is its JSON; a refusal is a `Problem` with the platform's own code, so that
a caller can tell `ballot_box_sealed` from `wrong_code` without reading prose.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, Self

import httpx

DEFAULT = "http://127.0.0.1:8080"
_TIMEOUT = httpx.Timeout(60.0, connect=5.0)
#: idle connections are given up before the gateway does, which waits five seconds
_CONNECTIONS = httpx.Limits(
    max_connections=32, max_keepalive_connections=32, keepalive_expiry=2.0
)
_BUSY = 503
#: what was refused before anything of it was done; whatever it was may be repeated
_TURNED_AWAY = "overloaded"
_PATIENCE = 10  # attempts while the platform says that it is busy


class Problem(Exception):
    """The platform refused a request, or could not be reached."""

    def __init__(
        self,
        *,
        status: int,
        code: str,
        detail: str,
        errors: tuple[Any, ...] = (),
        retry_after: float = 0.0,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        #: seconds after which the platform asks us to come again
        self.retry_after = retry_after

    def lines(self) -> Iterator[str]:
        """What is wrong, one line each: the whole, then field by field."""
        yield f"{self.detail} ({self.code})"
        for error in self.errors:
            yield f"{error.get('pointer', '/')}: {error.get('detail', '')}"


class Api:
    """The interface of one platform, as one person uses it."""

    def __init__(self, url: str, *, session: str = "", client: Any = None) -> None:
        """`client` shares the connections of another interface."""
        self.url = url.rstrip("/")
        #: what a sign-in gave; whoever has it is that person
        self.session = session
        self._client = client or httpx.Client(timeout=_TIMEOUT, limits=_CONNECTIONS)

    def signed_in(self, session: str) -> Self:
        """The same interface, used by whom this session belongs to."""
        return type(self)(self.url, session=session, client=self._client)

    def get(self, path: str, **query: Any) -> Any:
        """Read; while the platform is busy, try again a few times."""
        asked = {name: value for name, value in query.items() if value is not None}
        return self._ask("GET", path, params=asked)

    def post(self, path: str, **body: Any) -> Any:
        """Do something; the fields of the request are keyword arguments."""
        return self._ask("POST", path, json=body)

    def put(self, path: str, **body: Any) -> Any:
        """Put something in its place."""
        return self._ask("PUT", path, json=body)

    def delete(self, path: str) -> Any:
        """Take something away."""
        return self._ask("DELETE", path)

    def pages(self, path: str, **query: Any) -> Iterator[Any]:
        """Every item of a list that comes page by page."""
        after = None
        while True:
            page = self.get(path, after=after, limit=200, **query)
            yield from page["items"]
            after = page.get("next")
            if after is None:
                return

    def download(self, path: str) -> Iterator[bytes]:
        """A file, piece by piece."""
        with self._client.stream("GET", self._address(path)) as answer:
            if answer.is_error:
                answer.read()
                raise _problem(answer)
            yield from answer.iter_bytes()

    def is_up(self) -> bool:
        """Does anybody answer there?"""
        try:
            return not self._client.get(self._address("/openapi.json")).is_error
        except httpx.HTTPError:
            return False

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def _ask(self, method: str, path: str, **how: Any) -> Any:
        """Ask; a busy platform again a few times, where it can't have done it yet."""
        for attempt in range(1, _PATIENCE):
            try:
                return self._ask_once(method, path, **how)
            except Problem as problem:
                is_undone = method == "GET" or problem.code == _TURNED_AWAY
                if problem.status != _BUSY or not is_undone:
                    raise
                time.sleep(max(0.2 * attempt, problem.retry_after))
        return self._ask_once(method, path, **how)

    def _ask_once(self, method: str, path: str, **how: Any) -> Any:
        headers = {"Accept": "application/json"}
        if self.session:
            headers["Authorization"] = f"Bearer {self.session}"
        try:
            answer = self._client.request(
                method, self._address(path), headers=headers, **how
            )
        except httpx.HTTPError as error:
            raise Problem(
                status=0,
                code="unreachable",
                detail=f"{self.url} does not answer: {error or type(error).__name__}",
            ) from error
        if answer.is_error:
            raise _problem(answer)
        return answer.json() if answer.content else None

    def _address(self, path: str) -> str:
        return f"{self.url}/api/v1{path}"


def _problem(answer: httpx.Response) -> Problem:
    """What a refusal says; an answer that is no problem document is one itself."""
    try:
        said = answer.json()
        return Problem(
            status=answer.status_code,
            code=said.get("code", "unknown"),
            detail=said.get("detail") or said.get("title", ""),
            errors=tuple(said.get("errors", ())),
            retry_after=float(answer.headers.get("Retry-After", 0)),
        )
    except (ValueError, AttributeError):
        text = f"{answer.request.url} answered {answer.status_code}"
        return Problem(status=answer.status_code, code="unknown", detail=text)
