"""What was asked of the demonstration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tools.demo.sizes import SIZES, Size

DEFINITIONS = Path(__file__).resolve().parents[2] / "deploy" / "primaries"


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options of the command, and what follows from them."""

    seed: int
    scale: str
    folder: Path
    rehearsal: bool = False
    group: str | None = None
    processes: bool = False
    #: an AMQP URI, `private`, or nothing: the bus inside one process
    bus: str | None = None
    #: a PostgreSQL server's URL, or nothing: SQLite
    database: str | None = None
    http: str | None = None
    #: do the pages stay up at the end?
    stays_up: bool = False
    #: are they on the network, under a certificate of this machine's own?
    tls: bool = False
    #: the act in which the play waits for a person
    pause_at: str | None = None

    @property
    def size(self) -> Size:
        """How much is played."""
        return SIZES[self.scale]

    @property
    def is_shown(self) -> bool:
        """Will somebody look at the pages?"""
        return self.stays_up or self.tls or self.pause_at is not None

    @property
    def definition_file(self) -> Path:
        """Which primary."""
        name = "nur-otan-2020-rehearsal" if self.rehearsal else "nur-otan-2020"
        return DEFINITIONS / f"{name}.yaml"

    @property
    def platform(self) -> Path:
        """Where the platform keeps its databases, keys and logs."""
        return self.folder / "platform"

    @property
    def boards(self) -> Path:
        """Where the archives are left."""
        return self.folder / "boards"
