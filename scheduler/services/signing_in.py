"""Signing in with an e-mail address and a password, at a pace that makes guessing useless.

A try is counted before its password is looked at and the count is taken back when it was right, so that many tries at once
count as many. The slow hash is reckoned with no transaction open. An unknown address costs the same time as a wrong password.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from scheduler.domain.people import FAILURE_WINDOW, LONGEST_PASSWORD, SignInRefusal, may_try_at, tidy_email
from scheduler.log import logger
from scheduler.store import audit, people
from scheduler.store.database import Database

#: How passwords are kept; its own defaults are meant for sign-in pages. What was kept at another cost is kept anew at sign-in.
hasher = PasswordHasher()
_log = logger(__name__)


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """Let in: who, and in which municipality."""

    person_id: int
    municipality_id: int


@dataclass(frozen=True, kw_only=True)
class NotSignedIn:
    """Not let in. `again_at`: when the next try may be made, where this one came too soon."""

    code: SignInRefusal
    again_at: datetime | None = None


def sign_in(
    db: Database, *, municipality_id: int, email: str, password: str, address: str, now: datetime
) -> SignedIn | NotSignedIn:
    """Let in whoever has this e-mail address and this password. `address`: where the request came from."""
    wanted = tidy_email(email)[:250]
    keys = (f"ip:{address}", f"person:{wanted}")
    with db.begin(municipality_id) as session:
        people.forget_old_failures(session, before=now - FAILURE_WINDOW)
        waits = [may_try_at(people.failures(session, key, since=now - FAILURE_WINDOW), now=now) for key in keys]
        again_at = max((wait for wait in waits if wait is not None), default=None)
        if again_at is not None:
            _log.warning("sign-in refused: too many tries", municipality_id=municipality_id)
            return NotSignedIn(code=SignInRefusal.TOO_MANY, again_at=again_at)
        people.add_failures(session, keys, now=now)
        person = people.by_email(session, wanted)
        kept = person.password_hash if person is not None and person.active else None
    if not verify(kept, password) or person is None:
        return NotSignedIn(code=SignInRefusal.WRONG)
    fresh = hash_password(password) if kept is not None and hasher.check_needs_rehash(kept) else None
    with db.begin(municipality_id) as session:
        people.forget_failures(session, keys[0], at=now)
        people.forget_failures(session, keys[1])
        found = people.get(session, person.pk)
        if fresh is not None:
            found.password_hash = fresh
            session.add(found)
        audit.note(session, now=now, person_id=found.pk, subject="person", subject_id=found.pk, action="sign_in")
    return SignedIn(person_id=person.pk, municipality_id=municipality_id)


def verify(kept: str | None, password: str) -> bool:
    """Whether the password is the kept one; takes as long where none is kept."""
    try:
        hasher.verify(kept or _nobodys(), password[: LONGEST_PASSWORD + 1])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def hash_password(password: str) -> str:
    """The form in which a password is kept."""
    return hasher.hash(password)


@lru_cache(maxsize=1)
def _nobodys() -> str:
    """A hash that no password has, made like all others."""
    return hasher.hash("nobody has this password, and nobody can sign in with it")
