"""A simulated platform that lands requests late, loses answers, refuses, limits the rate, and lists with a lag.

It keeps the contract's promises and no more: a request lands no later than `landing.late` after our side gave it up, and is listed
no later than `landing.visibility` after it landed. Knows the simulation's times, and nothing of our rows.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto

from connectors.contract import (
    Account,
    Attempt,
    CommentRef,
    Complaint,
    ConnectorError,
    HandsOver,
    Landing,
    Limits,
    OutgoingPost,
    Receipt,
    Remedy,
)
from scheduler.domain.delivery import SEND_DEADLINE, publish_lane, talk_lane

DEADLINE = SEND_DEADLINE.total_seconds()
#: A busy server: its queue carries a request out after we hung up, and its replicas lag behind.
BUSY = Landing(late=timedelta(seconds=60), visibility=timedelta(seconds=30))
#: The practice network: who is gone has taken the request along, and what stands is listed at once.
PROMPT = Landing(late=timedelta(0), visibility=timedelta(0))
NEVER = float("inf")


class Fate(Enum):
    """What becomes of a request to publish or to answer."""

    WELL = auto()
    ANSWER_LOST = auto()  # it stands there; nothing comes back
    SWALLOWED = auto()  # it never arrives; nothing comes back
    LATE = auto()  # it lands after we gave it up
    DOWN = auto()
    RATE_LIMIT = auto()
    REFUSED = auto()


@dataclass(kw_only=True)
class Request:
    """A request to publish or to answer as it stands on the platform's side. Times in seconds of the true clock, which never jumps."""

    lane: str
    key: str
    process: int
    lands_at: float
    listed_at: float
    answered: bool = False

    def stands(self, at: float) -> bool:
        return self.lands_at <= at


@dataclass(kw_only=True)
class Platform:
    """All accounts. `pause`: where another task may run, and time may pass; `true`: the true clock; `wall`: what clocks show."""

    chance: random.Random
    true: Callable[[], float]
    wall: Callable[[], datetime]
    pause: Callable[[str], None]
    process: Callable[[], int]
    #: Told of each request before its first byte leaves: its lane and its key.
    before_sending: Callable[[str, str], None]
    fates: Sequence[Fate]
    landing: Landing = BUSY
    honours_key: bool = False
    #: The impossible part: a process may freeze between its last look at the lease and the request's first byte.
    may_freeze_before_sending: bool = False
    healthy: bool = False
    requests: list[Request] = field(default_factory=list)

    def standing(self, key: str) -> int:
        """How many posts and answers stand there with this key now."""
        return sum(request.key == key and request.stands(self.true()) for request in self.requests)

    def may_still_land(self, lane: str, *, but: str) -> list[str]:
        """The keys of other posts or answers in this lane whose requests have not landed yet, and will."""
        return [r.key for r in self.requests if r.lane == lane and r.key != but and self.true() < r.lands_at < NEVER]

    def process_ended(self, process: int) -> None:
        """Where the network is prompt, a caller who is gone has taken the request along."""
        if self.landing == PROMPT:
            for request in self.requests:
                if request.process == process and not request.answered and not request.stands(self.true()):
                    request.lands_at = NEVER

    def take(self, lane: str, key: str) -> Receipt:
        """A request to publish or to answer, from the first byte to the answer or to our giving it up."""
        if self.may_freeze_before_sending:
            self.pause("about to send")
        self.before_sending(lane, key)
        began = self.true()
        fate = Fate.WELL if self.healthy else self.chance.choice(self.fates)
        match fate:
            case Fate.DOWN:
                raise ConnectorError(Remedy.WAIT, "server_error")
            case Fate.RATE_LIMIT:
                back = self.wall() + timedelta(seconds=self.chance.choice([20, 90]))
                raise ConnectorError(Remedy.WAIT, "rate_limited", retry_at=back)
            case Fate.REFUSED:
                raise ConnectorError(Remedy.REWRITE, "refused")
            case _:
                pass
        request = self._arrived(lane, key, fate, began)
        self.pause("sending")
        gave_up = min(self.true(), began + DEADLINE)
        request.answered = True
        if fate is Fate.WELL and self.true() < began + DEADLINE:
            return Receipt(remote_id=key, url=None)
        if fate is Fate.LATE:
            lag = request.listed_at - request.lands_at
            late = self.chance.uniform(0, self.landing.late.total_seconds())
            request.lands_at = min(request.lands_at, gave_up + late)
            request.listed_at = request.lands_at + lag
        raise ConnectorError(Remedy.CHECK, "no_answer")

    def listing(self) -> frozenset[str]:
        """The keys that the account's page lists now. Raises ConnectorError where it cannot be read."""
        self.pause("about to list")
        if not self.healthy and self.chance.random() < 0.15:
            raise ConnectorError(Remedy.WAIT, "server_error")
        now = self.true()
        seen = frozenset(r.key for r in self.requests if r.stands(now) and r.listed_at <= now)
        self.pause("listed")
        return seen

    def _arrived(self, lane: str, key: str, fate: Fate, began: float) -> Request:
        late = self.landing.late.total_seconds()
        lands_at = began
        if fate is Fate.SWALLOWED:
            lands_at = NEVER
        elif fate is Fate.LATE:
            lands_at = began + self.chance.uniform(0, DEADLINE + late)
        lag = 0.0 if self.healthy else self.chance.uniform(0, self.landing.visibility.total_seconds())
        if self.honours_key and any(each.key == key and each.lands_at < NEVER for each in self.requests):
            lands_at = NEVER  # the same key gives the post that stands there, or will
        request = Request(lane=lane, key=key, process=self.process(), lands_at=lands_at, listed_at=lands_at + lag)
        self.requests.append(request)
        return request


@dataclass(frozen=True, kw_only=True)
class SimulatedAccount:
    """One channel's account on the platform, as the engine sees it."""

    platform: Platform
    channel_id: int

    @property
    def hands_over(self) -> HandsOver:
        return HandsOver.API

    @property
    def landing(self) -> Landing:
        return self.platform.landing

    def account(self) -> Account:
        raise AssertionError("the engine asks for no account")

    def complaints(self, post: OutgoingPost, limits: Limits) -> frozenset[Complaint]:
        return frozenset()

    def prepare(self, post: OutgoingPost, attempt: Attempt) -> Attempt:
        self.platform.pause("uploading")
        if not self.platform.healthy and self.platform.chance.random() < 0.2:
            raise ConnectorError(Remedy.CHECK, "timed_out")
        return attempt

    def publish(self, post: OutgoingPost, attempt: Attempt) -> Receipt:
        return self.put(publish_lane(self.channel_id), attempt)

    def find_published(self, post: OutgoingPost, attempt: Attempt) -> Receipt | None:
        return self._find(attempt)

    def correct(self, remote_id: str, post: OutgoingPost, attempt: Attempt) -> Receipt:
        raise AssertionError("the simulation publishes and answers only")

    def delete(self, remote_id: str) -> None:
        raise AssertionError("the simulation publishes and answers only")

    def reply(self, to: CommentRef, text: str, attempt: Attempt) -> Receipt:
        return self.put(talk_lane(self.channel_id), attempt)

    def find_reply(self, to: CommentRef, text: str, attempt: Attempt) -> Receipt | None:
        return self._find(attempt)

    def put(self, lane: str, attempt: Attempt) -> Receipt:
        """The one call."""
        return self.platform.take(lane, attempt.key)

    def _find(self, attempt: Attempt) -> Receipt | None:
        return Receipt(remote_id=attempt.key, url=None) if attempt.key in self.platform.listing() else None
