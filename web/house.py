"""What every request needs of the process it runs in: settings, database, clock and the services' way out.

Put into the app once, by create_app. Knows nothing of any page.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from scheduler.clock import Clock
from scheduler.services.gate import Gate
from scheduler.settings import Settings
from scheduler.store.database import Database

KEY = "ordskifte"


@dataclass(frozen=True, kw_only=True)
class House:
    """The parts that the entry point put together. `gate`: handed to services that go out, and opaque to pages."""

    settings: Settings
    db: Database
    clock: Clock
    gate: Gate


def house() -> House:
    """The parts of the running app."""
    found: House = current_app.extensions[KEY]
    return found
