"""What an operations team has made before the containers of `deploy/` start."""

from __future__ import annotations

import warnings

# What nameko stands on tells of its own ageing at every start; versions are pinned.
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
warnings.filterwarnings("ignore", message="pkg_resources is deprecated")
