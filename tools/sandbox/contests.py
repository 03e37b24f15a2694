"""The contests of a made-up primary: candidates, debates, ratings, lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.campaign import events as campaign
from contracts.definition import Contest
from contracts.registration import events as registration
from contracts.tally import events as tally
from tools.sandbox.districts import votes_of
from tools.sandbox.told import Teller, Told, some_time

_REFUSED, _STOOD_DOWN = 0.15, 0.05
_WOMEN, _YOUNG = 0.4, 0.3
_SPEAKERS = 6
_DEBATE = timedelta(minutes=100)


@dataclass(frozen=True, kw_only=True)
class _Candidate:
    candidacy: str
    woman: bool
    young: bool
    registered_at: datetime
    popularity: float

    def facts(self, contest: Contest) -> dict[str, object]:
        return {
            "contest": contest.id,
            "route": "self",
            "woman": self.woman,
            "young": self.young,
        }


def contest_story(teller: Teller, contest: Contest) -> Iterator[Told]:
    """From the nominations of one contest to its list."""
    candidates: list[_Candidate] = []
    for told, candidate in _nominations(teller, contest):
        yield told
        if candidate:
            candidates.append(candidate)
    standing: list[_Candidate] = []
    for candidate in candidates:
        if teller.about("withdraws", candidate.candidacy).random() < _STOOD_DOWN:
            yield _withdrawal(teller, contest, candidate)
        else:
            standing.append(candidate)
    yield teller.tell(
        teller.definition.calendar.instant("candidates_final"),
        registration.BallotFinalised,
        contest.territory,
        contest=contest.id,
        candidate_count=len(standing),
    )
    yield from _debate(teller, contest, standing)
    yield from _outcome(teller, contest, standing)


def _nominations(
    teller: Teller, contest: Contest
) -> Iterator[tuple[Told, _Candidate | None]]:
    """Who is put forward, and how vetting decides."""
    calendar, place = teller.definition.calendar, contest.territory
    nomination = calendar.phase("nomination")
    chance = teller.about("nominations", contest.id)
    for number in range(chance.randint(3, 3 + 2 * contest.choices)):
        opened = some_time(chance, nomination.opens_at, nomination.closes_at)
        decided = some_time(chance, opened, calendar.phase("vetting").closes_at)
        someone = _Candidate(
            candidacy=teller.name("candidacy", contest.id, number),
            woman=chance.random() < _WOMEN,
            young=chance.random() < _YOUNG,
            registered_at=decided,
            popularity=chance.random(),
        )
        facts = {"nomination": teller.name("nomination", contest.id, number)}
        put_forward = facts | someone.facts(contest)
        yield (
            teller.tell(opened, registration.NominationSubmitted, place, **put_forward),
            None,
        )
        if chance.random() < _REFUSED:
            why = facts | {"contest": contest.id, "reason_code": "documents"}
            refusal = registration.NominationRefused
            yield teller.tell(decided, refusal, place, **why), None
        else:
            known = {"candidacy": someone.candidacy} | someone.facts(contest)
            registered = registration.CandidacyRegistered
            yield teller.tell(decided, registered, place, **known), someone


def _withdrawal(teller: Teller, contest: Contest, candidate: _Candidate) -> Told:
    chance = teller.about("withdrawal", candidate.candidacy)
    final = teller.definition.calendar.instant("candidates_final")
    return teller.tell(
        some_time(chance, candidate.registered_at, final),
        registration.CandidacyWithdrawn,
        contest.territory,
        candidacy=candidate.candidacy,
        contest=contest.id,
        reason_code="stood_down",
    )


def _debate(
    teller: Teller, contest: Contest, standing: list[_Candidate]
) -> Iterator[Told]:
    """One debate of the first few candidates."""
    calendar = teller.definition.calendar
    debates = calendar.phase("debates")
    chance = teller.about("debate", contest.id)
    opens_at = some_time(chance, debates.opens_at, debates.closes_at - _DEBATE)
    speakers = [each.candidacy for each in standing][:_SPEAKERS]
    known = {"debate": teller.name("debate", contest.id), "contest": contest.id}
    yield teller.tell(
        some_time(chance, calendar.instant("debate_lot"), debates.opens_at),
        campaign.DebateScheduled,
        contest.territory,
        **known,
        opens_at=opens_at,
        closes_at=opens_at + _DEBATE,
        venue=f"hall-{contest.territory.lower()}",
        speakers=speakers,
    )
    absent = chance.sample(speakers, k=int(len(speakers) > 2))  # noqa: PLR2004
    yield teller.tell(
        opens_at + _DEBATE,
        campaign.DebateHeld,
        contest.territory,
        **known,
        present=[each for each in speakers if each not in absent],
        absent=absent,
    )


def _outcome(
    teller: Teller, contest: Contest, standing: list[_Candidate]
) -> Iterator[Told]:
    """Ratings, and a list of the best (a sandbox has no quotas)."""
    published = teller.definition.calendar.instant("publication")
    ranked = sorted(standing, key=lambda each: -each.popularity)
    yield teller.tell(
        published,
        tally.RatingsPublished,
        contest.territory,
        contest=contest.id,
        **_ratings(teller, contest, ranked),
    )
    yield teller.tell(
        published,
        tally.PartyListComposed,
        contest.territory,
        contest=contest.id,
        feasible=True,
        places=[each.candidacy for each in ranked][: contest.list_length],
    )


def _ratings(
    teller: Teller, contest: Contest, ranked: list[_Candidate]
) -> dict[str, object]:
    districts = teller.definition.districts_of_contest(contest.id)
    votes = [votes_of(teller, each.code) for each in districts]
    ballots = sum(cast for _eligible, cast in votes)
    return {
        "ballots": ballots,
        "eligible": sum(eligible for eligible, _cast in votes),
        "general": _rating(ranked, ballots),
        "women": _rating([each for each in ranked if each.woman], ballots),
        "young": _rating([each for each in ranked if each.young], ballots),
    }


def _rating(members: list[_Candidate], ballots: int) -> list[dict[str, object]]:
    return [
        {
            "candidacy": each.candidacy,
            "rank": rank,
            "votes": int(each.popularity * ballots),
        }
        for rank, each in enumerate(members, start=1)
    ]
