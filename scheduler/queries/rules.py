"""A channel's posting rules, for pages that show them.

Reads only. What each rule means stands in domain/rules; the words for it belong to the page.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from scheduler.domain.posting_rules import PostingRules
from scheduler.store import channels
from scheduler.store import rules as kept


@dataclass(frozen=True, kw_only=True)
class ChannelRules:
    """The rules that a channel keeps. `own`: made for this channel, and not the municipality's for all."""

    rules: PostingRules
    own: bool


def of_channel(session: Session, channel_id: int) -> ChannelRules:
    """The rules of one channel; raises Missing."""
    channel = channels.channel(session, channel_id)
    return ChannelRules(rules=kept.rules_of(session, channel), own=kept.own_rules(session, channel_id) is not None)
