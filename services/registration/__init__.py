"""Registration decides who takes part: members, candidates, officers and voters.

It owns the primary's definition and calendar, and makes the voting credentials; it
never sees a ballot.
"""
