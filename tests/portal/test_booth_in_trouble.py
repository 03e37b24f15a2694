"""What gets in a voter's way: at each step it is said whether the vote is recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from belenios.encoding import b64_hash, dumps
from tests.support.booth import Booth, Bring
from tests.support.portal import Portal
from tools.demo.people import national_number

pytestmark = [pytest.mark.integration, pytest.mark.slow]

BALLOTS = "**/api/v1/primaries/*/ballots"
FOCUSED = "document.activeElement.id"
TRIES = 5
LONGEST_PAUSE = 10_000  # milliseconds between two tries, and somewhat more
NAMES = [
    f"{family} {number:02}"
    for family in ("Семёнов", "Әбілов", "Ivanov", "Қасымов")
    for number in range(15)
]


@pytest.fixture
def last_minutes(portal: Portal) -> Iterator[Portal]:
    """Twenty minutes are left of the vote, and the stations are open."""
    before = portal.stage.now
    portal.set_time(closes_at(portal) - timedelta(minutes=20))
    yield portal
    portal.set_time(before)


def closes_at(portal: Portal) -> datetime:
    return portal.stage.definition.calendar.phase("voting").closes_at


def words(booth: Booth, selector: str = "#step") -> str:
    """What is written there."""
    return booth.page.inner_text(selector).strip()


def connection(booth: Booth, *, lost: bool) -> None:
    booth.page.context.set_offline(lost)
    shown = "visible" if lost else "hidden"
    booth.page.wait_for_selector("#offline", state=shown)


def test_without_a_connection_nothing_is_lost_and_it_goes_on_by_itself(
    at_the_booth: Bring,
):
    booth = at_the_booth()
    booth.sign_in()
    before = booth.ballots_on_board()
    connection(booth, lost=True)
    booth.choose()
    assert "Keep this page open" in words(booth, "#offline")
    booth.do("seal").click()
    booth.page.wait_for_selector('[data-action="try-again"]')
    assert "Nothing has been sent. What you chose is still" in words(booth)
    assert (booth.recorded, words(booth, "#recorded")) == (
        "no",
        "Your vote is not recorded yet.",
    )

    connection(booth, lost=False)
    booth.page.wait_for_selector('[data-action="enter-code"]')
    booth.confirm()
    connection(booth, lost=True)
    booth.do("cast").click()
    booth.page.wait_for_selector('#recorded[data-recorded="unknown"]')
    assert "We do not know yet whether it arrived" in words(booth)

    connection(booth, lost=False)
    booth.page.wait_for_selector(".receipt")
    assert booth.recorded == "yes"
    assert booth.ballots_on_board() == before + 1


def test_a_lost_answer_is_asked_for_again_and_the_ballot_is_recorded_once(
    at_the_booth: Bring,
):
    booth = at_the_booth()
    sealed = booth.prepare()
    before = booth.ballots_on_board()
    sent: list[str] = []

    def lose_the_answer(route):
        sent.append(route.request.post_data)
        route.fetch()
        route.abort()

    booth.page.route(BALLOTS, lose_the_answer, times=1)
    booth.do("cast").click()
    booth.page.wait_for_selector('#recorded[data-recorded="unknown"]')
    booth.page.wait_for_selector(".receipt")

    assert len(sent) == 1
    assert booth.tracker() == sealed
    assert booth.ballots_on_board() == before + 1


def test_after_five_tries_the_voter_decides_when_to_try_again(at_the_booth: Bring):
    booth = at_the_booth(by_clock=True)
    booth.prepare()
    tries: list[str] = []

    def lose_the_question(route):
        tries.append(route.request.url)
        route.abort()

    booth.page.route(BALLOTS, lose_the_question, times=TRIES)
    booth.do("cast").click()
    for number in range(2, TRIES + 1):
        booth.page.wait_for_selector(f"text=Trying again ({number} of {TRIES})")
        booth.page.clock.fast_forward(LONGEST_PAUSE)
    booth.page.wait_for_selector('[data-action="try-again"]')
    assert (len(tries), booth.recorded) == (TRIES, "unknown")

    booth.do("try-again").click()
    booth.page.wait_for_selector(".receipt")
    assert booth.recorded == "yes"


def test_a_session_that_ends_keeps_the_choices(portal: Portal, at_the_booth: Bring):
    booth = at_the_booth()
    booth.sign_in()
    booth.choose()
    portal.pass_time(minutes=16)
    booth.do("seal").click()
    booth.page.wait_for_selector('[data-action="sign-in"]')
    assert booth.recorded == "no"
    assert "Nothing has been sent. What you chose is still" in words(booth)

    booth.do("sign-in").click()
    booth.enter_codes()
    booth.page.wait_for_selector('[data-action="enter-code"]')
    booth.confirm()
    booth.cast()

    assert booth.recorded == "yes"


def test_a_reload_says_that_the_choices_are_gone_and_nothing_is_recorded(
    at_the_booth: Bring,
):
    booth = at_the_booth()
    booth.sign_in()
    booth.choose()
    asked: list[str] = []
    booth.page.on("dialog", lambda asking: (asked.append(asking.type), asking.accept()))
    booth.page.reload()
    booth.page.wait_for_selector('[data-action="start"]')

    assert asked == ["beforeunload"]
    assert "What you had chosen is gone" in words(booth, "[data-interrupted]")
    assert (booth.recorded, "You have not voted yet" in words(booth)) == ("no", True)

    booth.do("start").click()
    assert booth.page.locator("#step input:checked").count() == 0
    booth.page.go_back()
    booth.page.wait_for_selector('[data-action="start"]')
    assert booth.page.locator("[data-interrupted]").is_hidden()


def test_a_reload_while_the_ballot_travels_tells_what_is_recorded(at_the_booth: Bring):
    booth = at_the_booth()
    booth.prepare()
    booth.page.on("dialog", lambda asking: asking.accept())
    booth.page.route(BALLOTS, lambda route: (route.fetch(), route.abort()), times=1)
    booth.do("cast").click()
    booth.page.wait_for_selector('#recorded[data-recorded="unknown"]')
    booth.page.reload()
    booth.page.wait_for_selector('[data-action="start"]')

    assert "while your ballot was being sent" in words(booth, "[data-interrupted]")
    assert booth.recorded == "yes"


def test_two_minutes_before_the_end_the_voter_is_warned(
    last_minutes: Portal, at_the_booth: Bring
):
    booth = at_the_booth(by_clock=True)
    booth.sign_in()
    booth.choose()
    booth.seal()
    booth.page.wait_for_selector("text=A confirmation code is on its way")
    pass_minutes(booth, 13)
    booth.page.wait_for_selector("#ending", state="visible")
    assert "the booth closes in 2 minutes" in words(booth, "#ending")
    booth.do("stay").click()
    booth.page.wait_for_selector("#ending", state="hidden")
    assert booth.page.locator("#closing").is_hidden()

    pass_minutes(booth, 5)
    booth.page.wait_for_selector("#closing", state="visible")
    assert "3 October 2020, 14:00 (Almaty time)" in words(booth, "#closing")
    booth.confirm()
    last_minutes.set_time(closes_at(last_minutes))
    booth.do("cast").click()
    booth.page.wait_for_selector("text=Voting is closed")

    assert "3 October 2020, 14:00 (Almaty time)" in words(booth)
    assert (booth.recorded, words(booth, "#recorded")) == (
        "missed",
        "Your vote was not recorded.",
    )


def pass_minutes(booth: Booth, minutes: int) -> None:
    """Let time pass here and there."""
    booth.portal.pass_time(minutes=minutes)
    booth.page.clock.fast_forward(60_000 * minutes + 1000)


def test_who_was_given_paper_meanwhile_cannot_cast(
    last_minutes: Portal, at_the_booth: Bring
):
    voter = last_minutes.a_paper_voter()
    booth = at_the_booth(voter)
    booth.prepare()
    last_minutes.issue_paper(voter)
    booth.do("cast").click()
    booth.page.wait_for_selector("text=You have voted on paper")
    told = (booth.recorded, words(booth, "#recorded"))
    booth.page.reload()
    booth.page.wait_for_selector("text=A paper ballot was issued to you")

    assert told == ("paper", "You have voted on paper.")
    assert booth.recorded == "paper"
    booth.do("sign-out").click()
    booth.page.wait_for_selector("text=You have signed out")


def test_a_number_that_nobody_knows_is_answered_like_any_other(at_the_booth: Bring):
    booth = at_the_booth()
    stranger = national_number(date(1980, 1, 1), 9876, woman=True)
    booth.page.fill("#iin", stranger or "")
    booth.do("send-code").click()
    booth.page.wait_for_selector("text=If this number is on the party's register")
    booth.page.fill("#code", "123456")
    booth.do("sign-in").click()
    booth.page.wait_for_selector("[data-errors]")

    assert "This code" in words(booth, "[data-errors]")
    assert booth.recorded == "no"


def test_who_is_not_on_the_roll_is_told_what_to_do(at_the_booth: Bring):
    booth = at_the_booth()

    def deny(route):
        route.fulfill(status=404, json={"code": "not_on_roll", "title": "Not there"})

    booth.page.route("**/me/credential", deny)
    booth.enter_codes()
    booth.page.wait_for_selector("text=You are not on the electoral roll")

    assert "complain to the organising committee" in words(booth)
    assert booth.page.locator("#recorded").is_hidden()
    booth.do("sign-out").click()
    booth.page.wait_for_selector("text=You have signed out")


def test_a_busy_platform_is_waited_for_and_the_voter_is_told(at_the_booth: Bring):
    booth = at_the_booth()
    booth.sign_in()
    booth.choose()

    def be_busy(route):
        route.fulfill(status=503, headers={"Retry-After": "1"}, json={"code": "busy"})

    booth.page.route("**/confirmation-codes", be_busy, times=1)
    booth.do("seal").click()
    booth.page.wait_for_selector("text=Very many people are voting right now")
    booth.confirm()
    booth.cast()

    assert booth.page.locator("#busy").is_hidden()


def test_among_sixty_candidates_a_name_is_found_and_no_choice_is_lost(
    at_the_booth: Bring,
):
    booth = at_the_booth()
    booth.page.route("**/boards/*/election", with_sixty_candidates)
    booth.sign_in()
    booth.do("start").click()
    page = booth.page
    shown = page.locator("#step li.choice:visible")
    assert shown.count() == len(NAMES)
    page.locator(f"#candidate-{NAMES.index('Ivanov 07')}").check()

    page.locator("#find").fill("СЕМЕНОВ")
    page.keyboard.press("Enter")  # searches, and does not leave the question
    assert shown.locator(".choice-name").all_inner_texts() == NAMES[:15]
    assert words(booth, "[data-shown]") == "Shown: 15 of 60"
    shown.locator("input").first.check()
    shown.locator("input").last.check()
    assert words(booth, "[data-count]") == "Chosen: 3 of 3"
    shown.locator("input").nth(1).click()
    assert "Take one mark away first" in words(booth, "[data-why]")

    page.locator("#find").fill("")
    booth.do("next").click()
    page.wait_for_selector('[data-action="seal"]')
    chosen = page.locator("[data-chosen] li").all_inner_texts()
    assert chosen == ["Семёнов 00", "Семёнов 14", "Ivanov 07"]


def test_among_sixty_candidates_a_letter_leads_to_a_name(at_the_booth: Bring):
    booth = at_the_booth()
    booth.page.route("**/boards/*/election", with_sixty_candidates)
    booth.sign_in()
    booth.do("start").click()
    page = booth.page
    page.locator(".finder summary").click()
    assert page.locator(".letters button").all_inner_texts() == ["I", "Ә", "Қ", "С"]
    page.locator(".letters button", has_text="Қ").click()
    assert page.evaluate(FOCUSED) == f"candidate-{NAMES.index('Қасымов 00')}"
    wait_until_seen(booth, f"#{page.evaluate(FOCUSED)}")
    wait_until_seen(booth, "[data-count]")
    page.locator("#find").fill("ivanov")
    assert page.locator(".letters button:visible").all_inner_texts() == ["I"]


def with_sixty_candidates(route):
    """The board's election, with one question and more candidates than it has."""
    said = route.fetch().json()
    election = json.loads(said["election"])
    question = election["questions"][0] | {"answers": NAMES, "min": 1, "max": 3}
    text = dumps(election | {"questions": [question]})
    first = said["questions"][0]
    ids = [f"candidacy-{number}" for number in range(len(NAMES))]
    told = {"questions": [first | {"candidacies": ids}], "election": text}
    route.fulfill(json=said | told | {"fingerprint": b64_hash(text)})


def wait_until_seen(booth: Booth, selector: str) -> None:
    """Until it is within what a telephone shows, and under nothing else."""
    seen = """selector => {
      const found = document.querySelector(selector);
      const {left, top, width, height} = found.getBoundingClientRect();
      const at = document.elementFromPoint(left + width / 2, top + height / 2);
      return at !== null && found.contains(at);
    }"""
    booth.page.wait_for_function(seen, arg=selector)
