"""A crowd for a platform: requests arrive at a given rate, whatever it answers.

The plan (`plan.py`) says what is asked and how often; `arrivals.py` asks it, over its
own few lines of HTTP (`client.py`), for the crowd must cost little beside the platform.
"""
