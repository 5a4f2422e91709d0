"""What a name, an e-mail address and a password must look like, and how many failed sign-ins are too many.

Knows texts and times. Knows nothing of rows, hashing or pages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST_NAME = 120
LONGEST_EMAIL = 254
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
#: So many failed sign-ins, from one address or for one person, within `FAILURE_WINDOW`: the next must wait.
MOST_FAILURES = 5
FAILURE_WINDOW = timedelta(minutes=15)

_EMAIL = re.compile(r"[^@\s,;<>()\"\\]+@[^@\s,;<>()\"\\.]+(\.[^@\s,;<>()\"\\.]+)+")


class PersonRefusal(StrEnum):
    """Why a person was not added or changed."""

    NAME_EMPTY = "name_empty"
    NAME_TOO_LONG = "name_too_long"
    EMAIL_MALFORMED = "email_malformed"
    EMAIL_TAKEN = "email_taken"
    PASSWORD_TOO_SHORT = "password_too_short"  # noqa: S105 - a code, not a password
    PASSWORD_TOO_LONG = "password_too_long"  # noqa: S105
    PASSWORD_IS_THE_EMAIL = "password_is_the_email"  # noqa: S105
    OLD_PASSWORD_WRONG = "old_password_wrong"  # noqa: S105
    NO_ROLE = "no_role"
    UNIT_NEEDED = "unit_needed"
    NO_UNIT_WANTED = "no_unit_wanted"
    UNKNOWN_UNIT = "unknown_unit"
    LAST_ADMINISTRATOR = "last_administrator"
    NOT_ONESELF = "not_oneself"
    LANGUAGE_UNKNOWN = "language_unknown"


class SignInRefusal(StrEnum):
    """Why somebody was not let in. An unknown e-mail, a wrong password and a closed account answer alike."""

    WRONG = "wrong"
    TOO_MANY = "too_many"


def tidy_name(text: str) -> str:
    """A name with single spaces and none around it."""
    return " ".join(text.split())


def tidy_email(text: str) -> str:
    """An e-mail address as it is kept and compared: without spaces around it, in lower case."""
    return text.strip().lower()


def name_faults(name: str) -> set[PersonRefusal]:
    """What is wrong with a tidy name."""
    if not name:
        return {PersonRefusal.NAME_EMPTY}
    return {PersonRefusal.NAME_TOO_LONG} if len(name) > LONGEST_NAME else set()


def email_faults(email: str) -> set[PersonRefusal]:
    """What is wrong with a tidy e-mail address."""
    fine = len(email) <= LONGEST_EMAIL and _EMAIL.fullmatch(email) and email.isprintable()
    return set() if fine else {PersonRefusal.EMAIL_MALFORMED}


def password_faults(password: str, *, email: str) -> set[PersonRefusal]:
    """What is wrong with a new password. Length is what counts; no rule asks for signs and figures."""
    if len(password) < SHORTEST_PASSWORD:
        return {PersonRefusal.PASSWORD_TOO_SHORT}
    if len(password) > LONGEST_PASSWORD:
        return {PersonRefusal.PASSWORD_TOO_LONG}
    return {PersonRefusal.PASSWORD_IS_THE_EMAIL} if tidy_email(password) == email else set()


def may_try_at(failures: Sequence[datetime], *, now: datetime) -> datetime | None:
    """When the next sign-in may be tried, given the times of the failed ones for one key; None: now.

    The sixth try within the window waits until fewer than five failures lie inside it. A failure is inside for exactly
    `FAILURE_WINDOW`; at its end it no longer counts.
    """
    inside = sorted(at for at in failures if at + FAILURE_WINDOW > now)
    if len(inside) < MOST_FAILURES:
        return None
    return inside[-MOST_FAILURES] + FAILURE_WINDOW
