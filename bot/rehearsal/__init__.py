"""SHELL. Feeds and emulated networks in place of the world, the daemon's own code, on virtual time."""
