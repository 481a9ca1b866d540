"""What feeds do to texts, from the feed to the post on five networks: each row was read as an editor reads it."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.posts.compose import notes
from tests.unit.articles.given import entry, only
from tests.unit.posts.newsroom import LISTS, NETWORKS, NOW, plain, post_of

URL = "https://courier.example/2026/11/port-wins-loan"
ROSE = "Grain shipments through Aktau rose by a fifth in the first ten months of the year, the port said."
BERTHS = "Two more berths are being built with a loan of 48.6 billion tenge ($93 million)."
BODY = f"<p>{ROSE}</p><p>{BERTHS}</p>"
TITLE = "Aktau ships more grain"
LONG = "Parliament adopts amendments to the law on local self-government and on districts " * 6
SHORT = "Parliament adopts amendments to the law on local self-government and on districts Parliament adopts…"
SAID = f"{LONG.strip()}, the chamber said"
AT_LENGTH = " ".join(["Ships wait."] * 10)


@dataclass(frozen=True)
class Row:
    """One bad feed entry and what becomes of it: the headline, the story on cards, the summary under the headline."""

    title: str
    shown: str
    story: str
    summary: str = ""
    content: str = BODY
    dek: str = ""
    tags: tuple[str, ...] = ()
    noted: str = ""
    """What a preview notes on Telegram, where the headline is part of the post."""


BOTH = f"{ROSE} {BERTHS}"
ROWS = {
    "headline of 500 characters": Row(
        LONG,
        SHORT,
        BOTH,
        BOTH,
        noted=f"the headline was shortened to “{SHORT}”",
    ),
    "headline of 500 characters that says who says it": Row(
        SAID, SAID, BOTH, ROSE, noted="the headline has 509 characters and no place where it can be shortened"
    ),
    "headline that is a quotation": Row(
        '"You can borrow for cranes, not depth"',
        "“You can borrow for cranes, not depth”",
        BOTH,
        f"An analyst warns. {BOTH}",
        dek="An analyst warns.",
        noted="nobody is named who says “You can borrow for cranes, not depth”",
    ),
    "dek cut by its source": Row(TITLE, TITLE, BOTH, BOTH, dek="Grain shipments through Aktau rose by..."),
    "dek cut, and nothing else": Row(TITLE, TITLE, f"{TITLE}.", "", content="", dek="Grain shipments rose by..."),
    "entities twice": Row(
        "Aktau&amp;#8217;s port &amp;amp; rail",
        "Aktau’s port & rail",
        "The port’s cranes & rails are new, and they cost 5 million tenge.",
        "The port’s cranes & rails are new, and they cost 5 million tenge.",
        content="<p>The port&amp;#8217;s cranes &amp;amp; rails are new, and they cost&amp;nbsp;5 million tenge.</p>",
    ),
    "spaces that do not break, and doubled": Row(
        "Aktau\u00a0ships  more\u00a0grain", TITLE, BOTH, BOTH, content=BODY.replace(" rose", " \u00a0rose")
    ),
    "soft hyphens": Row(
        "Ak\u00adtau ships more grain", TITLE, BOTH, BOTH, content=BODY.replace("Grain", "Gra\u00adin")
    ),
    "right-to-left": Row(
        "Aktau greets \u202bשלום\u202c",
        "Aktau greets שלום",
        "A ship called שלום has come to the Caspian for the first time.",
        "A ship called שלום has come to the Caspian for the first time.",
        content="<p>A ship called שלום has come to the Caspian for the first time.</p>",
    ),
    "joined emoji": Row(
        "A family 👩‍👩‍👧 settles",
        "A family 👩‍👩‍👧 settles",
        "Women 👩‍👩‍👧 and children have moved to Aktau under the state program.",
        "Women 👩‍👩‍👧 and children have moved to Aktau under the state program.",
        content="<p>Women 👩‍👩‍👧 and children have moved to Aktau under the state program.</p>",
    ),
    "bare domain": Row(
        "Kazinform.kz reports a record",
        "Kazinform.kz reports a record",
        "Kazinform.kz says that shipments through Aktau rose by a fifth.",
        "Kazinform.kz says that shipments through Aktau rose by a fifth.",
        content="<p>Kazinform.kz says that shipments through Aktau rose by a fifth.</p>",
    ),
    "handles": Row(
        "@aktauport answers @tokayev",
        "@aktauport answers @tokayev",
        "The account @aktauport answered a question of @tokayev about grain.",
        "The account @aktauport answered a question of @tokayev about grain.",
        content="<p>The account @aktauport answered a question of @tokayev about grain.</p>",
        noted="@aktauport may be somebody else on this network",
    ),
    "number sign": Row(
        "Aktau is #1 on the Caspian",
        "Aktau is #1 on the Caspian",
        "The port has become the #1 of the Caspian Sea in a ranking of shipping lines.",
        "The port has become the #1 of the Caspian Sea in a ranking of shipping lines.",
        content="<p>The port has become the #1 of the Caspian Sea in a ranking of shipping lines.</p>",
        noted="a hashtag stands inside a sentence: “Aktau is #1 on the Caspian”",
    ),
    "plus signs": Row(
        "Schools teach C++ and C#",
        "Schools teach C++ and C#",
        "Pupils are to learn C++ and C# from the ninth grade, the ministry said.",
        "Pupils are to learn C++ and C# from the ninth grade, the ministry said.",
        content="<p>Pupils are to learn C++ and C# from the ninth grade, the ministry said.</p>",
    ),
    "markup in the headline": Row("&lt;b&gt;Aktau&lt;/b&gt; ships <i>more</i> &lt;br/&gt;grain", TITLE, BOTH, BOTH),
    "one sentence": Row(
        TITLE, TITLE, "Prices fell by half.", "Prices fell by half.", content="<p>Prices fell by half.</p>"
    ),
    "no text at all": Row(TITLE, TITLE, f"{TITLE}.", "", content=""),
    "20,000 words": Row(
        TITLE, TITLE, f"{ROSE} {BERTHS}", f"{ROSE} {BERTHS}", content=BODY + f"<p>{AT_LENGTH}</p>" * 1000
    ),
    "forty tags": Row(TITLE, TITLE, BOTH, BOTH, tags=tuple(f"Tag {chr(65 + n % 26)} {n}" for n in range(40))),
}
HASHTAGS = {"telegram": 2, "mastodon": 3, "bluesky": 0, "x": 0, "facebook": 0, "linkedin": 3, "threads": 0}


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_bad_input_becomes_a_post_an_editor_would_send(row: Row, network: str) -> None:
    more = "".join(f"<category>{tag}</category>" for tag in row.tags)
    story = only(entry(row.title, link=URL, summary=row.dek, content=row.content, more=more))
    story = replace(story, published=NOW - timedelta(minutes=5))
    is_telegram = network == "telegram"
    post = post_of(story, network, form="text" if is_telegram else "card", now=NOW)
    blocks = [row.shown, row.summary] if is_telegram else [row.story]
    blocks += [URL] if network in ("x", "mastodon") else []
    tags = [f"#Tag{chr(65 + n)}{n}" for n in range(min(HASHTAGS[network], len(row.tags)))]
    assert plain(post.text) == "\n\n".join(block for block in [*blocks, " ".join(tags)] if block)
    assert post.tags == (("TagA0", "TagB1", "TagC2") if network == "bluesky" and row.tags else ())
    if is_telegram:
        said = [one.sentence for one in notes(story, post, NOW, LISTS)]
        assert row.noted in said if row.noted else said == []
