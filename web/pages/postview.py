"""Drawing a post's page: the saved post or what was typed about it, with what stands in the way.

Gathers what the template asks for. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _

from scheduler.domain import delivery
from scheduler.domain.access import Deed
from scheduler.domain.excuses import Excuse
from scheduler.domain.publication import State
from scheduler.domain.reasons import Placement, Unplaced, WayOut
from scheduler.errors import Refused
from scheduler.queries import campaigns, moved, posts
from scheduler.queries.posts import PostPage
from scheduler.queries.standing import InChannel
from scheduler.services import editing, planning, previewing
from scheduler.services.editing import PostRefusal
from scheduler.services.pictures_by_hand import MOST_BYTES, MOST_PICTURES
from scheduler.services.places import account_of
from scheduler.services.previewing import Seen
from scheduler.services.sources import text_of
from web import filters, session, wording
from web.comparing import Part, compared
from web.forms.posts import STANDARDS, Typed, place_of
from web.pages import whys
from web.words.history import happened


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A lawful time near one that was refused: a press takes it."""

    channel_id: int
    channel: str
    placement: Placement


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What stands in the way: (field, sentence), lawful times near one that was refused, the reasons that would set aside what refused it
    or (none) what else leads out, and whether somebody else was first.

    `at`: the publication that something was done to; `written`: what the person wrote in doing it.
    """

    mistakes: Sequence[tuple[str, str]] = ()
    offers: Sequence[Offer] = ()
    excuses: Sequence[Excuse] = ()
    ways_out: Sequence[WayOut] = ()
    overtaken: bool = False
    title: str | None = None
    at: int | None = None
    written: str = ""


def one(post_id: int) -> PostPage:
    """The post as the one who asks may see it; raises Missing."""
    return posts.page(session.reading(), session.actor(), post_id, zone=filters.zone())


def shown(post: PostPage, typed: Typed | None = None, *, trouble: Trouble | None = None, status: int = 200) -> Any:
    """The page. `typed`: what the form holds, where that is not what is saved."""
    saved = Typed.of_post(post, filters.zone())
    holds = typed or saved
    found = trouble or Trouble()
    would = planning.what_if(session.reading(), post.id, now=session.now())
    proposals = would.places
    accounts = {each.publication_id: _account(each, proposals) for each in post.channels}
    known = whys.known_in(accounts.values(), [each.publication_id for each in (*would.moves, *would.misses)])
    drafts = [each for each in post.channels if each.state is State.DRAFT]
    underway = [
        each for each in post.channels if each.state in {State.IN_REVIEW, State.APPROVED, State.SCHEDULED, State.FAILED}
    ]
    page = render_template(
        "pages/post.html",
        post=post,
        typed=holds,
        trouble=found,
        invalid={name for name, _sentence in found.mistakes if name},
        seen=seen(post, holds),
        as_saved=seen(post, saved) if typed else None,
        places={key: place for key, place in proposals.items() if isinstance(place, Placement)},
        obstacles={key: place for key, place in proposals.items() if isinstance(place, Unplaced)},
        drafts=drafts,
        underway=underway,
        may_schedule=bool(drafts) and not post.is_notice and all(Deed.SUBMIT in each.may for each in drafts),
        sends_for_approval=bool(drafts) and not post.is_notice and all(each.asks_approval for each in drafts),
        theirs=_theirs(post, holds) if found.overtaken else (),
        news=_news(post),
        standards=STANDARDS,
        most_pictures=MOST_PICTURES,
        most_bytes=MOST_BYTES,
        history=[(each, line) for each in post.events if (line := happened(each)) is not None],
        states=State,
        sendings=delivery.State,
        kinds=delivery.Kind,
        why={key: whys.why(account, known) for key, account in accounts.items()},
        effects=whys.effects(would, known),
        reachable={
            each.publication_id: whys.reachable(each.publication_id, each.problem_code)
            for each in post.channels
            if each.state is State.APPROVED and Deed.MOVE in each.may
        },
        moved_posts=moved.unseen(session.reading(), session.actor(), post_id=post.id),
        back=url_for("posts.show", post_id=post.id),
        campaigns=campaigns.choices(session.reading(), also=post.campaign_id) if post.may_write else (),
    )
    return page, status


def seen(post: PostPage | None, typed: Typed) -> Mapping[int, Seen]:
    """What the form would become in each channel, by channel."""
    content, _wrong = typed.content(zone=filters.zone(), now=session.now(), post=post)
    withdrawn = bool(post and post.source and post.source.flag and post.source.flag.value == "withdrawn")
    return previewing.seen(
        session.reading(), content, post_id=post.id if post else None, withdrawn=withdrawn, languages=STANDARDS
    )


def trouble_of(refused: Refused, typed: Typed, post: PostPage | None, channel_ids: Mapping[int, int]) -> Trouble:
    """A refusal in words, each at its field. `channel_ids`: by publication. Raises it again where the person may not at all."""
    if wording.is_denial(refused):
        raise refused
    nearest = refused.params.get("nearest")
    offers = [
        Offer(
            channel_id=channel_ids[each.publication_id],
            channel=_channel_name(post, channel_ids[each.publication_id]),
            placement=each,
        )
        for each in (nearest if isinstance(nearest, list | tuple) else ())
        if each.publication_id in channel_ids
    ]
    refused_in = refused.params.get("channel_id")
    asked_at = f"date-{refused_in}" if "wanted_at" in refused.params else ""
    where = str(refused.params.get("channel", ""))
    sentences = []
    for code in refused.codes:
        told = wording.words(code, **{**wording.shown(refused.params), "limit": _limit(code, typed, post)})
        sentences.append((place_of(code, typed) or asked_at, f"{where}: {told}" if where else told))
    excuses, ways_out = refused.params.get("excuses", ()), refused.params.get("ways_out", ())
    return Trouble(
        mistakes=sentences,
        offers=offers,
        excuses=excuses if isinstance(excuses, tuple) else (),
        ways_out=ways_out if isinstance(ways_out, tuple) and not excuses else (),
        title=_("This could not be done yet") if "wanted_at" in refused.params else None,
    )


def _account(entry: InChannel, proposals: Mapping[int, Placement | Unplaced]) -> whys.Rows:
    """Why it stands or waits where it does; of what nobody has answered for yet, why it would."""
    place = proposals.get(entry.publication_id)
    if place is None or entry.state is State.APPROVED:
        return entry.because
    return account_of(place, entry.because) if isinstance(place, Placement) else whys.rows_of(place)


def _limit(code: Enum, typed: Typed, post: PostPage | None) -> int:
    """The most that the field a code is about may hold."""
    match code:
        case PostRefusal.TITLE_TOO_LONG:
            return editing.LONGEST_TITLE
        case PostRefusal.ALT_TEXT_TOO_LONG:
            return editing.LONGEST_ALT_TEXT
        case PostRefusal.PHOTOGRAPHER_TOO_LONG:
            return editing.LONGEST_NAME
        case PostRefusal.OWN_TEXT_TOO_LONG:
            rooms = [room for each in seen(post, typed).values() for room in each.room.values()]
            return min((room.characters for room in rooms if room.used > room.characters), default=editing.LONGEST_TEXT)
        case _:
            return editing.LONGEST_TEXT


def _channel_name(post: PostPage | None, channel_id: int) -> str:
    if post is None:
        known = {each.channel_id: each.channel for each in posts.offered(session.reading(), session.actor())}
    else:
        known = {each.channel_id: each.channel for each in post.channels}
        known |= {each.channel_id: each.channel for each in post.offered}
    return known.get(channel_id, "")


def _theirs(post: PostPage, typed: Typed) -> Sequence[tuple[str, str]]:
    """(what, their text) for what another has saved otherwise than it stands in the form."""
    found = [("", post.title)] if post.title != " ".join(typed.title.split()) else []
    for language in dict.fromkeys((*post.texts, *typed.languages())):
        theirs, ours = post.texts.get(language, ""), typed.texts.get(language, "")
        if theirs.split() != ours.split():
            found.append((language, theirs))
    return found


def _news(post: PostPage) -> tuple[Part, ...]:
    """What the website says now, beside what the post says: in parts that are the same, gone or new."""
    if post.source is None or post.source.flag is None or post.source.flag.value != "changed":
        return ()
    new = text_of(post.source.title, post.source.summary)
    ours = max(post.texts.values(), key=lambda text: _likeness(text, new), default="")
    return compared(ours, new)


def _likeness(one_text: str, other: str) -> int:
    return len(set(one_text.split()) & set(other.split()))
