"""One line of the API: a request and the operation that answers it."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.operations import Operation

_KIB = 1024
#: where everything of one primary is
PRIMARY = "/primaries/<primary>"


@dataclass(frozen=True)
class Route:
    """`method` on `/api/v1<path>` asks `operation`.

    What stands in the path, in the query and in the JSON body are together the
    operation's request; a name may come only once.
    """

    method: str
    path: str  # werkzeug's syntax: /primaries/<primary>/nominations
    operation: type[Operation]
    status: int = 200
    #: seconds for which anybody may be shown the same answer (public reads only)
    cache: float = 0.0
    #: bytes of body at most
    max_body: int = 64 * _KIB
