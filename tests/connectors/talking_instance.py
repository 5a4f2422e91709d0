"""A small server that talks as Mastodon documents it, for what no test can bring about on a real one: days long gone, thousands of
mentions, and answers that lack what they should have.

Knows the pages that collecting asks for, and how they are paged. The real server stands in mastodon_server.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.connectors.server import Answer, Seen, Server, serving

US = "1"


class Instance:
    """`statuses` and `notifications`, by id, as the server gives them; ids are whole numbers that grow."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.url = server.url
        self.statuses: dict[str, dict[str, Any]] = {}
        self.notifications: dict[str, dict[str, Any]] = {}
        self._next = 100

    @property
    def asked(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [urlsplit(seen.path).path for seen in self._server.seen]

    def forget(self) -> None:
        """What was asked so far is no longer told."""
        self._server.seen.clear()

    def status(self, at: datetime, *, by: str = "7", under: str | None = None, **more: Any) -> str:
        """A status that stands there; `more` overrides what it says."""
        self._next += 1
        made: dict[str, Any] = {
            "id": str(self._next),
            "created_at": at.isoformat(),
            "edited_at": None,
            "in_reply_to_id": under,
            "visibility": "public",
            "content": "<p>Kor lenge er vegen stengt?</p>",
            "spoiler_text": "",
            "language": "nn",
            "url": f"https://social.example/@kari/{self._next}",
            "account": {"id": by, "acct": f"person{by}", "username": f"person{by}", "display_name": f"Person {by}"},
            "mentions": [],
            "media_attachments": [],
            "reblog": None,
        }
        self.statuses[str(self._next)] = {**made, **more}
        return str(self._next)

    def mention(self, at: datetime, *, by: str = "7", under: str | None = None, **more: Any) -> str:
        """A status that names us, of which we are told."""
        told = self.status(at, by=by, under=under, **{"mentions": [{"id": US, "acct": "fjordvik"}], **more})
        self._next += 1
        self.notifications[str(self._next)] = {
            "id": str(self._next),
            "type": "mention",
            "created_at": at.isoformat(),
            "status": told,
        }
        return told

    def answer(self, seen: Seen) -> Answer:
        parts = urlsplit(seen.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        found = self._find(parts.path.removeprefix("/api/v1/").split("/"), query)
        return Answer(
            status=404 if found is None else 200,
            headers={"Content-Type": "application/json"},
            body=json.dumps({"error": "Record not found"} if found is None else found).encode(),
        )

    def _find(self, path: list[str], query: Mapping[str, str]) -> object:
        match path:
            case ["accounts", "verify_credentials"]:
                return {"id": US, "acct": "fjordvik", "display_name": "Fjordvik kommune"}
            case ["accounts", _, "statuses"]:
                own = {key: each for key, each in self.statuses.items() if (each.get("account") or {}).get("id") == US}
                if "exclude_replies" in query:
                    own = {key: each for key, each in own.items() if not each["in_reply_to_id"]}
                return _page(own, query)
            case ["notifications"]:
                told = _page(self.notifications, query)
                return [{**each, "status": self.statuses.get(each["status"])} for each in told]
            case ["statuses", status_id]:
                return self.statuses.get(status_id)
            case ["statuses", status_id, "context"] if status_id in self.statuses:
                return {"ancestors": self._above(status_id), "descendants": self._below(status_id)}
        return None

    def _above(self, status_id: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        above = self.statuses[status_id]["in_reply_to_id"]
        while above in self.statuses:
            found.append(self.statuses[above])
            above = self.statuses[above]["in_reply_to_id"]
        return found[::-1]

    def _below(self, status_id: str) -> list[dict[str, Any]]:
        reached, found = {status_id}, []
        for key, each in self.statuses.items():  # what answers is always younger than what it answers
            if each["in_reply_to_id"] in reached:
                reached.add(key)
                found.append(each)
        return found[:4_096]


def _page(rows: Mapping[str, dict[str, Any]], query: Mapping[str, str]) -> list[dict[str, Any]]:
    """Newest first; with min_id those right above it, as Mastodon pages."""
    limit, low, high = int(query.get("limit", 20)), int(query.get("min_id", 0)), int(query.get("max_id", 10**18))
    keys = sorted((key for key in rows if low < int(key) < high), key=int, reverse=True)
    return [rows[key] for key in (keys[-limit:] if "min_id" in query else keys[:limit])]


@contextmanager
def talking() -> Iterator[Instance]:
    """A server that stands until the end."""
    with serving() as server:
        instance = Instance(server)
        server.otherwise = instance.answer
        yield instance
