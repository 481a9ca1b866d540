"""PURE. The exact bytes of the audit log."""
