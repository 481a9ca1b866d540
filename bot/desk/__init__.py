"""The editors' pages: views over `bot.actions`; no SQL and no rule lives here."""
