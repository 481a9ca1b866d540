"""The editors' desk: pages that show what goes out and take what a person decides. Views call `bot.actions` only."""
