"""All pages together: which address is which page."""

from __future__ import annotations

from gateway.pages import (
    about,
    applying,
    campaign,
    candidacy,
    demonstration,
    front,
    me,
    organisation,
    results,
    signing_in,
    suggesting,
    vote,
    voting,
)
from gateway.pages.files import FILES
from gateway.pages.office import ballot, calendar, lots, progress, vetting
from gateway.pages.shown import File, Shown

_PAGES: tuple[Shown | File, ...] = (
    *(File(address, answer) for address, answer in FILES.items()),
    Shown("/", "primaries", front.primaries),
    Shown("/offline", "offline", about.offline),
    Shown("/styleguide", "styleguide", about.styleguide),
    demonstration.TELEPHONE,
    Shown("/status", "status", about.status),
    Shown("/problems/<code>", "problem", about.problem),
    Shown("/<primary>/", "home", front.home),
    Shown("/<primary>/territories", "territories", front.territories),
    Shown("/<primary>/territories/<code>", "territory", front.territory),
    Shown("/<primary>/candidates", "candidates", campaign.candidates),
    Shown("/<primary>/candidates/<candidacy>", "candidate", campaign.candidate),
    Shown("/<primary>/compare", "compare", campaign.compare),
    Shown(
        "/<primary>/programmes",
        "programmes",
        campaign.programmes,
        tasks=(suggesting.TASK,),
    ),
    Shown("/<primary>/programmes/<territory>", "programme", campaign.programme),
    Shown("/<primary>/debates", "debates", campaign.debates),
    Shown("/<primary>/turnout", "turnout", voting.turnout),
    Shown("/<primary>/results", "results", results.results),
    Shown("/<primary>/results/<contest>", "contest_result", results.contest_result),
    Shown("/<primary>/lists", "lists", results.lists),
    Shown("/<primary>/lists/<contest>", "party_list", results.party_list),
    Shown(
        "/<primary>/vote",
        "vote/booth",
        vote.booth,
        personal=True,
        policy=vote.POLICY,
        tasks=(vote.TASK,),
    ),
    Shown("/<primary>/check", "vote/check", vote.check, policy=vote.POLICY),
    Shown("/<primary>/boards", "boards", voting.boards, tasks=(voting.TASK,)),
    Shown("/<primary>/boards/<board>", "board", voting.board),
    *signing_in.PAGES,
    *suggesting.PAGES,
    *applying.PAGES,
    *candidacy.PAGES,
    *organisation.PAGES,
    *vetting.PAGES,
    *calendar.PAGES,
    *ballot.PAGES,
    *lots.PAGES,
    *progress.PAGES,
)
PAGES = (*_PAGES, me.my_page(_PAGES))
