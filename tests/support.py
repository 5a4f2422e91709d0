"""Small things that every kind of test needs: waiting for what will come, and a free port.

Knows nothing of the product.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable


def wait_until(check: Callable[[], object], *, within: float, every: float = 0.05) -> None:
    """Return as soon as `check` gives something true. Raises TimeoutError after `within` seconds."""
    until = time.monotonic() + within
    pause = threading.Event()
    while not check():
        if time.monotonic() > until:
            raise TimeoutError(f"still waiting after {within} s")
        pause.wait(every)


def free_port() -> int:
    """A port on loopback that nobody uses now."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
