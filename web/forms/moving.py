"""The forms that give a post a time: a date and a time on the wall, or an instant that we have offered.

Knows what can be read as a time and how far off one may be. Knows no rule of posting: those are the service's to ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from wtforms import DateField, HiddenField, TimeField
from wtforms.validators import ValidationError

from scheduler.domain.calendar import WallTime, resolve
from web import filters, session
from web.forms.base import Form, needed
from web.texts import later as _l

#: How far ahead, or back, a time can be asked for.
FARTHEST = timedelta(days=366)


@dataclass(frozen=True)
class Wanted:
    """The instant that was asked for, and whether the clock change had to be settled."""

    at: datetime
    kind: WallTime


class MoveForm(Form):
    """When the post shall go out, on the municipality's clock. `back`: the page to return to."""

    day = DateField(_l("Date"), validators=[needed(_l("Choose a date."))])
    time = TimeField(
        _l("Time"), format=["%H:%M", "%H.%M", "%H:%M:%S"], validators=[needed(_l("Choose a time, such as 14:30."))]
    )
    back = HiddenField()

    def validate_day(self, field: DateField) -> None:
        """Far enough from the ends of the calendar, and near enough to mean something."""
        if field.data is not None and abs(field.data - filters.today()) > FARTHEST:
            raise ValidationError(_l("Choose a date less than a year from now."))

    def wanted(self) -> Wanted:
        """The instant of the date and the time; only after `accepts`."""
        if self.day.data is None or self.time.data is None:
            raise ValueError("no date and time were accepted")
        resolved = resolve(datetime.combine(self.day.data, self.time.data), filters.zone())
        return Wanted(resolved.at, resolved.kind)


def offered(text: str | None) -> Wanted | None:
    """The instant that a button of ours carries; None where it is not one."""
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    if at.tzinfo is None or abs(at - session.now()) > FARTHEST:
        return None
    return Wanted(at, WallTime.PLAIN)
