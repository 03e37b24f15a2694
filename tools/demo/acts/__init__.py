"""The acts, in the order of the calendar; each is a function of the stage."""
