"""The count over HTTP: trustees, decryptions, results, party lists."""

from __future__ import annotations

from contracts.tally.operations import (
    ApproveResolution,
    HandInKey,
    ListResolutions,
    ListTallies,
    ListTrustees,
    ProposeResolution,
    ReadContestResult,
    ReadCount,
    ReadPartyList,
    ReadPartyLists,
    ReadResults,
    SubmitPartialDecryptions,
)
from gateway.route import Route

_P = "/primaries/<primary>"
_MIB = 2**20

ROUTES = (
    Route("POST", f"{_P}/trustees", HandInKey, status=201, max_body=2 * _MIB),
    Route("GET", f"{_P}/trustees", ListTrustees, cache=5.0),
    Route("GET", f"{_P}/tallies", ListTallies),
    Route(
        "POST",
        f"{_P}/partial-decryptions",
        SubmitPartialDecryptions,
        status=201,
        max_body=32 * _MIB,
    ),
    Route("GET", f"{_P}/count", ReadCount, cache=2.0),
    Route("GET", f"{_P}/resolutions", ListResolutions),
    Route("POST", f"{_P}/boards/<board>/resolutions", ProposeResolution, status=201),
    Route(
        "POST",
        f"{_P}/boards/<board>/resolutions/<number>/approval",
        ApproveResolution,
    ),
    Route("GET", f"{_P}/results", ReadResults, cache=5.0),
    Route("GET", f"{_P}/results/<contest>", ReadContestResult, cache=5.0),
    Route("GET", f"{_P}/lists", ReadPartyLists, cache=5.0),
    Route("GET", f"{_P}/lists/<contest>", ReadPartyList, cache=5.0),
)
