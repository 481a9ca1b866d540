"""What /metrics says is so, its numbers are cheap, and what ops/ builds on them exists."""

import asyncio
import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML
from starlette.applications import Starlette
from starlette.routing import Route

from adapters.contract import NotSent, OutcomeUnknown
from bot.metrics import Metrics, endpoint
from bot.model import Reason, State
from bot.store import accounts, alerts, checkpoints, figures
from tests.unit.engine import MAIN, NOW, ONE, POLICY, Desk, article, hours, minutes
from tests.unit.store.test_plans import steps
from tests.unit.test_sealing import KEY

OPS = Path(__file__).parents[2] / "ops"
CAPPED = replace(ONE, max_per_day=5, gap=timedelta(0))


class Watched:
    """A newsroom, and the metrics of the process that works for it."""

    def __init__(self, tmp_path, *channels):
        channels = channels or (CAPPED,)
        self.desk = Desk(tmp_path, *channels)
        self.metrics = Metrics(channels, [MAIN], zone=POLICY.zone)
        self.desk.worker = self.desk.another_worker(posted=self.metrics.posted)

    def ask(self, token=lambda: None, **headers):
        async def go():
            page = endpoint(self.metrics, self.desk.store, self.desk.clock, token)
            app = Starlette(routes=[Route("/metrics", page)])
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client:
                return await client.get("/metrics", headers=headers)

        return asyncio.run(go())

    def read(self):
        """Every sample of the page, by name and labels."""
        told = self.ask().text
        return {
            (sample.name, *sorted(sample.labels.values())): sample.value
            for family in text_string_to_metric_families(told)
            for sample in family.samples
        }


def test_what_went_out_is_counted_with_the_time_it_took(tmp_path):
    watched = Watched(tmp_path)
    watched.desk.go(minutes(3))
    watched.desk.publish(article(published=NOW))
    told = watched.read()
    assert told["jarshy_deliveries", "done", "fake"] == 1
    assert told["jarshy_article_to_post_seconds_count", "fake"] == 1
    assert told["jarshy_article_to_post_seconds_sum", "fake"] == 180
    assert told["jarshy_rate_left", "one"] == 4


def test_what_is_due_is_told_by_the_age_of_the_oldest(tmp_path):
    watched = Watched(tmp_path)
    watched.desk.poll(article(1), article(2))
    watched.desk.go(minutes(7))
    told = watched.read()
    assert told["jarshy_deliveries", "due", "fake"] == 2
    assert told["jarshy_queue_oldest_seconds",] == 420
    assert told["jarshy_feed_age_seconds", "main"] == 420
    assert told["jarshy_unknown_open",] == 0


def test_what_is_not_due_yet_does_not_count_as_waiting(tmp_path):
    watched = Watched(tmp_path, replace(CAPPED, grace=minutes(30)))
    watched.desk.poll(article())
    watched.desk.go(minutes(7))
    assert watched.read()["jarshy_queue_oldest_seconds",] == 0


def test_what_may_be_out_and_what_needs_a_person_are_told_with_their_alerts(tmp_path):
    watched = Watched(tmp_path)
    watched.desk.wire.say("publish", OutcomeUnknown("no answer"))
    watched.desk.poll(article())
    watched.desk.turn()
    told = watched.read()
    assert told["jarshy_unknown_open",] == told["jarshy_deliveries", "fake", "unknown"] == 1
    watched.desk.change(1, reason=Reason.WORKED_ON)  # the normal life of a film wakes nobody
    assert watched.read()["jarshy_unknown_open",] == 0
    watched.desk.change(1, reason=Reason.LOST_ANSWER)
    watched.desk.wire.say("find", OutcomeUnknown("cannot be asked"))
    watched.desk.turn()
    told = watched.read()
    assert told["jarshy_unknown_open",] == 0
    assert told["jarshy_deliveries", "fake", "held"] == 1
    assert told["jarshy_alerts_open", "delivery_held"] == 1
    assert told["jarshy_alerts_open", "source_gap"] == 0


def test_a_session_that_ends_is_told_and_one_that_does_not_is_not(tmp_path):
    watched = Watched(tmp_path)
    assert ("jarshy_token_expires_seconds", "acme") not in watched.read()
    watched.desk.ask(accounts.keep_session, "acme", b"sealed", NOW, expires_at=NOW + hours(2))
    assert watched.read()["jarshy_token_expires_seconds", "acme"] == 7200


def test_how_long_rows_of_the_log_wait_to_be_sealed_is_told_where_they_are_to_be(tmp_path):
    watched = Watched(tmp_path)
    watched.desk.publish(article())
    assert ("jarshy_audit_unsealed_seconds",) not in watched.read()
    watched.metrics = Metrics([CAPPED], [MAIN], zone=POLICY.zone, is_sealed=True)
    watched.desk.go(hours(5))
    assert watched.read()["jarshy_audit_unsealed_seconds",] == 5 * 3600
    watched.desk.ask(checkpoints.extend, KEY, watched.desk.clock.now(), most=1000)
    watched.desk.go(hours(5))
    assert watched.read()["jarshy_audit_unsealed_seconds",] == 0


def test_what_was_over_long_ago_is_not_counted(tmp_path):
    watched = Watched(tmp_path)
    watched.desk.publish(article())
    watched.desk.go(hours(25))
    assert watched.read()["jarshy_deliveries", "done", "fake"] == 0


def test_a_failed_try_is_no_post(tmp_path):
    watched = Watched(tmp_path)
    watched.desk.wire.say("publish", NotSent("refused"))
    watched.desk.publish(article())
    assert watched.read()["jarshy_article_to_post_seconds_count", "fake"] == 0


def test_the_loop_s_worst_delay_is_told(tmp_path):
    watched = Watched(tmp_path)
    late = iter((0.0, 0.25, 0.0))

    class Slow:
        ticks = 0.0

        def monotonic(self):
            return self.ticks

        async def sleep(self, seconds):
            if (more := next(late, None)) is None:
                raise asyncio.CancelledError
            self.ticks += seconds + more

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(watched.metrics.feel_lag(Slow()))
    assert watched.read()["jarshy_loop_lag_seconds",] == pytest.approx(0.25)


@pytest.mark.parametrize("shown", ["", "Bearer wrong", "Bearer ", "Bearer é"])
def test_without_its_token_nothing_is_told(tmp_path, shown):
    watched = Watched(tmp_path)
    for wanted in ("right", ""):
        answer = watched.ask(lambda wanted=wanted: wanted, authorization=shown.encode())
        assert answer.status_code == 401
        assert "jarshy_" not in answer.text
    assert watched.ask(lambda: "right", authorization="Bearer right").status_code == 200


def test_two_processes_in_one_do_not_mix(tmp_path):
    first, second = Watched(tmp_path), Metrics([CAPPED], [MAIN], zone=POLICY.zone)
    second.posted(CAPPED, minutes(1))
    assert first.read()["jarshy_article_to_post_seconds_count", "fake"] == 0


@pytest.mark.parametrize(
    ("question", "index"),
    [
        (figures.OPEN_NOW, "COVERING INDEX delivery_open"),
        (figures.AT_WORK_NOW, "INDEX delivery_open"),
        (figures.HELD_NOW, "INDEX delivery_expiring (expires_at>?)"),
        (figures.OVER_LATELY, "INDEX delivery_channel_moved (channel=? AND moved_at>?)"),
        (figures.DRAFTS_SINCE, "INDEX delivery_channel_moved (channel=? AND moved_at>?)"),
        (figures.ALERTS_NOW, "INDEX alert_open"),
        (figures._ROW_AT, "INTEGER PRIMARY KEY"),
    ],
)
def test_no_number_costs_more_as_what_is_over_grows(tmp_path, question, index):
    given = {
        name: value for name, value in {"here": ["one"], "since": NOW}.items() if name in question.compile().params
    }
    written = str(question.params(given).compile(compile_kwargs={"render_postcompile": True}))
    (only,) = steps(tmp_path, sa.text(re.sub(r":\w+", "1", written)))
    assert index in only


def exported(tmp_path):
    """Every name a process may tell, with a row for each that is left out while there is nothing to tell."""
    watched = Watched(tmp_path)
    watched.metrics._lags.append(0.0)
    watched.metrics._is_sealed = True
    watched.desk.ask(accounts.keep_session, "acme", b"sealed", NOW, expires_at=NOW + hours(2))
    found = watched.desk.ask(figures.read, ["one"], NOW)
    page = watched.metrics.page(found, NOW).decode()
    return {family.name: set(family.samples[0].labels) - {"le"} for family in text_string_to_metric_families(page)}


def named(text):
    return {re.sub(r"_(bucket|count|sum)$", "", name) for name in re.findall(r"\bjarshy_[a-z_]+", text)}


def test_the_dashboard_and_the_rules_name_what_exists_and_all_of_it(tmp_path):
    names = set(exported(tmp_path))
    dashboard = json.loads((OPS / "grafana.json").read_text())
    rules = YAML(typ="safe").load(OPS / "alerts.yaml")
    asked = {target["expr"] for panel in dashboard["panels"] for target in panel["targets"]}
    warned = {rule["expr"] for group in rules["groups"] for rule in group["rules"]}
    assert named(" ".join(warned)) <= names
    assert named(" ".join(asked)) == names


def test_each_label_and_value_that_the_rules_choose_by_exists(tmp_path):
    labels = exported(tmp_path)
    values = {str(each) for each in (*State, *alerts.Cause)}
    text = (OPS / "grafana.json").read_text().replace('\\"', '"') + (OPS / "alerts.yaml").read_text()
    chosen = re.findall(r'(jarshy_[a-z_]+?)(?:_bucket|_count|_sum)?\{(\w+)(?:=~?)"([^"]*)"', text)
    assert chosen
    for name, label, value in chosen:
        assert label in labels[name]
        assert set(value.split("|")) <= values


def test_each_rule_says_what_to_do(tmp_path):
    rules = YAML(typ="safe").load(OPS / "alerts.yaml")
    for rule in (rule for group in rules["groups"] for rule in group["rules"]):
        assert rule["annotations"]["summary"].endswith(".")
        assert "`jarshy " in rule["annotations"]["description"]
