"""`primaries sandbox`: a made-up primary's public log, for those who build readers.

Everything is drawn from a definition and a seed: the same two tell the same story, so
that two teams can speak about the same event.
"""
