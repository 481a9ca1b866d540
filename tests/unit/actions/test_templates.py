"""Whose wording serves: shipped, a file's, a person's; and what each may put in the place of which."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.actions import deliveries, templates
from bot.actions.room import RefusedVerb
from bot.actions.templates import FILE, PERSON, SHIPPED, Text
from bot.posts.template import TemplateError
from bot.store import templates as stored
from bot.store.alerts import open_alerts
from tests.unit.engine import NOW, ONE, TEMPLATE, Desk, article, minutes

OWN = "Own: {{ title }}\n\n{{ url }}"
OTHER = "Other: {{ title }}\n\n{{ url }}"
THIRD = "Third: {{ title }}\n\n{{ url }}"
HUGE = "{{ title }}" * 12 + "{{ url }}"


class Shelf:
    """A newsroom's templates: files that a test writes, and people who change things."""

    def __init__(self, tmp_path: Any, *channels: Any) -> None:
        self.desk = Desk(tmp_path, *channels)
        self.files: dict[str, dict[str, str]] = {SHIPPED: {"fake": TEMPLATE}, FILE: {}}

    def save(self, text: str | None, name: str = "fake") -> list[str]:
        """Save a file (None: delete it), and let the daemon take it up, twice: as a restarted one would."""
        if text is None:
            del self.files[FILE][name]
        else:
            self.files[FILE][name] = text

        async def aside(work: Any, deadline: float) -> Any:
            return work()

        room = self.desk.room("jarshy")
        for _ in range(2):
            self.desk.go(minutes(1))
            found = self.desk.act(templates.take_up(room, self.files, aside))
        return found

    def bring(self, text: str, *, name: str = "fake", origin: str = PERSON, who: str = "cli:aigul") -> Any:
        self.desk.go(minutes(1))
        return self.desk.act(templates.bring_in(self.desk.room(who), (Text(name, text, origin),)))

    def back(self, version: int, *, who: str = "cli:bota") -> Any:
        self.desk.go(minutes(1))
        return self.desk.act(templates.roll_back(self.desk.room(who), "fake", version))

    def history(self, name: str = "fake") -> list[Any]:
        return self.desk.ask(stored.history, name)

    def told(self) -> list[tuple[int, str, str, bool]]:
        return [(each.version, each.author, each.origin, each.is_in_use) for each in self.history()]

    def used(self, who: Any = ONE, language: str = "en") -> str:
        return self.desk.ask(stored.template_for, who, language).text

    def alerts(self) -> list[str]:
        return [each.what for each in self.desk.ask(open_alerts)]


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path)


def test_the_shipped_template_serves_while_there_is_no_own_one(shelf):
    shelf.files[SHIPPED]["fake"] = OTHER  # a newer Jarshy
    shelf.desk.ask(stored.take_up, shelf.files, {}, NOW)
    assert (shelf.used(), shelf.told()[0]) == (OTHER, (2, "jarshy", "shipped", True))
    shelf.save(OWN)
    shelf.files[SHIPPED]["fake"] = THIRD
    shelf.save(OWN)
    assert shelf.used() == OWN
    shelf.save(None)
    assert shelf.used() == THIRD


def test_a_changed_file_takes_the_place_of_the_version_that_came_from_it(shelf):
    assert (shelf.save(OWN), shelf.save(OTHER)) == ([], [])
    told = [(3, "jarshy", "file", True), (2, "jarshy", "file", False), (1, "jarshy", "shipped", False)]
    assert (shelf.told(), shelf.alerts()) == (told, [])


def test_a_changed_file_waits_behind_what_a_person_saved_and_both_are_named(shelf):
    shelf.save(OWN)
    shelf.bring(OTHER)
    assert (shelf.used(), shelf.alerts()) == (OTHER, [])  # the person knew the file as it was
    assert shelf.save(OWN) == []
    assert shelf.save(THIRD) == ["fake"]
    assert [each[:3] for each in shelf.told()] == [
        (4, "jarshy", "file"),
        (3, "cli:aigul", "person"),
        (2, "jarshy", "file"),
        (1, "jarshy", "shipped"),
    ]
    said = "version 4 from the changed file waits behind version 3 in use, which aigul saved"
    assert (shelf.used(), shelf.alerts()) == (OTHER, [said])
    assert stored.waiting(shelf.history()).version == 4


def test_a_file_that_waits_and_changes_again_waits_in_its_newest_form(shelf):
    shelf.bring(OTHER)
    shelf.save(THIRD)
    shelf.save(OWN)
    (said,) = shelf.alerts()
    assert "version 4 from the changed file waits behind version 2" in said
    assert shelf.save(OTHER) == []  # it says what is in use: nothing is to be chosen
    assert shelf.alerts() == []


def test_the_files_version_is_taken_by_importing_the_file_which_then_rules_again(shelf):
    shelf.bring(OTHER)
    shelf.save(THIRD)
    shelf.bring(THIRD, origin=FILE, who="cli:bota")
    assert (shelf.told()[0], shelf.alerts()) == ((4, "cli:bota", "file", True), [])
    shelf.save(OWN)
    assert (shelf.used(), shelf.alerts()) == (OWN, [])


def test_a_file_that_reads_like_what_a_person_saved_rules_once_it_is_imported(shelf):
    shelf.bring(OTHER)
    shelf.save(OTHER)
    shelf.bring(OTHER, origin=FILE)
    shelf.save(THIRD)
    assert (shelf.used(), shelf.alerts()) == (THIRD, [])


def test_importing_what_is_in_use_changes_nothing_nor_whose_it_is(shelf):
    shelf.save(OWN)
    rows = len(shelf.desk.log())
    assert shelf.bring(OWN).versions == ()
    assert (len(shelf.history()), len(shelf.desk.log())) == (2, rows)
    shelf.save(OTHER)
    assert shelf.used() == OTHER
    shelf.bring(THIRD)
    assert shelf.bring(THIRD).versions == ()


def test_whoever_saves_while_a_file_waits_has_passed_it_over(shelf):
    shelf.bring(OTHER)
    shelf.save(THIRD)
    shelf.bring(OWN)
    assert (shelf.save(THIRD), shelf.used(), shelf.alerts()) == ([], OWN, [])
    assert stored.waiting(shelf.history()) is None


def test_going_back_is_a_new_version_of_a_persons_and_no_file_undoes_it(shelf):
    shelf.save(OWN)
    shelf.save(OTHER)
    shelf.back(2)
    assert (shelf.used(), shelf.told()[0]) == (OWN, (4, "cli:bota", "person", True))
    assert (shelf.save(OTHER), shelf.used(), shelf.alerts()) == ([], OWN, [])
    assert shelf.save(THIRD) == ["fake"]
    assert shelf.used() == OWN
    assert shelf.back(4).versions == ()


@pytest.mark.parametrize(
    ("name", "version", "said"), [("fake", 9, "has no version 9; it has 1 to 1"), ("no", 1, "kept")]
)
def test_going_back_to_what_never_was_is_refused(shelf, name, version, said):
    with pytest.raises(RefusedVerb, match=said):
        shelf.desk.act(templates.roll_back(shelf.desk.room(), name, version))


def test_what_a_file_was_waiting_for_is_over_when_the_file_is_gone(shelf):
    shelf.bring(OTHER)
    shelf.save(THIRD)
    shelf.save(None)
    assert (shelf.used(), shelf.alerts()) == (OTHER, [])


def test_a_broken_file_replaces_nothing_and_the_alert_says_how_it_stands_now(shelf):
    shelf.save(OWN)
    shelf.save("{{ titel }}")
    assert "did you mean title?" in shelf.alerts()[0]
    shelf.save("{{ dekk }}")
    (said,) = shelf.alerts()
    assert "did you mean dek?" in said
    assert shelf.used() == OWN
    shelf.save(None)
    assert (shelf.used(), shelf.alerts()) == (TEMPLATE, [])


def test_a_broken_file_behind_a_persons_version_is_told_until_it_is_mended(shelf):
    shelf.bring(OTHER)
    shelf.save("{{ titel }}")
    shelf.bring(OWN)
    assert len(shelf.alerts()) == 1
    shelf.save(THIRD)
    (said,) = shelf.alerts()
    assert "waits behind version 3" in said


def test_a_file_that_would_lose_a_past_post_replaces_nothing_and_names_the_story(shelf):
    shelf.save(OWN)
    shelf.desk.poll(article())
    shelf.save(HUGE)
    (said,) = shelf.alerts()
    assert "would lose a post of “Port 1 wins a loan of 101 million” on one (too long: text" in said
    assert (shelf.used(), len(shelf.history())) == (OWN, 2)
    shelf.save(OTHER)
    assert (shelf.used(), shelf.alerts()) == (OTHER, [])


def test_a_file_that_cannot_be_tried_in_time_replaces_nothing(shelf):
    shelf.desk.poll(article())

    async def slow(work, deadline):
        raise TimeoutError

    shelf.files[FILE]["fake"] = OWN
    shelf.desk.act(templates.take_up(shelf.desk.room(), shelf.files, slow))
    assert shelf.used() == TEMPLATE
    assert "took more than 20 seconds" in shelf.alerts()[0]


def test_an_import_that_would_lose_a_past_post_is_refused_and_changes_nothing(shelf):
    shelf.desk.poll(article(1), article(2))
    rows = len(shelf.desk.log())
    with pytest.raises(
        RefusedVerb, match=r"lose 2 posts, the newest of “Port . wins .*” on one \(too long: text \d+ of"
    ):
        shelf.bring(HUGE)
    assert (shelf.used(), len(shelf.history()), len(shelf.desk.log())) == (TEMPLATE, 1, rows)


def test_going_back_to_what_would_lose_a_past_post_is_refused(shelf):
    shelf.bring(HUGE)
    shelf.bring(OWN)
    shelf.desk.poll(article())
    with pytest.raises(RefusedVerb, match="would lose a post"):
        shelf.back(2)


def test_a_template_with_a_mistake_is_never_put_in_use(shelf):
    with pytest.raises(TemplateError):
        shelf.bring("{{ titel }}")
    shelf.desk.ask(lambda db: db.exec_driver_sql("UPDATE template SET text = '{{ titel }}' WHERE version = 1"))
    shelf.bring(OWN)
    with pytest.raises(TemplateError):  # what an older Jarshy took
        shelf.back(1)
    assert shelf.used() == OWN


def test_several_files_are_put_in_use_together_or_not_at_all(shelf):
    room = shelf.desk.room()
    good, bad = Text("fake", OWN), Text("fake.kk", "{{ titel }}")
    with pytest.raises(TemplateError):
        shelf.desk.act(templates.bring_in(room, (good, bad)))
    assert shelf.used() == TEMPLATE
    change = shelf.desk.act(templates.bring_in(room, (good, replace(bad, text=OTHER))))
    assert [(each.name, each.version) for each in change.versions] == [("fake", 2), ("fake.kk", 1)]
    assert (shelf.used(), shelf.used(language="kk")) == (OWN, OTHER)


def test_who_judged_an_older_version_does_not_overwrite_a_newer_one(shelf):
    draft = stored.Draft("fake", OWN, PERSON, over=1)
    fresh = stored.Draft("fake.kk", OWN, PERSON, over=0)
    shelf.bring(OTHER, who="cli:bota")
    with pytest.raises(
        RefusedVerb, match=r"somebody changed template fake meanwhile \(version 2 by cli:bota is in use\)"
    ):
        shelf.desk.ask(stored.put, [fresh, draft], NOW, actor="cli:aigul")
    assert (shelf.used(), shelf.history("fake.kk")) == (OTHER, [])


def test_each_change_is_one_row_of_the_log_with_who_made_it(shelf):
    before = len(shelf.desk.log())
    shelf.bring(OWN)
    shelf.back(1)
    shelf.save(OTHER)
    rows = [(row["actor"], row["action"], row.get("origin"), row.get("again")) for row in shelf.desk.log()[before:]]
    assert rows == [
        ("cli:aigul", "template.stored", "person", None),
        ("cli:bota", "template.rolled_back", "person", 1),
        ("jarshy", "template.stored", "file", None),
        ("jarshy", "alert.opened", None, None),
    ]


def test_a_change_wakes_who_waits(shelf):
    woken = []

    async def nudge():
        woken.append(1)

    shelf.desk.act(templates.bring_in(replace(shelf.desk.room(), nudge=nudge), (Text("fake", OWN),)))
    assert woken == [1]


KAZAKH = ("Ақтауда 45 жаңа мектеп ашылады, деді өкіл бейсенбі күні. Құрылысқа қаржы бөлінді, оны үкімет растады.",)


def test_a_channel_is_written_with_its_own_template_else_its_networks_in_the_language_else_its_networks(tmp_path):
    mine = replace(ONE, id="mine", template="mine", place=(("chat", "@mine"),))
    shelf = Shelf(tmp_path, ONE, mine)
    for name, text in (("fake", OWN), ("fake.kk", OTHER), ("mine", THIRD)):
        shelf.save(text, name)
    kazakh = article(2, title="Ақтауда 45 жаңа мектеп ашылады", paragraphs=KAZAKH, language="kk")
    shelf.desk.poll(kazakh, article(1))
    for who in ("one", "mine"):
        for _ in range(2):
            shelf.desk.turn(who)
            shelf.desk.go(minutes(2))
    heads = sorted(text.partition("\n")[0] for text in shelf.desk.wire.shown)
    port, aqtau = "Port 1 wins a loan of 101 million", "Ақтауда 45 жаңа мектеп ашылады"
    assert heads == [f"Other: {aqtau}", f"Own: {port}", f"Third: {port}", f"Third: {aqtau}"]
    labels = {shelf.desk.delivery(n).template for n in range(1, 5)}
    assert labels == {"fake@2", "fake.kk@1", "mine@1"}


def test_what_is_approved_or_tried_keeps_its_words_and_what_waits_gets_the_new_ones(tmp_path):
    shelf = Shelf(tmp_path, replace(ONE, approval="always"))
    shelf.desk.poll(article(2), article(1))
    shelf.desk.act(deliveries.approve(shelf.desk.room(), 1))
    shelf.bring(OWN)
    shelf.desk.act(deliveries.approve(shelf.desk.room(), 2))
    for _ in range(2):
        shelf.desk.turn()
        shelf.desk.go(minutes(2))
    heads = {shelf.desk.delivery(n).template: shelf.desk.delivery(n).post.text.partition(" ")[0] for n in (1, 2)}
    assert heads == {"fake@1": "Port", "fake@2": "Own:"}
    assert {text.partition(" ")[0] for text in shelf.desk.wire.shown} == {"Port", "Own:"}


def test_a_post_whose_first_try_failed_is_sent_with_the_words_of_that_try(shelf):
    from tests.unit.engine import broken

    shelf.desk.poll(article())
    shelf.desk.wire.say("prepare", broken())
    shelf.desk.turn()
    shelf.bring(OWN)
    shelf.desk.go(minutes(10))
    shelf.desk.turn()
    assert [text.partition(" ")[0] for text in shelf.desk.wire.shown] == ["Port"]
    assert asyncio.run(shelf.desk.store.write(stored.template_for, ONE, "en")).text == OWN
