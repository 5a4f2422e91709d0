"""A person's calendar at a secret address: made, shown once, revoked, and read by whoever holds the address.

The address is a key: only the hash of its secret is kept, and what it opens is what its person may see when it is read.
Raises Refused with every code, and Missing for another person's address.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from scheduler.domain.access import Actor
from scheduler.errors import Missing, Refused
from scheduler.services.people import actor_of
from scheduler.store import audit, calendar_feeds, people

#: A telephone, a desk and a few more; more is a sign that old ones were never revoked.
MOST = 10
_SECRET_BYTES = 32


class FeedRefusal(StrEnum):
    """Why no calendar address was made."""

    TOO_MANY = "too_many_calendar_addresses"


def create(session: Session, actor: Actor, *, now: datetime) -> str:
    """A new address for `actor`; its secret, which nobody can be told again."""
    if len(calendar_feeds.open_of(session, actor.person_id)) >= MOST:
        raise Refused(FeedRefusal.TOO_MANY, limit=MOST)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    row = calendar_feeds.add(session, person_id=actor.person_id, secret_hash=_hash(secret), now=now)
    _note(session, actor, row.pk, "create", now=now)
    return secret


def revoke(session: Session, actor: Actor, feed_id: int, *, now: datetime) -> None:
    """From now on the address answers nobody. Doing it twice does nothing."""
    row = calendar_feeds.get(session, feed_id)
    if row.person_id != actor.person_id:
        raise Missing("calendar feed", feed_id)
    if row.revoked_at is None:
        row.revoked_at = now
        session.add(row)
        _note(session, actor, feed_id, "revoke", now=now)


def reader_of(session: Session, secret: str) -> Actor:
    """The person whose calendar the secret opens, with the roles held now; raises Missing for an unknown, a revoked and a closed one alike."""
    row = calendar_feeds.by_hash(session, _hash(secret))
    if row is None or row.revoked_at is not None or not people.get(session, row.person_id).active:
        raise Missing("calendar feed", "with this secret")
    return actor_of(session, row.person_id)


def _hash(secret: str) -> str:
    """What is kept of a secret. It is 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _note(session: Session, actor: Actor, feed_id: int, action: str, *, now: datetime) -> None:
    audit.note(session, now=now, person_id=actor.person_id, subject="calendar_feed", subject_id=feed_id, action=action)
