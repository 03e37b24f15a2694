"""Whom a service tells its password."""

from __future__ import annotations

from pathlib import Path

import pytest
from kombu.exceptions import OperationalError

from chassis.bus import trust_only_the_named_broker
from chassis.publishing import connected
from tests.support.certified import a_broker_certified_for


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the library leaves its socket
@pytest.mark.parametrize("host", ["127.0.0.1", "broker.example.org"])
def test_over_tls_only_the_broker_that_was_named_is_told_anything(
    host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    trust_only_the_named_broker()
    with a_broker_certified_for(host, tmp_path) as (port, heard):
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "tls-certificate.pem"))
        with (
            pytest.raises(OperationalError),
            connected(f"amqps://voting:secret@127.0.0.1:{port}/primaries"),
        ):
            pass

    assert bool(heard) == (host == "127.0.0.1")
