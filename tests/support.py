"""Small things that every kind of test needs: waiting for what will come, a free port, a module by its path.

Knows nothing of the product.
"""

from __future__ import annotations

import importlib.util
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType


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


def load(file: str) -> ModuleType:
    """A module of this tree by its path from the root, without the package around it and all that it needs."""
    name = "alone_" + file.removesuffix(".py").replace("/", "_")
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parents[1] / file)
    assert spec
    assert spec.loader
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
