"""What a broker's answers mean to a reader: ask again, or give up."""

from __future__ import annotations

from pathlib import Path

import pytest
from amqp.exceptions import AccessRefused, NotFound, PreconditionFailed

from tests.support.certified import a_broker_certified_for
from tools.subscriber.broker import StreamSource, trouble_of
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


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the library leaves its socket
@pytest.mark.parametrize(
    ("host", "ending"),
    [("127.0.0.1", SourceLost), ("broker.example.org", SourceRefused)],
)
def test_only_the_broker_that_was_named_is_told_anything(
    host: str, ending: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with a_broker_certified_for(host, tmp_path) as (port, heard):
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "tls-certificate.pem"))
        uri = f"amqps://region.KZ-AKM:secret@127.0.0.1:{port}/primaries"
        with pytest.raises(ending):
            next(StreamSource(uri, ["KZ-AKM"]).batches({}))

    assert bool(heard) == (ending is SourceLost)
