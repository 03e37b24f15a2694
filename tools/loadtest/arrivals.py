"""Requests arrive by the clock, not when the last one was answered.

A crowd that waits for answers before it asks again spares a slow server, and hides how
long people would have waited (Tene's "coordinated omission"). So every request has its
time, and its latency counts from there, also when we ourselves are late in sending it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from random import Random  # noqa: TID251 (arrivals that can be repeated; no secret)

from tools.loadtest.client import Crowd, NotHttp
from tools.loadtest.plan import Kind, Plan

_PATIENCE = 60.0  # seconds after which somebody gives up
_NO_ANSWER = (OSError, EOFError, NotHttp, TimeoutError)


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """One request and what became of it."""

    kind: str
    key: str
    at: float  # seconds from the beginning
    late: float  # by which we sent it too late
    seconds: float  # until the answer
    status: int  # 0: none came
    retry_after: str = ""
    trouble: str = ""


@dataclass(frozen=True, kw_only=True)
class Rate:
    """How many a second, and for how long."""

    per_second: float
    seconds: float


async def let_come(
    plan: Plan, crowd: Crowd, rate: Rate, chance: Random
) -> list[Arrival]:
    """Let the crowd come; returns when the last one has left."""
    await crowd.arrive()
    loop = asyncio.get_running_loop()
    began, at = loop.time(), 0.0
    under_way: list[asyncio.Task[Arrival | None]] = []
    while (at := at + chance.expovariate(rate.per_second)) < rate.seconds:
        await asyncio.sleep(max(0.0, began + at - loop.time()))
        asking = _ask(plan.draw(chance), crowd, began, at)
        under_way.append(loop.create_task(asking))
    ended = await asyncio.gather(*under_way)
    await crowd.close()
    return [arrival for arrival in ended if arrival]


async def _ask(kind: Kind, crowd: Crowd, began: float, at: float) -> Arrival | None:
    """Somebody asks; None where there is nothing left of this kind to ask."""
    now = asyncio.get_running_loop().time
    request = kind.take()
    if request is None:
        return None
    late, status, retry_after, trouble = now() - began - at, 0, "", ""
    try:
        async with asyncio.timeout(_PATIENCE):
            answer = await crowd.ask(request)
        status, retry_after = answer.status, answer.headers.get("retry-after", "")
    except _NO_ANSWER as error:
        trouble = f"{type(error).__name__}: {error}"
    kind.give_back(request, status)
    return Arrival(
        kind=kind.name,
        key=request.key,
        at=at,
        late=late,
        seconds=now() - began - at,
        status=status,
        retry_after=retry_after,
        trouble=trouble,
    )
