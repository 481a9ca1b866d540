"""The one table of ways into the desk, and which role may take which. What does not stand here does not exist."""

from bot.actions.staff import Role
from bot.desk import (
    acts,
    approvals,
    articles,
    audit,
    by_hand,
    channels,
    dress,
    entry,
    events,
    heaps,
    me,
    people,
    pictures,
    posts,
    queue,
    rewording,
    templates,
    today,
)
from bot.desk.here import Here, Right, Way

ROUTES: tuple[Way, ...] = (
    *acts.WAYS,
    *approvals.WAYS,
    *articles.WAYS,
    *audit.WAYS,
    *by_hand.WAYS,
    *channels.WAYS,
    *dress.WAYS,
    *entry.WAYS,
    *events.WAYS,
    *heaps.WAYS,
    *me.WAYS,
    *people.WAYS,
    *pictures.WAYS,
    *posts.WAYS,
    *queue.WAYS,
    *rewording.WAYS,
    *templates.WAYS,
    *today.WAYS,
)
RIGHTS = {Role.VIEWER: Right.LOOK, Role.EDITOR: Right.EDIT, Role.APPROVER: Right.APPROVE, Role.ADMIN: Right.RUN}


def may(here: Here, right: Right) -> bool:
    """Whether who asks has a right."""
    return right <= (RIGHTS[here.person.role] if here.person.name else Right.OPEN)
