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
from gateway.route import PRIMARY, Route

_MIB = 2**20

ROUTES = (
    Route("POST", f"{PRIMARY}/trustees", HandInKey, status=201, max_body=2 * _MIB),
    Route("GET", f"{PRIMARY}/trustees", ListTrustees, cache=5.0),
    Route("GET", f"{PRIMARY}/tallies", ListTallies),
    Route(
        "POST",
        f"{PRIMARY}/partial-decryptions",
        SubmitPartialDecryptions,
        status=201,
        max_body=32 * _MIB,
    ),
    Route("GET", f"{PRIMARY}/count", ReadCount, cache=2.0),
    Route("GET", f"{PRIMARY}/resolutions", ListResolutions),
    Route(
        "POST", f"{PRIMARY}/boards/<board>/resolutions", ProposeResolution, status=201
    ),
    Route(
        "POST",
        f"{PRIMARY}/boards/<board>/resolutions/<number>/approval",
        ApproveResolution,
    ),
    Route("GET", f"{PRIMARY}/results", ReadResults, cache=5.0),
    Route("GET", f"{PRIMARY}/results/<contest>", ReadContestResult, cache=5.0),
    Route("GET", f"{PRIMARY}/lists", ReadPartyLists, cache=5.0),
    Route("GET", f"{PRIMARY}/lists/<contest>", ReadPartyList, cache=5.0),
)
