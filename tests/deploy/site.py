"""The site of `deploy/nginx`, rendered for this machine as its image renders it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.sources import ROOT
from tools.private_servers.programs import (
    Program,
    accepts_connections,
    free_ports,
    running,
)

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
SOURCE = ROOT / "deploy/nginx"
TEMPLATE = SOURCE / "templates/primaries.conf.template"


@dataclass(frozen=True, kw_only=True)
class Site:
    """A rendered configuration, and where it listens."""

    folder: Path
    http: int
    https: int

    @property
    def command(self) -> list[str]:
        """How nginx is started with it."""
        here = str(self.folder)
        return [str(NGINX), "-p", here, "-c", f"{here}/nginx.conf", "-e", "stderr"]

    @property
    def url(self) -> str:
        """The site's address."""
        return f"https://localhost:{self.https}"

    @property
    def certificate(self) -> str:
        """What signs the site's certificate: itself."""
        return str(self.folder / "certificate.pem")


def render(folder: Path, gateway: str) -> Site:
    """Write the configuration of a site before a gateway."""
    http, https = free_ports(2)
    site = Site(folder=folder, http=http, https=https)
    write_certificate(folder)
    values = {
        "PRIMARIES_GATEWAY": gateway,
        "PRIMARIES_HTTP_PORT": f"127.0.0.1:{http}",
        "PRIMARIES_HTTPS_PORT": f"127.0.0.1:{https}",
        "PRIMARIES_SERVER_NAME": "localhost",
        "PRIMARIES_TLS_CERTIFICATE": site.certificate,
        "PRIMARIES_TLS_KEY": str(folder / "key.pem"),
    }
    template = TEMPLATE.read_text(encoding="utf-8")
    served = re.sub(r"\$\{(PRIMARIES_\w+)\}", lambda found: values[found[1]], template)
    (folder / "conf.d").mkdir()
    (folder / "conf.d/primaries.conf").write_text(served, encoding="utf-8")
    main = (SOURCE / "nginx.conf").read_text(encoding="utf-8")
    (folder / "nginx.conf").write_text(main.replace("/tmp/", f"{folder}/"), "utf-8")
    return site


@contextmanager
def serving(site: Site) -> Iterator[None]:
    """Run nginx with the site for the block."""
    program = Program(
        command=[*site.command, "-g", "daemon off;"], log=site.folder / "nginx.log"
    )
    with running(program, lambda: accepts_connections(site.https)):
        yield


def write_certificate(folder: Path) -> None:
    """A certificate for this machine, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            pem,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
