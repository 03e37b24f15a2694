"""What people ask in the first hour, prepared so that each of it is one request.

Somebody who casts a ballot has signed in, sealed it and read the code beforehand; who
signs in has read theirs. What each does in the measured time is new to the platform.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from belenios.ballots import tracker
from gateway.pages.assets import asset
from tools.demo.acts.voting import Turn, votes_of
from tools.demo.offline import seal_ballot
from tools.demo.people import Person
from tools.demo.stage import Stage

_NO_BALLOT = "A" * 43  # a tracker that is nobody's
#: how the voters are shared out among what can be done once
_SHARES = {"cast": 3, "confirmation": 2, "sign in": 2, "sign-in code": 3}
#: of a hundred requests; a voter's visit is a dozen of them, others only look
_WEIGHTS = {
    "home": 12,
    "candidates": 10,
    "turnout": 8,
    "boards": 6,
    "election": 6,
    "static": 10,
    "sign-in code": 8,
    "sign in": 8,
    "my ballot": 8,
    "my vote": 8,
    "confirmation": 8,
    "cast": 8,
}


@dataclass(frozen=True)
class People:
    """The voters of a stage, as a crowd."""

    stage: Stage

    def plan(self) -> dict[str, Any]:
        """What `primaries loadtest` needs to know."""
        groups = self._groups()
        once = {
            "cast": self._together("Ballots sealed", self._cast, groups["cast"]),
            "confirmation": self._together(
                "Voters signed in", self._confirmation, groups["confirmation"]
            ),
            "sign in": self._together("Codes read", self._sign_in, groups["sign in"]),
            "sign-in code": [self._code(each) for each in groups["sign-in code"]],
        }
        asked = once | self._public() | self._own(once["cast"])
        kinds = [
            {
                "name": name,
                "weight": weight,
                "once": name in once,
                "requests": asked[name],
            }
            for name, weight in _WEIGHTS.items()
        ]
        return {"kinds": kinds}

    def _groups(self) -> dict[str, list[Person]]:
        """Everybody in one group, districts mixed."""
        everybody = list(chain(*zip(*self.stage.cast.voters.values(), strict=True)))
        order = [name for name, share in _SHARES.items() for _ in range(share)]
        groups: dict[str, list[Person]] = {name: [] for name in _SHARES}
        for number, person in enumerate(everybody):
            groups[order[number % len(order)]].append(person)
        return groups

    def _together(
        self, title: str, do: Callable[[Person], Any], people: Iterable[Person]
    ) -> list[dict[str, Any]]:
        return self.stage.together(title, do, people)

    def _cast(self, person: Person) -> dict[str, Any]:
        """Everything up to the ballot's own request."""
        stage = self.stage
        session = self._session(person)
        api = stage.api.signed_in(session)
        mine = api.get(stage.path("/me/credential"))
        votes = votes_of(stage, Turn(person=person, number=1), mine["board"])
        election = stage.played.elections[mine["board"]]["election"]
        ballot = stage.workers.submit(
            seal_ballot, election, mine["credential"], votes
        ).result()
        api.post(stage.path("/confirmation-codes"), tracker=tracker(ballot))
        code = stage.code_for(person, "confirmation")
        body = {"ballot": ballot, "code": code}
        return self._post("/ballots", body, session, key=tracker(ballot))

    def _confirmation(self, person: Person) -> dict[str, Any]:
        session = self._session(person)
        body = {"tracker": _NO_BALLOT}
        return self._post("/confirmation-codes", body, session, key=person.telephone)

    def _sign_in(self, person: Person) -> dict[str, Any]:
        body = {"iin": person.iin, "code": self._sign_in_code(person)}
        return self._post("/sessions", body, key=person.telephone)

    def _code(self, person: Person) -> dict[str, Any]:
        body = {"iin": person.iin}
        return self._post("/sign-in-codes", body, key=person.telephone)

    def _session(self, person: Person) -> str:
        stage = self.stage
        code = self._sign_in_code(person)
        opened = stage.api.post(stage.path("/sessions"), iin=person.iin, code=code)
        return opened["session"]

    def _sign_in_code(self, person: Person) -> str:
        stage = self.stage
        stage.api.post(stage.path("/sign-in-codes"), iin=person.iin)
        return stage.code_for(person, "sign_in")

    def _public(self) -> dict[str, list[dict[str, Any]]]:
        """What anybody looks at."""
        primary, boards = self.stage.primary, sorted(self.stage.played.elections)
        api = f"/api/v1/primaries/{primary}"
        pages = [f"/{primary}/boards/{board}" for board in boards]
        paths: dict[str, Iterator[str]] = {
            "home": iter([f"/{primary}/", f"/{primary}/?lang=en"]),
            "candidates": iter([f"/{primary}/candidates", f"{api}/candidates"]),
            "turnout": iter([f"/{primary}/turnout", f"{api}/turnout"]),
            "boards": iter([f"{api}/boards", *pages]),
            "election": (f"{api}/boards/{board}/election" for board in boards),
            "static": iter([asset("app.css").url, asset("app.js").url]),
        }
        return {
            name: [{"method": "GET", "path": path} for path in each]
            for name, each in paths.items()
        }

    def _own(self, casting: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
        """What those who are about to cast look at."""
        headers = [each["headers"] for each in casting]
        paths = {"my ballot": "/me/credential", "my vote": "/me/vote"}
        return {
            name: [self._get(path) | {"headers": each} for each in headers]
            for name, path in paths.items()
        }

    def _get(self, path: str) -> dict[str, Any]:
        return {"method": "GET", "path": self._path(path)}

    def _post(
        self, path: str, body: dict[str, Any], session: str = "", *, key: str
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {session}"} if session else {}
        asked = {"method": "POST", "path": self._path(path), "body": body}
        return asked | {"headers": headers, "key": key}

    def _path(self, rest: str) -> str:
        return f"/api/v1{self.stage.path(rest)}"
