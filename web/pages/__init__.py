"""The pages, as a table: each module's blueprint is called `pages` there. A new module of pages is one line here.

A blueprint is named as its navigation entry (see web/navigation.py), its front view is `index`, its `url_prefix` what stands after
/<slug>, and its views are made with `web.doors.page`.
"""

from __future__ import annotations

from flask import Blueprint

from web.pages import own, people, signin, start

#: Pages of the installation itself, without a municipality.
OF_THE_INSTALLATION: tuple[Blueprint, ...] = (start.pages,)

#: Pages under /<slug>/.
IN_A_MUNICIPALITY: tuple[Blueprint, ...] = (signin.pages, own.pages, people.pages)
