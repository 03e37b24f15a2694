"""Somebody at the voting booth: what they see and press, step by step."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page

from belenios.verification import verify_archive
from tests.support.browser import Watch
from tests.support.portal import Portal, Telephone
from tools.demo.people import Person


@dataclass
class Booth:
    """A browser's page with the booth in it."""

    page: Page
    portal: Portal
    voter: Person
    watch: Watch = field(default_factory=Watch)
    #: the names chosen, question by question; none for a blank vote
    chosen: list[list[str]] = field(default_factory=list)

    @property
    def telephone(self) -> Telephone:
        """The voter's."""
        return self.portal.telephone(self.voter)

    @property
    def heading(self) -> str:
        """What the step is called."""
        return self.page.inner_text("#step h1")

    @property
    def recorded(self) -> str | None:
        """What the strip says: no, unknown or yes."""
        return self.page.get_attribute("#recorded", "data-recorded")

    @property
    def board(self) -> str:
        """The voter's board."""
        mine = self.portal.stage.signed_in(self.voter)
        return mine.get(self.portal.stage.path("/me"))["board"]

    def do(self, action: str) -> Locator:
        """What starts an action: a button, or a form's main button."""
        named = f'[data-action="{action}"]'
        return self.page.locator(f"button{named}, form{named} button[type=submit]")

    def open(self, language: str = "en") -> None:
        """Go to the booth."""
        self.watch.listen(self.page)
        self.page.goto(self.portal.address("vote", lang=language))

    def sign_in(self) -> None:
        """As far as the voter's ballots."""
        self.enter_codes()
        self.page.wait_for_selector('[data-action="start"]')

    def enter_codes(self) -> None:
        """The number, and the code that comes to the telephone."""
        self.page.fill("#iin", self.voter.iin)
        self.do("send-code").click()
        self.page.wait_for_selector("#code")
        self.page.fill("#code", self.telephone.next_code("sign_in"))
        self.do("sign-in").click()

    def choose(self, *, blank: bool = False) -> None:
        """Answer every question: the first candidate, or nobody."""
        self.do("start").click()
        self.chosen = []
        self.page.wait_for_selector('[data-action="next"]')
        while self.page.locator('[data-action="next"]').count():
            self._answer(blank=blank)
        self.page.wait_for_selector('[data-action="seal"]')

    def seal(self) -> str:
        """Go on to the sealed ballot; its tracker."""
        self.do("seal").click()
        self.page.wait_for_selector('[data-action="enter-code"]')
        return self.tracker()

    def confirm(self) -> None:
        """Type the confirmation code, without sending."""
        code = self.telephone.next_code("confirmation")
        self.do("enter-code").click()
        self.page.fill("#confirmation", code)

    def cast(self) -> str:
        """Send; the tracker on the receipt."""
        self.do("cast").click()
        self.page.wait_for_selector(".receipt")
        return self.tracker()

    def vote(self) -> str:
        """The whole way, from signing in to the receipt."""
        self.sign_in()
        self.choose()
        self.seal()
        self.confirm()
        return self.cast()

    def tracker(self) -> str:
        """The tracker on the screen."""
        return "".join(self.page.inner_text("#step .tracker").split())

    def prepare(self) -> str:
        """As far as the sending: the code is typed; the sealed ballot's tracker."""
        self.sign_in()
        self.choose()
        sealed = self.seal()
        self.confirm()
        return sealed

    def ballots_on_board(self) -> int:
        """How many ballots are on the voter's board, all of it verified."""
        return verify_archive(io.BytesIO(self.portal.archive(self.board))).ballots

    def _answer(self, *, blank: bool) -> None:
        mark = self.page.locator("#blank" if blank else "#candidate-0")
        name = self.page.locator(".choice-name").first.inner_text()
        before = self.page.inner_text(".way")
        mark.check()
        self.chosen.append([] if blank else [name])
        self.do("next").click()
        words = "text => document.querySelector('.way').innerText !== text"
        self.page.wait_for_function(words, arg=before)


#: brings somebody to the booth, each time with a fresh telephone
Bring = Callable[..., Booth]
