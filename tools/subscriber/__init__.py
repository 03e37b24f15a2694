"""The reference client of the public log: `primaries subscribe`.

It shows what a regional system has to do so that it neither loses an event nor counts
one twice: events, the place reached and what they caused are kept in one transaction;
sequence numbers show what is missing; what is missing is read again.
"""
