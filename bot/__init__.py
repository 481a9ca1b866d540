"""The engine: from a feed to the audit log."""
