"""What every form shares: CSRF, our own words for WTForms' messages, and refusals of a service shown at their fields.

WTForms has no nynorsk: every message of its own that can reach a person is in `_WORDS`, and passes through our catalogues.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from wtforms import Field
from wtforms.validators import InputRequired, Length, ValidationError

from scheduler.errors import Refused
from web import wording
from web.texts import later as _l

_WORDS = {
    "This field is required.": _l("Fill this in."),
    "Not a valid choice.": _l("Choose one from the list."),
    "Invalid Choice: could not coerce.": _l("Choose one from the list."),
    "Invalid choice(s): one or more data inputs could not be coerced.": _l("Choose from the list."),
    "Not a valid integer value.": _l("Write a whole number."),
    "Not a valid decimal value.": _l("Write a number."),
    "Not a valid float value.": _l("Write a number."),
    "Not a valid date value.": _l("Write a date as day, month and year."),
    "Not a valid time value.": _l("Write a time as hours and minutes."),
    "Not a valid datetime value.": _l("Write a date and a time."),
    "Invalid input.": _l("Correct this."),
    "Choices cannot be None.": _l("Choose from the list."),
}


class _Translations:
    """WTForms asks this for its messages."""

    def gettext(self, text: str) -> str:
        return str(_WORDS.get(text, text))

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self.gettext(one if count == 1 else many)


class Form(FlaskForm):
    """A form of ours. Re-shown with status 422 and everything as it was typed when something is wrong."""

    class Meta:
        """How WTForms builds it."""

        def get_translations(self, _form: Any) -> _Translations:
            return _Translations()

    def __init__(self, formdata: Any = _Auto, **values: Any) -> None:
        super().__init__(formdata, **values)  # type: ignore[no-untyped-call]  # flask_wtf carries no types

    def is_submitted(self) -> bool:
        """Whether it was sent."""
        return bool(super().is_submitted())  # type: ignore[no-untyped-call]  # as above

    def text(self, name: str) -> str:
        """What was typed into a field, or ""."""
        return self[name].data or ""

    def accepts(self) -> bool:
        """Whether it was sent and nothing in it is wrong."""
        return bool(self.validate_on_submit())  # type: ignore[no-untyped-call]  # as above

    def refuse(self, refused: Refused, at: Mapping[Enum, str]) -> None:
        """Show a service's refusal: each code at its field, by `at`, else above the form."""
        shown = wording.shown(refused.params)
        for code in refused.codes:
            sentence = wording.words(code, **shown)
            field = self._fields.get(at.get(code, ""))
            if field is None:
                self.form_errors.append(sentence)
            else:
                field.errors = [*field.errors, sentence]

    def mistakes(self) -> list[tuple[str, str]]:
        """Every mistake as (id of the field, or "", sentence), in the order of the page."""
        found = [("", str(sentence)) for sentence in self.form_errors]
        for field in self:
            found += [(field.id, str(sentence)) for sentence in _flat(field)]
        return found


class WithoutFields(Form):
    """A form that is only a button: it carries the CSRF token."""


def needed(message: Any) -> InputRequired:
    """The field must be filled in; says so with this sentence."""
    return InputRequired(message=message)


class NotBlank:
    """The field must hold more than spaces; says so with this sentence."""

    field_flags: Mapping[str, Any] = {"required": True}

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, _form: Any, field: Field) -> None:
        if not (field.data or "").strip():
            field.errors = []
            raise ValidationError(self.message)


def at_most(limit: int) -> Length:
    """A text of at most `limit` characters."""
    return Length(max=limit, message=_l("This is too long: write at most %(max)d characters.", max=limit))


def wants_part() -> bool:
    """Whether htmx asks for a part of the page."""
    return bool(request.headers.get("HX-Request"))


def _flat(field: Field) -> list[str]:
    return [str(error) for error in field.errors]
