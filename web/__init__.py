"""Lets people in. Knows Flask; asks services and queries for everything, and the network for nothing.

`web.app.create_app` puts the parts together; the pages are blueprints in the table of web/pages. Nothing is brought in here: the
command line has the words from web.wording, and does without the pages.
"""
