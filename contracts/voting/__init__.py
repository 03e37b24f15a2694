"""What voting says, and what it can be asked."""
