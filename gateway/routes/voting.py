"""The ballot box, its public boards, the polling stations and the turnout."""

from __future__ import annotations

from contracts.voting import operations as voting
from contracts.voting.forms import LARGEST_BALLOT, LARGEST_OPENING
from gateway.route import PRIMARY, Route

_BOARD = f"{PRIMARY}/boards/<board>"
_STATION = f"{PRIMARY}/stations/<station>"
# a ballot is escaped once more inside the JSON of the request
_LONGEST_CAST = 2 * LARGEST_BALLOT
_MIB = 2**20

ROUTES: tuple[Route, ...] = (
    Route("GET", f"{PRIMARY}/boards", voting.ListBoards, cache=2),
    Route("GET", _BOARD, voting.ShowBoard, cache=2),
    Route("GET", f"{_BOARD}/election", voting.ShowElection, cache=60),
    Route("GET", f"{_BOARD}/records", voting.ListRecords, cache=2),
    Route("GET", f"{_BOARD}/records/<int:height>", voting.ShowRecord, cache=60),
    Route("GET", f"{_BOARD}/tree-head", voting.ShowTreeHead, cache=2),
    Route("GET", f"{_BOARD}/consistency", voting.ShowConsistency, cache=2),
    # a tracker may hold slashes
    Route("GET", f"{_BOARD}/ballots/<path:tracker>", voting.FindBallot),
    Route("GET", f"{PRIMARY}/trackers/<path:tracker>", voting.FindTracker),
    Route("GET", f"{_BOARD}/ballots/<path:tracker>/inclusion", voting.ShowInclusion),
    Route(
        "POST",
        f"{PRIMARY}/confirmation-codes",
        voting.RequestConfirmation,
        status=202,
    ),
    Route(
        "POST",
        f"{PRIMARY}/ballots",
        voting.CastBallot,
        status=201,
        max_body=_LONGEST_CAST,
    ),
    Route(
        "POST",
        f"{PRIMARY}/spoiled-ballots",
        voting.SpoilBallot,
        status=201,
        max_body=_LONGEST_CAST + 2 * LARGEST_OPENING,
    ),
    Route("GET", f"{_BOARD}/spoiled-ballots", voting.ListSpoiledBallots, cache=2),
    Route("GET", f"{PRIMARY}/me/vote", voting.ShowMyVote),
    Route("POST", f"{PRIMARY}/stations", voting.ImportStations, max_body=_MIB),
    Route("GET", f"{PRIMARY}/stations", voting.ListStations, cache=10),
    Route("POST", f"{_STATION}/marks", voting.MarkVoter, status=201),
    Route("POST", f"{_STATION}/checks", voting.CheckVoter),
    Route("POST", f"{_STATION}/mark-undoings", voting.UndoMark),
    Route("GET", f"{_STATION}/protocols", voting.ListProtocols),
    Route("POST", f"{_STATION}/protocols", voting.EnterProtocol, status=201),
    Route(
        "POST",
        f"{_STATION}/protocols/<int:version>/signature",
        voting.SignProtocol,
    ),
    Route("GET", f"{PRIMARY}/turnout", voting.ShowTurnout, cache=10),
)
