"""The command line: a face of `bot.actions`."""
