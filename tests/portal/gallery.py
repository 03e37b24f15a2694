"""Takes the pictures of the portal: key screens to look at, and those of the guides.

    python -W ignore -m tests.portal.gallery            # all of them
    python -W ignore -m tests.portal.gallery --guides   # only those of docs/guide
    python -W ignore -m tests.portal.gallery --language kk   # key screens

A small primary is played on a platform of its own; nothing else is touched. The key
screens come in three languages and on two devices, one of the devices dark, and lie
in var/screenshots. What the checklist asks of them is in docs/guide.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from playwright.sync_api import Browser, Page, sync_playwright

from tests.portal.guide_pictures import PICTURES, Picture
from tests.support.booth import Booth
from tests.support.browser import QUIET, TELEPHONE, sign_in
from tests.support.portal import Portal, portal_in_voting
from tests.support.sources import ROOT
from tools.demo.people import Person

_DESKTOP = {"width": 1280, "height": 800}
_DESK = {"width": 1000, "height": 720}
_MARGIN = 12  # around a part that is shown
_LONGEST = 4  # screens of a page that a picture shows
_SOON = timedelta(minutes=30)
_PATIENCE = 120_000  # milliseconds; a shared machine may be slow
_SCREENS = ROOT / "var" / "screenshots"
IMAGES = ROOT / "docs" / "guide" / "images"


@dataclass(frozen=True, kw_only=True)
class Device:
    """What somebody looks at the pages with."""

    language: str
    name: str
    size: Mapping[str, int]
    scheme: str

    @property
    def folder(self) -> Path:
        """Where its pictures lie."""
        return _SCREENS / f"{self.language}-{self.name}"


DEVICES = [
    Device(language=language, name=name, size=size, scheme=scheme)
    for language, dark in (("kk", "desktop"), ("ru", "telephone"), ("en", ""))
    for name, size in (("telephone", TELEPHONE), ("desktop", _DESKTOP))
    for scheme in ["dark" if name == dark else "light"]
]
WHILE_VOTING = {
    "01-home": "",
    "02-candidates": "candidates",
    "03-candidate": "candidates/{candidacy}",
    "04-turnout": "turnout",
}
WHEN_PUBLISHED = {
    "11-result": "results/{contest}",
    "12-list": "lists/{contest}",
}


@click.command()
@click.option("--guides", is_flag=True, help="Only the pictures of the guides.")
@click.option("--language", default="", help="Only the key screens in this language.")
def main(*, guides: bool, language: str) -> None:
    """Take the pictures of the portal.

    Example: `python -W ignore -m tests.portal.gallery --language kk`.
    """
    chosen = [each for each in DEVICES if language in ("", each.language)]
    _play([] if guides else chosen, () if language else PICTURES)


def _play(devices: Sequence[Device], pictures: Sequence[Picture]) -> None:
    """Play a small primary, and stop where there is something to be seen."""
    with (
        tempfile.TemporaryDirectory(prefix="primaries-gallery-") as folder,
        portal_in_voting(Path(folder)) as portal,
        _chromium() as browser,
    ):
        portal.play_first_days()
        voters = iter(portal.bystanders())
        for device in devices:
            _take(browser, portal, device, WHILE_VOTING)
            _vote(browser, portal, device, next(voters))
        if pictures:
            _walk_for_the_guide(browser, portal, next(voters))
        _illustrate(browser, portal, pictures, "voting")
        portal.set_time(_opening(portal, "paper_voting"))
        _illustrate(browser, portal, pictures, "paper")
        portal.finish()
        for device in devices:
            _take(browser, portal, device, WHEN_PUBLISHED)
        _illustrate(browser, portal, pictures, "published")
        portal.set_time(_opening(portal, "nomination"))
        _illustrate(browser, portal, pictures, "nomination")


def _opening(portal: Portal, phase: str) -> datetime:
    """Soon after a phase has opened."""
    return portal.stage.definition.calendar.phase(phase).opens_at + _SOON


def _take(
    browser: Browser, portal: Portal, device: Device, paths: Mapping[str, str]
) -> None:
    """Pictures of pages that anybody may see."""
    with _tab(browser, device) as page:
        for name, path in paths.items():
            page.goto(portal.address(place(portal, path), lang=device.language))
            _keep(page, device.folder / f"{name}.png")


def _vote(browser: Browser, portal: Portal, device: Device, voter: Person) -> None:
    """Pictures of the way of a vote."""
    with _tab(browser, device) as page:
        booth = Booth(page, portal, voter)
        booth.open(device.language)
        _walk(
            booth, lambda name: _keep(page, device.folder / f"{name}.png"),
        )  # fmt: skip
        page.goto(portal.address("check", lang=device.language))
        _keep(page, device.folder / "10-check.png")


def _walk(booth: Booth, keep: Callable[[str], None]) -> None:
    """Vote, and stop at the steps to be seen."""
    booth.sign_in()
    keep("05-ballots")
    booth.do("start").click()
    booth.page.locator("#candidate-0").check()
    keep("06-question")
    booth.do("back").click()
    booth.page.wait_for_selector('[data-action="start"]')
    booth.choose()
    keep("07-review")
    booth.seal()
    keep("08-sealed")
    booth.confirm()
    booth.cast()
    keep("09-receipt")


def _walk_for_the_guide(browser: Browser, portal: Portal, voter: Person) -> None:
    """The steps of the booth as the voter's guide shows them."""
    device = Device(language="en", name="", size=TELEPHONE, scheme="light")
    with _tab(browser, device) as page:
        booth = Booth(page, portal, voter)
        booth.open()
        _keep(page, IMAGES / "booth-04-sign-in.png", screens=1)
        _walk(booth, lambda name: _keep(page, IMAGES / f"booth-{name}.png", screens=1))


def _illustrate(
    browser: Browser, portal: Portal, pictures: Sequence[Picture], moment: str
) -> None:
    """The pictures of one moment in the guides."""
    wanted = [each for each in pictures if each.moment == moment]
    sessions = portal.sessions() if wanted else {}
    for picture in wanted:
        session = sessions.get(picture.role, "")
        _illustrate_one(browser, portal, picture, session)


def _illustrate_one(
    browser: Browser, portal: Portal, picture: Picture, session: str
) -> None:
    size = TELEPHONE if picture.on_telephone else _DESK
    device = Device(language="en", name="", size=size, scheme="light")
    with _tab(browser, device, portal.origin, session) as page:
        path = place(portal, picture.path)
        page.goto(portal.address(path, lang="en", **picture.query))
        if picture.looks_up_in:
            _look_up(page, portal.stage.cast.paper[0].iin, picture.looks_up_in)
        screens = _LONGEST if picture.part else 1
        _keep(page, IMAGES / f"{picture.name}.png", screens, picture.part)


def _look_up(page: Page, number: str, where: str) -> None:
    page.fill(where, number)
    page.locator(f"form:has({where}) button[type=submit]").click()
    page.wait_for_load_state()


def place(portal: Portal, path: str) -> str:
    """A path with examples of this primary in its gaps."""
    nominee = portal.a_candidate()
    candidacies = portal.stage.played.candidacies
    return path.format(
        contest=nominee.contest,
        candidacy=next(key for key, one in candidacies.items() if one == nominee),
        territory=nominee.person.territory,
    )


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=list(QUIET)
        )
        yield browser
        browser.close()


@contextmanager
def _tab(
    browser: Browser, device: Device, origin: str = "", session: str = ""
) -> Iterator[Page]:
    settings: dict[str, Any] = {
        "viewport": device.size,
        "color_scheme": device.scheme,
        "reduced_motion": "reduce",
    }
    context = browser.new_context(**settings)
    context.set_default_timeout(_PATIENCE)
    if session:
        sign_in(context, origin, session)
    yield context.new_page()
    context.close()


def _keep(page: Page, path: Path, screens: int = _LONGEST, part: str = "") -> None:
    """A picture of the page, from its head on; or of a part, as much as fits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
    size = page.viewport_size
    assert size
    height = page.evaluate("document.documentElement.scrollHeight")
    # As on a screen of this height, so that what sticks to its end is at its end.
    shown = max(size["height"], min(height, screens * size["height"]))
    page.set_viewport_size({"width": size["width"], "height": shown})
    page.screenshot(path=path, clip=_box(page, part, size) if part else None)
    page.set_viewport_size(size)


def _box(page: Page, part: str, most: Mapping[str, int]) -> Any:
    """Where the part lies with a margin, and no more of it than one screen."""
    found = page.locator(part).first.bounding_box() or {"x": 0, "y": 0, **most}
    top = max(0, found["y"] - _MARGIN)
    height = min(found["height"] + 2 * _MARGIN, most["height"])
    return {"x": 0, "y": top, "width": most["width"], "height": height}


if __name__ == "__main__":
    main()
