"""What an HTTP status means for the one who called, and when the other side wants us back.

The table every connector starts from; a platform's own meanings go in that connector's file and win over these.
Knows nothing of the network. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from connectors.contract import ConnectorError, Remedy

#: status → what to do next, and our code for it
REFUSALS: Mapping[int, tuple[Remedy, str]] = {
    400: (Remedy.REWRITE, "refused"),
    401: (Remedy.RECONNECT, "token_dead"),
    402: (Remedy.NOT_ALLOWED, "not_allowed"),
    403: (Remedy.NOT_ALLOWED, "not_allowed"),
    404: (Remedy.GONE, "gone"),
    410: (Remedy.GONE, "gone"),
    413: (Remedy.REWRITE, "too_large"),
    415: (Remedy.REWRITE, "refused"),
    421: (Remedy.WAIT, "server_error"),
    422: (Remedy.REWRITE, "refused"),
    425: (Remedy.WAIT, "server_error"),
    429: (Remedy.WAIT, "rate_limited"),
    451: (Remedy.REWRITE, "refused"),
}
#: What may have been carried out although the answer says no: looked at before anything is sent again.
UNSURE = frozenset({408, 409})
#: No platform's word shuts a channel for longer than this.
LONGEST_WAIT = timedelta(days=7)

_RESETS = ("x-ratelimit-reset", "ratelimit-reset", "x-rate-limit-reset")
_EPOCH = 100_000_000  # a smaller number counts seconds from now (IETF's RateLimit-Reset), a larger one is a moment


def retry_at(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """The platform's own word on when to come back (aware UTC, from `now` to LONGEST_WAIT ahead), or None.

    Reads Retry-After (seconds or an HTTP date) and the rate-limit resets (seconds, epoch or ISO 8601); header names in lower case.
    """
    for name in ("retry-after", *_RESETS):
        text = headers.get(name, "").strip()
        if text and (moment := _moment(text, now, may_be_epoch=name in _RESETS)) is not None:
            return min(max(moment, now), now + LONGEST_WAIT)
    return None


def _moment(text: str, now: datetime, *, may_be_epoch: bool) -> datetime | None:
    if re.fullmatch(r"\d{1,14}(\.\d{1,9})?", text, re.ASCII):
        number = float(text)
        if may_be_epoch and number >= _EPOCH:
            # Some count in milliseconds; no reset lies in the year 5138.
            return _epoch(number / 1000 if number > 1e11 else number)
        return now + timedelta(seconds=min(number, LONGEST_WAIT.total_seconds()))
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text)
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def _epoch(seconds: float) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


def refusal(
    status: int, headers: Mapping[str, str], *, repeatable: bool, now: datetime, detail: str = ""
) -> ConnectorError:
    """The error for an answer that was no success. `repeatable`: the call may be made again without harm."""
    back = retry_at(headers, now) if status in (429, 503) or status in REFUSALS else None
    if status in REFUSALS:
        remedy, code = REFUSALS[status]
        return ConnectorError(
            remedy, code, status=status, retry_at=back if remedy is Remedy.WAIT else None, detail=detail
        )
    if status == 503 and back is not None:
        return ConnectorError(Remedy.WAIT, "rate_limited", status=status, retry_at=back, detail=detail)
    if status >= 500 or status in UNSURE or status < 400:
        # A redirect or a 5xx to a write may have been carried out; so may a conflict with ourselves.
        code = "server_error" if status >= 500 else "conflict" if status in UNSURE else "unexpected_answer"
        return ConnectorError(Remedy.WAIT if repeatable else Remedy.CHECK, code, status=status, detail=detail)
    return ConnectorError(Remedy.REWRITE, "refused", status=status, detail=detail)
