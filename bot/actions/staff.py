"""What people do about people: invite, sign in and out, change a role, end."""

from bot.rules.staff import GUEST, LANGUAGES, Person, Role

__all__ = ["GUEST", "LANGUAGES", "Person", "Role"]
