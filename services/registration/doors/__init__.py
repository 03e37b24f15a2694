"""Where requests come in: load, one transaction, one use case, dump."""
