"""Makes the test process cooperative before anything else is imported.

Loaded by name from the project file, ahead of every conftest and of other plugins:
what nameko runs on must be in place before sockets, locks and threads are imported.
"""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import eventlet

eventlet.monkey_patch()
