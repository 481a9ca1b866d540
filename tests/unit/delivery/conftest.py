"""These tests run on both databases."""

from tests.unit.both import database_kind, pytest_generate_tests

__all__ = ["database_kind", "pytest_generate_tests"]
