"""A certificate that this machine makes for itself, and the addresses that it names.

Nobody else vouches for it: browsers warn of it, and whoever goes on compares its
fingerprint with the one that the demonstration prints.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from chassis.clock import SystemClock
from tools.private_files import write_private_file

_LIFETIME = timedelta(days=7)
_SKEW = timedelta(hours=1)  # telephones whose clocks are behind
_ELSEWHERE = ("192.0.2.1", 9)  # reserved for examples: nothing is sent to it
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """The files of a certificate, and how people recognise it."""

    chain: Path
    key: Path
    fingerprint: str


def self_signed(folder: Path, addresses: Iterable[str]) -> Certificate:
    """Make a key and a certificate for these addresses of this machine."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(key, addresses)
    made = Certificate(
        chain=folder / "tls-certificate.pem",
        key=folder / "tls-key.pem",
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(":").upper(),
    )
    made.chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    write_private_file(made.key, private.decode("ascii"))
    return made


def network_address() -> str:
    """The address under which other devices of the network find this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ELSEWHERE)
        except OSError:  # no network at all
            return _LOOPBACK
        return probe.getsockname()[0]


def own_addresses() -> list[str]:
    """What this machine is called, and its addresses, each once."""
    named = [network_address(), _LOOPBACK, "localhost", socket.gethostname()]
    return list(dict.fromkeys(named))


def _certificate(
    key: ec.EllipticCurvePrivateKey, addresses: Iterable[str]
) -> x509.Certificate:
    now = SystemClock().now()
    name = x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, "Primaries demonstration")]
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + _LIFETIME)
        .add_extension(
            x509.SubjectAlternativeName([_name(each) for each in addresses]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
        .sign(key, hashes.SHA256())
    )


def _name(address: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(address))
    except ValueError:
        return x509.DNSName(address)
