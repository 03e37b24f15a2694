"""The booth in a browser, from signing in to a recorded vote."""

from __future__ import annotations

import pytest

from belenios.ballots import tracker
from tests.support.booth import Booth, Bring
from tests.support.browser import problems
from tests.support.portal import Portal

pytestmark = [pytest.mark.integration, pytest.mark.slow]


def status_of(portal: Portal, wanted: str) -> str:
    return portal.api.get(portal.stage.path(f"/trackers/{wanted}"))["status"]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_somebody_votes_on_a_telephone(portal: Portal, at_the_booth: Bring, language):
    booth = at_the_booth(language=language)
    found = booth.vote()

    assert booth.page.get_attribute("html", "lang") == language
    assert booth.recorded == "yes"
    assert status_of(portal, found) == "recorded"
    assert booth.watch.problems == []
    assert booth.watch.hosts == {portal.origin.removeprefix("http://")}


def test_the_board_verifies_with_what_the_booth_sealed(
    portal: Portal, at_the_booth: Bring
):
    booth = at_the_booth()
    booth.sign_in()
    booth.choose(blank=True)
    sealed = booth.seal()
    booth.confirm()
    before = booth.ballots_on_board()

    assert booth.cast() == sealed
    assert booth.ballots_on_board() == before + 1


def test_until_the_end_the_booth_says_that_nothing_is_recorded(at_the_booth: Bring):
    booth = at_the_booth()
    booth.sign_in()
    booth.choose()
    said = [booth.recorded]
    booth.seal()
    said.append(booth.recorded)
    booth.confirm()
    said.append(booth.recorded)

    assert said == ["no", "no", "no"]
    booth.cast()
    assert booth.recorded == "yes"


def test_a_second_press_sends_nothing(portal: Portal, at_the_booth: Bring):
    booth = at_the_booth()
    booth.sign_in()
    booth.choose()
    booth.seal()
    booth.confirm()
    sent: list[str] = []
    booth.page.on(
        "request",
        lambda request: (
            sent.append(request.url) if request.url.endswith("/ballots") else None
        ),
    )
    booth.do("cast").dblclick()
    booth.page.wait_for_selector(".receipt")

    assert len(sent) == 1


def test_a_later_vote_replaces_the_earlier_one(portal: Portal, at_the_booth: Bring):
    booth = at_the_booth()
    first = booth.vote()
    booth.do("ballots").click()
    portal.pass_time(minutes=1)
    booth.choose(blank=True)
    assert booth.recorded == "yes"  # the first one stays until the second is there
    booth.seal()
    booth.confirm()
    second = booth.cast()

    assert status_of(portal, first) == "replaced"
    assert status_of(portal, second) == "recorded"


def test_of_two_devices_each_knows_what_is_recorded(
    portal: Portal, at_the_booth: Bring
):
    one = at_the_booth()
    one.sign_in()
    portal.pass_time(minutes=2)
    other = at_the_booth(one.voter)
    first = other.vote()
    portal.pass_time(minutes=1)
    one.choose(blank=True)
    one.seal()
    one.confirm()
    second = one.cast()

    assert [status_of(portal, each) for each in (first, second)] == [
        "replaced",
        "recorded",
    ]


def test_a_tested_ballot_is_spoiled_and_the_voter_votes_anew(
    portal: Portal, at_the_booth: Bring
):
    booth = at_the_booth()
    booth.sign_in()
    booth.choose()
    opened = booth.seal()
    booth.telephone.next_code("confirmation")
    booth.page.locator(".test summary").click()
    booth.do("test").click()
    booth.page.wait_for_selector('[data-action="restart"]')
    shown = booth.page.inner_text("#step")

    assert all(name in shown for names in booth.chosen for name in names)
    assert "You have not voted yet" in shown
    assert (booth.recorded, status_of(portal, opened)) == ("no", "spoiled")

    booth.do("restart").click()
    booth.page.wait_for_selector('[data-action="next"]')
    assert booth.page.locator("#step input:checked").count() == 0
    portal.pass_time(minutes=1)
    booth.page.go_back()
    booth.page.wait_for_selector('[data-action="start"]')
    booth.choose()
    booth.seal()
    booth.confirm()

    assert status_of(portal, booth.cast()) == "recorded"


def test_too_many_marks_are_refused_with_the_reason(at_the_booth: Bring):
    booth = at_the_booth()
    booth.sign_in()
    booth.do("start").click()
    booth.page.wait_for_selector("#candidate-0")
    for at in range(3):
        booth.page.locator(f"#candidate-{at}").check()
    booth.page.locator("#candidate-3").click()

    assert not booth.page.locator("#candidate-3").is_checked()
    assert "Take one mark away first" in booth.page.inner_text("[data-why]")
    assert booth.page.locator("#step li input:checked").count() == 3

    booth.page.locator("#blank").click()
    assert not booth.page.locator("#blank").is_checked()
    assert booth.page.inner_text("[data-count]") == "Chosen: 3 of 3"


def test_an_unanswered_question_is_not_left_by_mistake(at_the_booth: Bring):
    booth = at_the_booth()
    booth.sign_in()
    booth.do("start").click()
    booth.do("next").click()
    booth.page.wait_for_selector("[data-errors]")

    focused = "document.activeElement.matches('[data-errors]')"
    assert booth.page.evaluate(focused)
    booth.page.locator("[data-errors] a").click()
    assert booth.page.evaluate("document.activeElement.id") == "candidate-0"


def test_somebody_votes_without_a_pointer(portal: Portal, at_the_booth: Bring):
    booth = at_the_booth(has_touch=False)
    press(booth, "#iin", booth.voter.iin)
    booth.page.wait_for_selector("#code")
    assert booth.page.evaluate("document.activeElement.tagName") == "H1"
    press(booth, "#code", booth.telephone.next_code("sign_in"))
    press(booth, '[data-action="start"]')
    booth.page.wait_for_selector("#candidate-0")
    while booth.page.locator("#candidate-0").count():
        before = booth.page.inner_text(".way")
        press(booth, "#candidate-0", key="Space")
        press(booth, '[data-action="next"] button[type=submit]')
        moved = "text => document.querySelector('.way').innerText !== text"
        booth.page.wait_for_function(moved, arg=before)
    press(booth, '[data-action="seal"]')
    press(booth, '[data-action="enter-code"]')
    press(booth, "#confirmation", booth.telephone.next_code("confirmation"))
    booth.page.wait_for_selector(".receipt")

    assert status_of(portal, booth.tracker()) == "recorded"


def press(booth: Booth, selector: str, text: str = "", key: str = "Enter") -> None:
    """Press Tab until the focus is there; type, and press a key."""
    booth.page.wait_for_selector(selector)
    for _ in range(40):
        if booth.page.evaluate("s => document.activeElement.matches(s)", selector):
            break
        booth.page.keyboard.press("Tab")
    else:
        raise AssertionError(f"the keyboard does not reach {selector}")
    booth.page.keyboard.type(text)
    booth.page.keyboard.press(key)


def test_choices_are_nowhere_but_in_memory(at_the_booth: Bring):
    booth = at_the_booth()
    booth.sign_in()
    booth.choose()
    sent: list[str] = []
    booth.page.on("request", lambda request: sent.append(request.post_data or ""))
    address = booth.page.url
    booth.seal()
    booth.confirm()
    booth.cast()

    kept = "JSON.stringify([{...localStorage}, {...sessionStorage}, history.state])"
    state = booth.page.evaluate(kept)
    names = [name for chosen in booth.chosen for name in chosen]
    assert not any(name in text for name in names for text in (*sent, state))
    assert booth.page.url == address


def test_a_tracker_is_checked_on_another_device(portal: Portal, at_the_booth: Bring):
    found = at_the_booth().vote()
    other = at_the_booth()
    escaped = found.replace("+", "%2B")
    other.page.goto(portal.address("check") + f"#tracker={escaped}")
    other.page.wait_for_selector('[data-status="recorded"]')
    other.page.wait_for_selector("text=Verified in this browser")

    assert other.watch.problems == []


def test_the_ballot_is_the_one_whose_tracker_was_shown(
    portal: Portal, at_the_booth: Bring
):
    booth = at_the_booth()
    sent: list[dict] = []
    booth.page.on(
        "request",
        lambda request: (
            sent.append(request) if request.url.endswith("/ballots") else None
        ),
    )
    found = booth.vote()
    request = sent[0]

    assert tracker(request.post_data_json["ballot"]) == found
    assert "cookie" not in request.all_headers()


def test_every_step_can_be_used_without_seeing_it(at_the_booth: Bring):
    booth = at_the_booth(bypass_csp=True)
    found = [problems(booth.page)]
    booth.sign_in()
    found.append(problems(booth.page))
    booth.do("start").click()
    booth.page.wait_for_selector("#candidate-0")
    found.append(problems(booth.page))
    booth.page.locator("#step li button").first.click()
    booth.page.wait_for_selector("dialog dl div")
    found.append(problems(booth.page))
    booth.page.keyboard.press("Escape")
    booth.do("back").click()
    booth.choose()
    found.append(problems(booth.page))
    booth.seal()
    found.append(problems(booth.page))
    booth.confirm()
    found.append(problems(booth.page))
    booth.cast()
    found.append(problems(booth.page))

    assert found == [[]] * 8
