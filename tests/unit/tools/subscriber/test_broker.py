"""What a broker's answers mean to a reader: ask again, or give up."""

from __future__ import annotations

import pytest
from amqp.exceptions import AccessRefused, NotFound, PreconditionFailed

from tools.subscriber.broker import trouble_of
from tools.subscriber.received import SourceLost, SourceRefused


@pytest.mark.parametrize(
    "answer",
    [
        PreconditionFailed(
            "queue 'region.KZ-AKM.log' in vhost 'primaries' "
            "does not have a replica on the local node"
        ),
        NotFound("no queue 'region.KZ-AKM.log' in vhost 'primaries'"),
        ConnectionResetError("the broker is being started anew"),
    ],
)
def test_a_stream_that_is_only_being_made_is_asked_for_again(answer: Exception):
    assert isinstance(trouble_of(answer), SourceLost)


@pytest.mark.parametrize(
    "answer",
    [
        AccessRefused("read access to queue 'region.KZ-ALA.log' refused"),
        PreconditionFailed("inequivalent arg 'durable' for queue 'region.KZ-AKM.desk'"),
    ],
)
def test_a_refusal_is_final(answer: Exception):
    assert isinstance(trouble_of(answer), SourceRefused)
