"""What is run from a shell: the `primaries` command and the programs behind it."""
