"""Words for the lines of an enquiry's history. Steps of the engine that tell a person nothing have none, and are not shown."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from scheduler.domain.enquiries import Settlement
from scheduler.queries.talk import Event
from web.texts import later as _l
from web.wording import words

#: (what it was done to, what was done) → words.
DONE: Mapping[tuple[str, str], str] = {
    ("enquiry", "open"): _l("The enquiry came in"),
    ("enquiry", "by_hand"): _l("Entered by hand"),
    ("enquiry", "assign"): _l("Given to somebody"),
    ("enquiry", "unassign"): _l("Given back, so that nobody has it"),
    ("enquiry", "settle"): _l("The enquiry was settled"),
    ("enquiry", "reopen"): _l("Opened again"),
    ("enquiry", "dismiss"): _l("Marked as needing no answer"),
    ("enquiry", "make"): _l("Made an enquiry by a person"),
    ("comment", "hide"): _l("Hiding was asked for"),
    ("comment", "hidden"): _l("Hidden on the platform"),
    ("comment", "hide_failed"): _l("Could not be hidden on the platform"),
    ("comment", "unhide"): _l("Showing again was asked for"),
    ("comment", "shown"): _l("Shown again on the platform"),
    ("comment", "unhide_failed"): _l("Could not be shown again on the platform"),
    ("comment", "found_gone"): _l("It had been deleted already"),
    ("comment", "dismiss"): _l("Marked as needing no answer"),
    ("comment", "make_enquiry"): _l("Made an enquiry by a person"),
    ("reply", "write"): _l("An answer was written"),
    ("reply", "approve"): _l("An answer was handed in for sending"),
    ("reply", "sent"): _l("The answer came out"),
    ("reply", "failed"): _l("The answer did not come out"),
    ("reply", "cancel"): _l("The answer was stopped"),
}


def happened(event: Event) -> str | None:
    """The line for an event, or None for one that tells a person nothing."""
    told = DONE.get((event.subject, event.action))
    if told is None:
        return None
    if event.action == "assign" and event.whom:
        return _("Took it") if event.whom == event.person else _("Given to %(name)s", name=event.whom)
    how = event.detail.get("settlement")
    if event.action == "settle" and how in set(Settlement):
        return f"{told}: {words(Settlement(str(how)))}"
    return str(told)
