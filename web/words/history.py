"""Words for the lines of a post's history. Steps of the engine that tell a person nothing have none, and are not shown."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from scheduler.queries.standing import Event
from web.texts import later as _l

#: (what it was done to, what was done) → words.
DONE: Mapping[tuple[str, str], str] = {
    ("post", "write"): _l("Written"),
    ("post", "send_notice"): _l("Sent as a service notice"),
    ("post", "notice_over"): _l("Said to be over"),
    ("post", "draft"): _l("Draft made from the news item"),
    ("post", "edit"): _l("Edited"),
    ("post", "add_picture"): _l("A picture was added"),
    ("post", "leave_channel"): _l("A channel was taken away"),
    ("post", "source_followed"): _l("The news item was changed, and the draft followed it"),
    ("post", "source_changed"): _l("The news item was changed on the website"),
    ("post", "source_withdrawn"): _l("The news item was taken away from the website"),
    ("post", "source_is_back"): _l("The news item is on the website again"),
    ("post", "source_agrees"): _l("The news item says what the post says again"),
    ("post", "source_taken"): _l("The website's version was used"),
    ("post", "source_kept_ours"): _l("Our own version was kept"),
    ("publication", "submit"): _l("Sent for approval"),
    ("publication", "release"): _l("Released"),
    ("publication", "approve"): _l("Approved"),
    ("publication", "send_back"): _l("Sent back"),
    ("publication", "place"): _l("Given a time"),
    ("publication", "move"): _l("Moved"),
    ("publication", "take_off"): _l("Taken off its time"),
    ("publication", "due"): _l("Its time came"),
    ("publication", "sent"): _l("Published"),
    ("publication", "failed"): _l("Failed"),
    ("publication", "lapsed"): _l("Not sent in time"),
    ("publication", "edit"): _l("Is a draft again, since the text was changed"),
    ("publication", "retry"): _l("Tried again"),
    ("publication", "cancel"): _l("Dropped"),
    ("publication", "expire"): _l("Expired"),
    ("publication", "correct"): _l("Corrected"),
    ("publication", "withdrawn"): _l("Withdrawn"),
    ("delivery", "update"): _l("A correction was asked for"),
    ("delivery", "delete_post"): _l("A withdrawal was asked for"),
    ("delivery", "hand_over"): _l("Handed over to a person"),
    ("delivery", "confirm"): _l("The platform took it"),
    ("delivery", "postpone"): _l("The platform did not take it yet; we try again"),
    ("delivery", "fail"): _l("The platform refused it"),
    ("delivery", "lose_track"): _l("No certain answer from the platform"),
    ("delivery", "found"): _l("It was found to be out"),
    ("delivery", "absent"): _l("It was found not to be out"),
    ("delivery", "ask"): _l("A person was asked whether it came out"),
    ("delivery", "give_up"): _l("Nobody answered whether it came out"),
    ("delivery", "cancel"): _l("The sending was dropped"),
    ("delivery", "lapse"): _l("Too late to be sent"),
}


def happened(event: Event) -> str | None:
    """The line for an event, or None for one that tells a person nothing."""
    words = DONE.get((event.subject, event.action))
    if words is None:
        return None
    return _("%(what)s, in %(channel)s", what=words, channel=event.channel) if event.channel else str(words)
