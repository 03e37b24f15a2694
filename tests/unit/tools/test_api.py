"""The client tells refusals by their codes, and shares what may be shared."""

from __future__ import annotations

import httpx
import pytest

from tools.api import Api, Problem


def api_that(answer, session: str = "") -> Api:
    client = httpx.Client(transport=httpx.MockTransport(answer))
    return Api("http://platform", session=session, client=client)


def test_a_refusal_carries_the_platforms_code_and_every_field():
    def refuse(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(
            422,
            json={
                "code": "invalid_payload",
                "detail": "The request does not have the agreed form.",
                "errors": [{"pointer": "/iin", "detail": "Missing data."}],
            },
        )

    with pytest.raises(Problem) as caught:
        api_that(refuse).post("/primaries/x/sessions", code="1")

    assert (caught.value.status, caught.value.code) == (422, "invalid_payload")
    assert list(caught.value.lines())[1] == "/iin: Missing data."


def test_an_answer_that_is_no_problem_document_is_a_problem_too():
    api = api_that(lambda _request: httpx.Response(502, text="<html>bad gateway"))

    with pytest.raises(Problem, match="answered 502"):
        api.get("/primaries")


def test_a_platform_that_is_not_there_is_a_problem():
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(Problem) as caught:
        api_that(fail).get("/primaries")

    assert caught.value.code == "unreachable"


def api_that_is_busy_once(code: str, asked: list[str]) -> Api:
    def busy_once(request: httpx.Request) -> httpx.Response:
        asked.append(request.method)
        if len(asked) == 1:
            return httpx.Response(503, json={"code": code, "detail": "Busy."})
        return httpx.Response(200, json={"ok": True})

    return api_that(busy_once)


@pytest.mark.parametrize("code", ["overloaded", "service_unavailable"])
def test_a_read_waits_for_a_busy_platform(code: str):
    asked: list[str] = []

    assert api_that_is_busy_once(code, asked).get("/primaries") == {"ok": True}
    assert asked == ["GET", "GET"]


def test_a_change_that_was_turned_away_comes_again():
    asked: list[str] = []

    assert api_that_is_busy_once("overloaded", asked).post("/primaries") == {"ok": True}
    assert asked == ["POST", "POST"]


def test_a_change_that_may_have_been_made_does_not():
    asked: list[str] = []

    with pytest.raises(Problem, match="Busy"):
        api_that_is_busy_once("service_unavailable", asked).post("/primaries")
    assert asked == ["POST"]


def test_whoever_is_turned_away_comes_when_the_platform_says():
    def refuse(_request: httpx.Request) -> httpx.Response:
        body = {"code": "wrong_code", "detail": "Busy."}
        return httpx.Response(429, json=body, headers={"Retry-After": "7"})

    with pytest.raises(Problem) as caught:
        api_that(refuse).post("/primaries")

    assert caught.value.retry_after == 7


def test_the_session_travels_in_the_header_and_only_there():
    def echo(request: httpx.Request) -> httpx.Response:
        header = request.headers.get("Authorization", "")
        return httpx.Response(200, json={"url": str(request.url), "who": header})

    answer = api_that(echo).signed_in("secret").get("/primaries/x/me", after=None)

    assert answer == {
        "url": "http://platform/api/v1/primaries/x/me",
        "who": "Bearer secret",
    }


def test_pages_are_read_to_the_last():
    def page(request: httpx.Request) -> httpx.Response:
        after = int(request.url.params.get("after", 0))
        following = str(after + 2) if after < 4 else None
        return httpx.Response(
            200, json={"items": [after, after + 1], "next": following}
        )

    assert list(api_that(page).pages("/things")) == [0, 1, 2, 3, 4, 5]
