"""A channel with a template of its own posts in those words or not at all."""

from dataclasses import replace

from bot.actions import deliveries as verbs
from bot.delivery.composing import faults
from bot.store import templates
from tests.unit.engine import NOW, ONE, TEMPLATE, Desk, article, minutes

OWN = replace(ONE, template="alerts")
BROKEN = "{{ title }}\n{{ headline }}"


def refused(tmp_path):
    desk = Desk(tmp_path, OWN)
    desk.ask(templates.refuse, {"alerts": faults("alerts", BROKEN)}, NOW)
    return desk


def test_a_broken_template_of_its_own_holds_the_post_and_names_the_place(tmp_path):
    desk = refused(tmp_path)
    desk.publish()
    assert (desk.stands(), desk.wire.shown) == (("held", "template"), [])
    assert desk.why().startswith("Its template cannot be used: alerts.html, line 2: ")
    assert desk.why().endswith("; mend the template, then `release 1`.")


def test_a_mended_template_serves_what_is_released(tmp_path):
    desk = refused(tmp_path)
    desk.publish()
    desk.ask(templates.offer, {"alerts": "Own: {{ title }}"}, NOW, origin=templates.FILE)
    desk.act(verbs.release(desk.room(), 1))
    desk.go(minutes(1))
    desk.turn()
    assert desk.wire.shown == [f"Own: {article().title}"]


def test_a_broken_file_does_not_take_the_place_of_an_earlier_version(tmp_path):
    desk = Desk(tmp_path, OWN)
    desk.ask(templates.offer, {"alerts": "Own: {{ title }}"}, NOW, origin=templates.FILE)
    desk.ask(templates.refuse, {"alerts": faults("alerts", BROKEN)}, NOW)
    desk.publish()
    assert desk.wire.shown == [f"Own: {article().title}"]


def test_a_template_that_does_not_exist_holds_the_post_and_says_so(tmp_path):
    desk = Desk(tmp_path, OWN)
    desk.publish()
    assert desk.why().startswith("Its template cannot be used: there is no template alerts; ")


def test_a_channel_without_one_of_its_own_has_its_networks(tmp_path):
    desk = Desk(tmp_path)
    desk.ask(templates.refuse, {"fake.en": faults("fake.en", BROKEN)}, NOW)
    desk.publish()
    assert desk.wire.shown == [TEMPLATE.replace("{{ title }}", article().title).replace("{{ url }}", article().url)]
