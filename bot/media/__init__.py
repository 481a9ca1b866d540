"""SHELL. Photos and films (a later issue)."""
