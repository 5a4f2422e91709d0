"""People and units: who works here, with which roles, and who may sign in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from scheduler.domain.access import Deed, Role
from scheduler.errors import Refused
from scheduler.queries import municipalities
from scheduler.queries import people as people_queries
from scheduler.services import municipalities as municipality_services
from scheduler.services import people
from web import session, wording
from web.doors import page
from web.forms.people import AT, NewPasswordForm, PersonForm, RoleForm, UnitForm, unit_chosen
from web.ids import row_id

pages = Blueprint("people", __name__, url_prefix="/people")


@page(pages, "/", may=Deed.READ)
def index() -> Any:
    """The people, by name, and the units."""
    return _list()


@page(pages, "/new", may=Deed.MANAGE_PEOPLE, methods=("GET", "POST"))
def new() -> Any:
    """Add a person."""
    form = PersonForm(role=Role.AUTHOR.value)
    form.offer(municipalities.units(session.reading()))
    if form.accepts():
        try:
            with session.writing() as writing:
                person = people.add_person(
                    writing,
                    session.actor(),
                    name=form.text("name"),
                    email=form.text("email"),
                    role=Role(form.text("role")),
                    unit_id=unit_chosen(form.text("unit")),
                    password=form.text("password"),
                    now=session.now(),
                )
        except Refused as refused:
            form.refuse(refused, AT)
        else:
            flash(_("%(name)s has been added.", name=person.name), "success")
            return redirect(url_for(".show", person_id=person.id), 303)
    return render_template("pages/person_new.html", form=form), 422 if form.is_submitted() else 200


@page(pages, "/<int:person_id>", may=Deed.READ)
def show(person_id: int) -> Any:
    """One person."""
    return _person(person_id)


@page(pages, "/<int:person_id>/roles", may=Deed.MANAGE_PEOPLE, methods=("POST",))
def add_role(person_id: int) -> Any:
    """Give one more role."""
    form = RoleForm()
    form.offer(municipalities.units(session.reading()))
    if not form.accepts():
        return _person(person_id, role_form=form)
    held = people_queries.one(session.reading(), person_id).grants
    wanted = [
        *((grant.role, grant.unit_id) for grant in held),
        (Role(form.text("role")), unit_chosen(form.text("unit"))),
    ]
    try:
        with session.writing() as writing:
            people.change_roles(writing, session.actor(), person_id=person_id, wanted=wanted, now=session.now())
    except Refused as refused:
        form.refuse(refused, AT)
        return _person(person_id, role_form=form)
    flash(_("The role has been added."), "success")
    return redirect(url_for(".show", person_id=person_id), 303)


@page(pages, "/<int:person_id>/roles/remove", may=Deed.MANAGE_PEOPLE, methods=("POST",))
def remove_role(person_id: int) -> Any:
    """Take one role away."""
    gone = (request.form.get("role", ""), unit_chosen(request.form.get("unit")))
    held = people_queries.one(session.reading(), person_id).grants
    wanted = [(grant.role, grant.unit_id) for grant in held if (grant.role.value, grant.unit_id) != gone]

    def change() -> None:
        with session.writing() as writing:
            people.change_roles(writing, session.actor(), person_id=person_id, wanted=wanted, now=session.now())

    return _try(change, person_id, _("The role has been taken away."))


@page(pages, "/<int:person_id>/close", may=Deed.MANAGE_PEOPLE, methods=("POST",))
def close(person_id: int) -> Any:
    """Shut out."""

    def change() -> None:
        with session.writing() as writing:
            people.close_account(writing, session.actor(), person_id=person_id, now=session.now())

    return _try(change, person_id, _("The account has been closed."))


@page(pages, "/<int:person_id>/open", may=Deed.MANAGE_PEOPLE, methods=("POST",))
def reopen(person_id: int) -> Any:
    """Let in again."""

    def change() -> None:
        with session.writing() as writing:
            people.open_account(writing, session.actor(), person_id=person_id, now=session.now())

    return _try(change, person_id, _("The account has been opened again."))


@page(pages, "/<int:person_id>/password", may=Deed.MANAGE_PEOPLE, methods=("POST",))
def new_password(person_id: int) -> Any:
    """Give a new password."""
    form = NewPasswordForm()
    if not form.accepts():
        return _person(person_id, password_form=form)
    try:
        with session.writing() as writing:
            people.set_password(
                writing, session.actor(), person_id=person_id, password=form.text("password"), now=session.now()
            )
    except Refused as refused:
        form.refuse(refused, AT)
        return _person(person_id, password_form=form)
    if person_id == session.person().id:
        session.enter(person_id)
    flash(_("The password has been changed, and the person has been signed out everywhere."), "success")
    return redirect(url_for(".show", person_id=person_id), 303)


@page(pages, "/units", may=Deed.MANAGE_UNITS, methods=("POST",))
def add_unit() -> Any:
    """Add a unit."""
    form = UnitForm()
    if form.accepts():
        try:
            with session.writing() as writing:
                unit = municipality_services.add_unit(
                    writing, session.actor(), name=form.text("unit_name"), now=session.now()
                )
        except Refused as refused:
            form.refuse(refused, AT)
        else:
            flash(_("%(name)s has been added.", name=unit.name), "success")
            return redirect(url_for(".index", _anchor="units"), 303)
    return _list(unit_form=form)


def _list(*, unit_form: UnitForm | None = None) -> Any:
    found = people_queries.page(
        session.reading(),
        search=request.args.get("search", ""),
        after=request.args.get("after", type=row_id),
        before=request.args.get("before", type=row_id),
    )
    shown = render_template(
        "pages/people.html",
        found=found,
        search=request.args.get("search", ""),
        units=municipalities.units(session.reading()),
        unit_form=unit_form or UnitForm(formdata=None),
    )
    return shown, 422 if request.method == "POST" else 200


def _person(
    person_id: int,
    *,
    role_form: RoleForm | None = None,
    password_form: NewPasswordForm | None = None,
    wrong: tuple[str, ...] = (),
) -> Any:
    roles = role_form or RoleForm(formdata=None)
    roles.offer(municipalities.units(session.reading()))
    shown = render_template(
        "pages/person.html",
        person=people_queries.one(session.reading(), person_id),
        role_form=roles,
        password_form=password_form or NewPasswordForm(formdata=None),
        wrong=wrong,
    )
    return shown, 422 if request.method == "POST" else 200


def _try(change: Callable[[], None], person_id: int, done: str) -> Any:
    try:
        change()
    except Refused as refused:
        return _person(person_id, wrong=wording.reasons(refused))
    flash(done, "success")
    return redirect(url_for(".show", person_id=person_id), 303)
