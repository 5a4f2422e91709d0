"""The pages, as a table: each module's blueprint is called `pages` there. A new module is a line or two here.

A blueprint is named as its navigation entry (see web/navigation.py), its front view is `index`, its `url_prefix` what stands after
/<slug>, and its views are made with `web.doors.page`.
"""

from __future__ import annotations

from flask import Blueprint

from web.pages.calendar import pages as calendar
from web.pages.health import machine
from web.pages.health import pages as health
from web.pages.moving import pages as moving
from web.pages.own import pages as own
from web.pages.people import pages as people
from web.pages.queue import pages as queue
from web.pages.signin import pages as signin
from web.pages.start import pages as start

#: Pages of the installation itself, without a municipality.
OF_THE_INSTALLATION: tuple[Blueprint, ...] = (start, machine)

#: Pages under /<slug>/.
IN_A_MUNICIPALITY: tuple[Blueprint, ...] = (signin, queue, calendar, moving, own, people, health)
