"""Tally decides what was voted: trustees, the second check of every ballot, results.

It never sees a voter, nor a trustee's private key.
"""
