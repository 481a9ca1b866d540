"""Every verb of a person: one transaction, one audit row, one nudge each."""
