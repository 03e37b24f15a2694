"""What campaign says, and what it can be asked."""
