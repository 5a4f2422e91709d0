"""Who may do what to which object."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person is in the municipality or in one unit."""

    AUTHOR = "author"
    MODERATOR = "moderator"
    SERVICE_DESK = "service_desk"
    LEADER = "leader"
    CHIEF = "chief"
    ARCHIVIST = "archivist"
    ADMINISTRATOR = "administrator"
    READER = "reader"
