"""Emulated networks, written from their contract sheets."""
