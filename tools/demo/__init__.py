"""The demonstration: a whole primary, played from nomination to party lists.

Everything goes through the HTTP interface of a platform that the demonstration
starts; the people are invented, the calendar is the definition's, and what comes out
is checked against the public boards.
"""
