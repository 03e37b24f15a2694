"""What registration says, and what it can be asked."""
