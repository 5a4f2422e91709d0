"""The form for an enquiry that a person has read where we cannot listen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import Enum

from flask_babel import gettext as _
from wtforms import DateField, SelectField, StringField, TextAreaField, TimeField, URLField
from wtforms.validators import ValidationError

from scheduler.domain.calendar import WallTime, resolve
from scheduler.domain.enquiries import Refusal
from web import filters, session
from web.forms.base import Form, NotBlank, needed
from web.texts import later as _l

#: Where a refusal is shown.
AT: dict[Enum, str] = {
    Refusal.TEXT_MISSING: "said",
    Refusal.TEXT_TOO_LONG: "said",
    Refusal.AUTHOR_TOO_LONG: "author",
    Refusal.ADDRESS_INVALID: "url",
    Refusal.WRITTEN_IN_FUTURE: "day",
    Refusal.WRITTEN_LONG_AGO: "day",
    Refusal.LISTENS_ITSELF: "channel",
}


class ByHandForm(Form):
    """Who asked what, where and when."""

    channel = SelectField(_l("Channel"), validators=[needed(_l("Choose a channel."))], validate_choice=True)
    author = StringField(_l("Who asks"), description=_l("The name as it stands there."))
    said = TextAreaField(_l("What was asked"), [NotBlank(_l("Write what was asked."))])
    day = DateField(_l("Date"), validators=[needed(_l("Choose a date."))])
    time = TimeField(
        _l("Time"), format=["%H:%M", "%H.%M", "%H:%M:%S"], validators=[needed(_l("Choose a time, such as 14:30."))]
    )
    url = URLField(_l("Where it stands"), description=_l("The address, so that others find it."))
    under = TextAreaField(
        _l("What it was written under"), description=_l("The beginning of the post, if it stands under one.")
    )

    def validate_time(self, field: TimeField) -> None:
        """An hour that the clock skipped is no time at which anybody wrote."""
        if self.day.data is None or field.data is None:
            return
        if resolve(datetime.combine(self.day.data, field.data), filters.zone()).kind is WallTime.MISSING:
            raise ValidationError(
                _("The clock was put forward that night, and this time does not exist. Choose another.")
            )

    @classmethod
    def blank(cls) -> ByHandForm:
        """The form as it is opened: written now."""
        wall = filters.local(session.now())
        return cls(formdata=None, day=wall.date(), time=wall.time().replace(second=0, microsecond=0))

    def offer(self, channels: Sequence[tuple[int, str]]) -> None:
        """Fill the list."""
        self.channel.choices = [(str(channel_id), name) for channel_id, name in channels]

    def written_at(self) -> datetime:
        """The instant of the date and the time; only after `accepts`."""
        if self.day.data is None or self.time.data is None:
            raise ValueError("no date and time were accepted")
        return resolve(datetime.combine(self.day.data, self.time.data), filters.zone()).at
