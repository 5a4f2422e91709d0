"""The forms by which one plays on the practice network: who says what, and how long ago.

What may be said the service decides; here its refusals find their fields.
"""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import Any

from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from scheduler.services.playing import CITIZENS, PlayRefusal, Voice
from web import wording
from web.forms.base import Form
from web.texts import later as _l

#: No number of hours that is asked for may be greater than a duration can hold.
_MOST_HOURS = 1_000_000

#: Where a refusal is shown; one about a post or a comment that is gone stands above the form.
AT: dict[Enum, str] = {
    PlayRefusal.TEXT_EMPTY: "words",
    PlayRefusal.TEXT_TOO_LONG: "words",
    PlayRefusal.SPEAKER_UNKNOWN: "by",
    PlayRefusal.NAME_EMPTY: "name",
    PlayRefusal.NAME_TOO_LONG: "name",
    PlayRefusal.TOO_FAR_BACK: "hours",
}


class _Backdated(Form):
    """Something that can be said as if it had been said earlier."""

    hours = IntegerField(_l("Hours ago (0 is now)"), [Optional()])

    def ago(self) -> timedelta:
        """How long ago it was said; nothing written is now."""
        hours: int = self.hours.data or 0
        return timedelta(hours=max(-_MOST_HOURS, min(hours, _MOST_HOURS)))


class SayForm(_Backdated):
    """A comment. `parent`: the comment it answers, or "" for the post itself."""

    parent = HiddenField()
    by = SelectField(_l("Who writes"))
    name = StringField(_l("Name"), description=_l("The same name is the same person each time."))
    words = TextAreaField(_l("Comment"), render_kw={"dir": "auto"})

    def offer(self, municipality: str) -> None:
        """Fill the list of those who can speak; `municipality`: the account's own name."""
        own = wording.words(Voice.MUNICIPALITY, name=municipality)
        self.by.choices = [
            *((each.citizen_id, each.name) for each in CITIZENS),
            (Voice.OWN_NAME.value, wording.words(Voice.OWN_NAME)),
            (Voice.NAMELESS.value, wording.words(Voice.NAMELESS)),
            (Voice.MUNICIPALITY.value, own),
        ]


class EditForm(Form):
    """Other words in a comment that stands."""

    words = TextAreaField(_l("Comment"), render_kw={"dir": "auto"})


class NativePostForm(_Backdated):
    """A post that the municipality writes on the network itself."""

    words = TextAreaField(_l("Post"))


def began_by(chosen: str | None, name: str | None) -> dict[str, Any]:
    """What a fresh comment form begins with: whoever spoke last goes on."""
    known = {each.citizen_id for each in CITIZENS} | set(Voice)
    return {"by": chosen if chosen in known else CITIZENS[0].citizen_id, "name": name, "hours": 0}
