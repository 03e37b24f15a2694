"""The HTTP edge: the API and the pages in front of the four services.

It decides nothing and stores nothing. `routes/` says which request is which
operation; `app.py` is the one way through which all of them go.
"""
