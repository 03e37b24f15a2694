"""What a subscriber was asked for: which part of the log, and where to read it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Any

import click

from tools.api import DEFAULT, Api
from tools.subscriber.broker import FIRST, QueueSource, Start, StreamSource
from tools.subscriber.feed import FeedRereading, FeedSource
from tools.subscriber.received import Rereading, Source
from tools.subscriber.rereading import StreamRereading

#: where a region's settings (`regions/<CODE>.env`) say how to reach its broker
BUS = "PRIMARIES_AMQP_URI"


class StartType(click.ParamType):
    """`first`, an offset, or a time with its zone."""

    name = "start"

    def convert(self, value: Any, param: Any, ctx: Any) -> Start:
        """Read what was written, or say how to write it."""
        if value == FIRST or not isinstance(value, str):
            return value
        if value.isascii() and value.isdigit():
            return int(value)
        try:
            time = datetime.fromisoformat(value)
        except ValueError:
            time = None
        if time is None or time.tzinfo is None:
            self.fail("write first, an offset, or a time like 2020-10-01T00:00Z.")
        return time


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which part of the log, and where to read it."""

    amqp: str | None
    regions: tuple[str, ...]
    queue: str | None
    start: Start | None
    api: str | None
    territory: str | None
    after: str | None

    @classmethod
    def of(cls, *, amqp: str | None, regions: tuple[str, ...], **more: Any) -> Asked:
        """What was asked for; a region's broker may stand in the settings."""
        in_settings = os.environ.get(BUS) if regions else None
        return cls(amqp=amqp or in_settings, regions=regions, **more)

    def check(self) -> None:
        """Refuse what does not belong together."""
        if self.amqp:
            self._require(bool(self.regions), "--amqp needs a --region.")
            at_feed = self.after or self.territory
            self._require(not at_feed, "--territory and --after belong to the feed.")
            from_now_on = not self.queue or self.start is None
            self._require(from_now_on, "A live queue has no past.")
            one_region = not self.queue or len(self.regions) == 1
            self._require(one_region, "A live queue is of one region.")
            self._require(self.queue != "log", "The name log is the stream's.")
            return
        at_broker = self.regions or self.queue or self.start is not None
        self._require(not at_broker, "--region, --queue and --from need --amqp.")

    def source(self) -> Source:
        """Where to read."""
        if not self.amqp:
            return FeedSource(Api(self.api or DEFAULT), self.territory, self.after)
        if self.queue:
            return QueueSource(self.amqp, self.regions[0], self.queue)
        start = FIRST if self.start is None else self.start
        return StreamSource(self.amqp, self.regions, start)

    def rereading(self) -> Rereading:
        """Where to look for what is missing."""
        if self.api or not self.amqp:
            return FeedRereading(Api(self.api or DEFAULT))
        read_from = partial(StreamSource, self.amqp, self.regions)
        return StreamRereading(self.regions, read_from)

    def feeds(self) -> list[Source]:
        """Where everything is that the streams may have forgotten."""
        if not (self.amqp and self.api):
            return []
        api = Api(self.api)
        return [FeedSource(api, region, None) for region in self.regions]

    def anew(self) -> str:
        """The command that makes a whole copy of the same."""
        place = ["--territory", self.territory] if self.territory else []
        if self.amqp:
            regions = (("--region", region) for region in self.regions)
            place = ["--amqp", "…", *chain.from_iterable(regions)]
        api = self.api or ("https://…" if self.amqp else DEFAULT)
        command = ["primaries", "subscribe", *place, "--api", api]
        return " ".join([*command, "--state", "ANOTHER.db"])

    @staticmethod
    def _require(condition: bool, otherwise: str) -> None:  # noqa: FBT001
        if not condition:
            raise click.UsageError(otherwise)
