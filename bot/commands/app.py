"""The command line as a whole: importing this registers every command, in the order of `--help`."""

from bot.commands import (
    app_audit,
    app_basics,
    app_operations,
    app_pauses,
    app_people,
    app_rules,
    app_secrets,
    app_templates,
    app_verbs,
)
from bot.commands.options import app

__all__ = [
    "app",
    "app_audit",
    "app_basics",
    "app_operations",
    "app_pauses",
    "app_people",
    "app_rules",
    "app_secrets",
    "app_templates",
    "app_verbs",
]
