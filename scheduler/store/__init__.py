"""Remembers. SQL lives here and in queries, and only there. Never commits."""
