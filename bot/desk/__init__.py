"""The editors' web page (a later issue)."""
