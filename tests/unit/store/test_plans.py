"""How SQLite answers the questions that are asked all day."""

import pytest

from bot.store import deliveries, housekeeping, identities, reading, turns, waking
from tests.unit.engine import database

HOT = {
    "ready": waking._READY,
    "soon": waking._SOON,
    "unknown": waking._UNKNOWN,
    "to wake": waking._TO_WAKE,
    "here": waking._HERE,
    "left sending": turns._LEFT,
    "remembered": turns._KEPT,
    "attempt": turns._END,
    "one": deliveries._ONE,
    "taken down": deliveries._TAKEN_DOWN,
    "due over": housekeeping.DUE_OVER,
    "unapproved over": housekeeping.UNAPPROVED_OVER,
    "named": identities._NAMED,
    "shared": identities._SHARED,
}


def steps(tmp_path, question):
    engine = database(tmp_path)
    written = str(question.compile(engine, compile_kwargs={"render_postcompile": True}))
    with engine.begin() as db:
        rows = db.exec_driver_sql(f"EXPLAIN QUERY PLAN {written}", tuple([1] * written.count("?")))
        return [row[3] for row in rows]


@pytest.mark.parametrize("name", HOT)
def test_a_hot_question_reads_no_whole_table(tmp_path, name):
    assert [step for step in steps(tmp_path, HOT[name]) if step.startswith("SCAN")] == []


def test_the_next_to_go_out_is_read_first_and_nothing_is_sorted(tmp_path):
    told = steps(tmp_path, HOT["ready"])
    assert "USING INDEX delivery_ready (channel=?)" in told[0]
    assert not any("TEMP B-TREE" in step for step in told)


@pytest.mark.parametrize("name", ["soon", "unknown", "left sending"])
def test_what_is_open_is_found_without_reading_what_is_over(tmp_path, name):
    assert "USING INDEX delivery_open (channel=? AND state=?" in steps(tmp_path, HOT[name])[0]


@pytest.mark.parametrize("name", ["due over", "unapproved over"])
def test_what_expires_is_found_by_its_time(tmp_path, name):
    assert "USING INDEX delivery_expiring (expires_at<?)" in steps(tmp_path, HOT[name])[0]


def test_a_story_is_found_by_name_without_reading_all_names(tmp_path):
    question = reading._NAMED.params(names=["https://courier.example/1"])
    assert any("identity_1 (kind=? AND source=? AND value=?)" in step for step in steps(tmp_path, question))
