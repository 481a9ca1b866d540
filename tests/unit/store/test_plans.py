"""How both databases answer the questions that are asked all day."""

import re

import pytest

from bot.store import audit, deliveries, health, housekeeping, identities, pruning, reading, turns, waking
from bot.store.migrate import create
from bot.store.postgres import engine_on
from tests import postgres
from tests.unit.engine import NOW, database

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
    "last out": health.LAST_OUT,
    "named": identities._NAMED,
    "shared": identities._SHARED,
    "old stories": pruning.OLD_STORIES,
    "old revisions": pruning.OLD_REVISIONS,
    "old posts": pruning.OLD_POSTS,
    "old attempts": pruning.OLD_ATTEMPTS,
}


def steps(tmp_path, question):
    engine = database(tmp_path)
    written = str(question.compile(engine, compile_kwargs={"render_postcompile": True}))
    with engine.begin() as db:
        rows = db.exec_driver_sql(f"EXPLAIN QUERY PLAN {written}", tuple([1] * written.count("?")))
        return [row[3] for row in rows]


@pytest.fixture(scope="module")
def engine():
    """Tables of which the server knows nothing, so that it takes them for filled."""
    engine = engine_on(postgres.beside(postgres.needed(postgres.server()), "jarshy_planned"))
    create(engine)
    yield engine
    engine.dispose()


def nodes(engine, question):
    """PostgreSQL's plan, as if the tables were large."""
    written = str(question.compile(engine))
    given = {name: 1 if "INT" in kind else "1" for name, kind in re.findall(r"%\((\w+)\)s::(\w+)", written)}
    with engine.begin() as db:
        db.exec_driver_sql("SET LOCAL enable_seqscan = off")
        (plan,) = db.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {written}", given).scalar()
    todo = [plan["Plan"]]
    for each in todo:
        todo += each.get("Plans", [])
    return todo


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("name", HOT)
def test_a_hot_question_reads_no_whole_table(tmp_path, name):
    assert [step for step in steps(tmp_path, HOT[name]) if step.startswith("SCAN")] == []


@pytest.mark.on("sqlite")
def test_words_of_headlines_are_looked_for_in_an_index_alone(tmp_path):
    assert "SCAN story USING COVERING INDEX story_sought" in steps(tmp_path, reading._BY_WORDS)


@pytest.mark.on("sqlite")
def test_the_next_to_go_out_is_read_first_and_nothing_is_sorted(tmp_path):
    told = steps(tmp_path, HOT["ready"])
    assert "USING INDEX delivery_ready (channel=?)" in told[0]
    assert not any("TEMP B-TREE" in step for step in told)


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("name", ["soon", "unknown", "left sending"])
def test_what_is_open_is_found_without_reading_what_is_over(tmp_path, name):
    assert "USING INDEX delivery_open (channel=? AND state=?" in steps(tmp_path, HOT[name])[0]


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("name", ["due over", "unapproved over"])
def test_what_expires_is_found_by_its_time(tmp_path, name):
    assert "USING INDEX delivery_expiring (expires_at<?)" in steps(tmp_path, HOT[name])[0]


@pytest.mark.on("sqlite")
def test_a_story_is_found_by_name_without_reading_all_names(tmp_path):
    question = reading._NAMED.params(names=["https://courier.example/1"])
    assert any("identity_1 (kind=? AND source=? AND value=?)" in step for step in steps(tmp_path, question))


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    ("asked", "index"),
    [
        (audit.Which(actors=["aigul", "cli:aigul"]), "audit_actor (actor=?"),
        (audit.Which(actions=["channel.hushed"]), "audit_action (action=?"),
        (audit.Which(since=NOW, until=NOW), "audit_at (at>? AND at<?)"),
        (audit.Which(since=NOW), "audit_at (at>?)"),
        (audit.Which(actors=["aigul"], until=NOW), "audit_actor (actor=?"),
    ],
)
def test_the_log_is_asked_by_person_action_and_time_without_reading_all_of_it(tmp_path, asked, index):
    question = audit._chosen(asked).order_by(audit.audit.c.id.desc()).limit(50)
    assert any(index in step for step in steps(tmp_path, question))


@pytest.mark.on("postgresql")
@pytest.mark.parametrize("name", HOT)
def test_a_server_reads_no_whole_table_for_a_hot_question(engine, name):
    read = [each for each in nodes(engine, HOT[name]) if "Scan" in each["Node Type"]]
    assert [each for each in read if each["Node Type"] == "Seq Scan"] == []
    # An index without a condition is a whole table, too.
    assert [each for each in read if "Index Cond" not in each and each["Node Type"] != "Bitmap Heap Scan"] == []


@pytest.mark.on("postgresql")
@pytest.mark.parametrize("name", ["ready", "soon", "unknown", "left sending"])
def test_a_server_finds_what_is_open_without_reading_what_is_over(engine, name):
    used = {each.get("Index Name") for each in nodes(engine, HOT[name])}
    assert used & {"delivery_open", "delivery_ready"}  # both hold only what is open


@pytest.mark.on("postgresql")
@pytest.mark.parametrize("name", ["due over", "unapproved over"])
def test_a_server_finds_what_expires_by_its_time(engine, name):
    assert "delivery_expiring" in [each.get("Index Name") for each in nodes(engine, HOT[name])]


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("old stories", "story_whole (seen_at<?)"),
        ("old revisions", "revision_whole (seen_at<?)"),
        ("old posts", "delivery_worded (moved_at<?)"),
        ("old attempts", "attempt_told (started_at<?)"),
    ],
)
def test_what_is_pruned_is_found_without_reading_what_was_pruned_before(tmp_path, name, index):
    assert f"USING INDEX {index}" in steps(tmp_path, HOT[name])[0]


@pytest.mark.on("sqlite")
def test_a_channels_last_post_is_found_without_sorting_its_posts(tmp_path):
    told = steps(tmp_path, HOT["last out"])
    assert "USING INDEX delivery_channel_moved (channel=?)" in told[0]
    assert not any("TEMP B-TREE" in step for step in told)
