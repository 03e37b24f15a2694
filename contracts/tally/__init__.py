"""What tally says, and what it can be asked."""
