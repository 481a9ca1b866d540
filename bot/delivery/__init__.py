"""SHELL. Works channels: one turn, one delivery, at most one visible call."""
