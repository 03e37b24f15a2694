"""The published language: everything that crosses a process boundary, once.

One package per service: `events` (facts it announces), `operations` (what it can
be asked), `views` (what it shows), `errors` (what it refuses). A change adds
fields; what would break a reader becomes a new version beside the old one.
"""
