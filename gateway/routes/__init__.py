"""The API, one module per service."""
