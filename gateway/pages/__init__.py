"""The public pages: rendered here, plain, and readable without scripts."""
