"""The networks: one adapter each, and their emulators."""
