"""Who works here, and how far each role's word goes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

Language = Literal["en", "ru", "kk"]
LANGUAGES: tuple[Language, ...] = ("en", "ru", "kk")
IDLE = timedelta(hours=12)
"""How long a sign-in lasts when nobody uses it."""
LONGEST = timedelta(days=7)
"""How long it lasts at most."""
INVITED_FOR = timedelta(hours=24)
"""How long a one-time address opens."""


class Role(StrEnum):
    """What a person is here for; each one may do what those before it may."""

    VIEWER = "viewer"
    EDITOR = "editor"
    APPROVER = "approver"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One of the staff; `name` stands in the audit log as "desk:NAME"."""

    name: str
    role: Role = Role.VIEWER
    language: Language = "en"
    has_shortcuts: bool = True
    """Whether single keys are commands (WCAG 2.1.4 wants a way to switch them off)."""
    has_password: bool = True
    made_at: datetime | None = None
    ended_at: datetime | None = None


GUEST = Person(name="")
"""Whoever has not signed in."""
