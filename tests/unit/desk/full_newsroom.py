"""A newsroom in which everything that can be said stands on some page, with stories in Cyrillic: the rest is ours."""

import re
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Any

from adapters.contract import AuthFailed, Receipt, Scope
from bot.actions import examples, newsroom, templates
from bot.actions.templates import Text
from bot.audit.rows import Action
from bot.audit.words import WORDS
from bot.model import Article, Photo, State
from bot.rules.sentences import SENTENCES
from bot.store import alerts, audit, sources
from tests.unit.alert_table import EXAMPLES
from tests.unit.desk.test_tongues import FOREIGN_WORDS, OURS
from tests.unit.engine import MAIN, ONE, POLICY, Desk, article, hours, minutes

ASKS = replace(ONE, id="two", place=(("chat", "@two"),), approval="always", form="photo", keywords=("порт*",))
EYES = replace(
    ASKS,
    id="three",
    account="other",
    place=(("chat", "@three"),),
    four_eyes=True,
    max_per_day=5,
    quiet_hours=(time(22), time(6)),
    grace=hours(1),
    languages=("ru",),
)
_STORIES = 24
_WHY_NO_PHOTO = "the picture did not come: courier.example could not be reached"
_PLACE = re.compile(r"\{(\w+)\}")
_FACTS: dict[str, Any] = {
    "channel": "one",
    "delivery": 1,
    "source": "main",
    "account": "acme",
    "template": "fake",
    "version": 2,
    "revision": 3,
    "change": "significant",
    "why": "number 810 gone, 180 new; headline",
    "rule": "same address",
    "person": "aigul",
    "kind": "invited",
    "role": "approver",
    "origin": "person",
    "stands": "and is in use",
    "what": "no access",
    "scope": "source:main",
    "cause": "source_failing",
    "url": "https://courier.example/1",
    "wish": "cancel",
    "instead": "instead of hold by aigul",
    "said": "breaking for 2 hours; solemn",
    "old": "courier.example",
    "new": "another address there",
    "into": "1",
    "text": "Текст",
    "title": "Заголовок",
    "fails": 3,
    "waited": 1,
    "again": 1,
    "example": 1,
    "ends": "2026-11-25 09:00 UTC",
}
_MORE: dict[Action, dict[str, Any]] = {
    Action.DELIVERY_MOVED: {"state": "due", "reason": "moved", "remark": "now for 25 November, 16:00"},
    Action.DELIVERY_PLANNED: {"state": "held", "reason": "approval", "detail": "a solemn story"},
    Action.DELIVERY_INTENDED: {"digest": "0", "price": "0.02"},
    Action.DELIVERY_THAWED: {
        "state": "held",
        "reason": "approval",
        "detail": "a person said that something in the story is wrong",
    },
    Action.CLOCK_SET: {"said": "back by 5 minutes"},
    Action.DATABASE_RESTORED: {"said": "3 deliveries that were under way wait for a look"},
    Action.PERSON_CHANGED: {"said": "language kk, single-key shortcuts off"},
    Action.PERSON_SIGNED_OUT: {"said": "in 2 browsers"},
    Action.SETTINGS_LOADED: {"said": "channel two added; source main removed"},
    Action.SETTINGS_REFUSED: {
        "why": "`listen` cannot change while the daemon runs: put it back, or restart the daemon"
    },
    Action.SOURCE_MOVED: {"why": ", as the newer address failed"},
    Action.STORE_PRUNED: {"stories": 1, "revisions": 1, "merged": 1, "posts": 1, "attempts": 1, "memos": 1, "pages": 1},
}


def story(n: int) -> Article:
    """An article in Russian that every channel takes."""
    text = f"Порт получил заём на {n + 100} миллионов, и {n} новых причалов откроют к лету, как обещает министерство."
    title, photo = f"Порт {n} получил заём", Photo(f"https://courier.example/{n}.jpg")
    return article(n, title=title, paragraphs=(text, f"У порта {n} причалов."), language="ru", photo=photo)


def built(folder: Path) -> Desk:
    """Build it: a delivery for each way to stand, an alert for each cause, a row of the log for each action."""
    desk = Desk(folder, ONE, ASKS, EYES, policy=replace(POLICY, newsroom="Степной вестник"))
    desk.album.offers |= {f"https://courier.example/{n}.jpg": _WHY_NO_PHOTO for n in range(_STORIES + 1)}
    desk.poll(*(story(n) for n in range(_STORIES, 0, -1)))
    desk.wire.say("publish", AuthFailed("no access", scope=Scope.CHANNEL))
    desk.turn()
    _deliveries(desk)
    _people(desk)
    _troubles(desk)
    desk.go(minutes(1))
    return desk


def _deliveries(desk: Desk) -> None:
    for n, (state, reason) in enumerate(SENTENCES, start=1):
        who = "cli:aigul" if "{who}" in SENTENCES[state, reason].stands else ""
        receipt = Receipt(str(n), f"https://fake.example/{n}") if state is State.DONE else None
        desk.change(n, state=state, reason=reason, detail=OURS.get(reason, who), receipt=receipt, tries=3)


def _people(desk: Desk) -> None:
    room, last = desk.room("desk:dana"), desk.delivery(desk.count()).story
    desk.act(newsroom.pause(room, "one", until=desk.clock.now() + hours(1)))
    desk.act(newsroom.mark(room, last, breaking_for=hours(2), solemn=True, text=("fake", "Свой текст")))
    desk.act(newsroom.mark(room, last, correction="Не 810, а 180.", is_still_valid=True, text=("fake", "")))
    desk.act(templates.bring_in(room, (Text("fake", "{{ title }}.\n\n{{ url }}"),)))
    desk.act(examples.add(room, "fake", last))


def _troubles(desk: Desk) -> None:
    now = desk.clock.now()
    for cause, (scope, fact) in EXAMPLES.items():
        what = "no access" if cause in FOREIGN_WORDS else fact.what
        desk.ask(alerts.open_alert, cause, scope.replace("telegram-en", "two"), now, what=what, fix=fact.fix)
    desk.ask(sources.read_failed, MAIN, now, why="courier.example could not be reached")
    for action in Action:
        facts = {name: _FACTS[name] for name in _PLACE.findall(WORDS[action]) if name in _FACTS}
        desk.ask(audit.tell, action, now, actor="desk:aigul", **facts | _MORE.get(action, {}))
