"""The microservice chassis: everything a service needs that is not its business.

Start with `service.py` (what a service inherits), then `operations.py` (how a
call comes in), `events.py` and `outbox.py` (how a fact goes out) and
`subscriptions.py` (how the facts of others come in).
"""
