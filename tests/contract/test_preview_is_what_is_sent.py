"""What `jarshy preview --raw` shows of a post is what the network gets, and what readers then see is the post."""

import asyncio
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.body import fill
from adapters.contract import Json, Limits, Media, Pictures, Post, Session
from adapters.emulators.kit import Shown
from bot.delivery.composing import Composer
from bot.delivery.scenes import Scene
from bot.media.photos import NoPhoto
from bot.media.slides import Slide
from bot.model import Article, Channel, Photo, Policy
from bot.posts.compose import CannotCompose
from bot.posts.template import TemplateError, compile
from bot.store.templates import InUse
from tests.contract.cases import CASES
from tests.contract.pictures import drawn, media
from tests.contract.play import Case, Play
from tests.contract.test_conformance import told
from tests.unit.posts.newsroom import LISTS, NOW, ZONE, article
from tests.unit.posts.template_maker import Maker
from tests.unit.posts.test_hostile import story
from tests.unit.small_newsroom import wording

_LONG = "https://courier.example/2026/11/22/" + "-".join(["the-port-of-aktau"] * 12) + "/?utm_source=x&amp=1#top"
_URLS = st.sampled_from([_LONG, "https://courier.example/қыс", "https://courier.example/?p=1&q=2", "", ""])
_FRAMES = (
    *("{}\n\n{{{{ url }}}}", "{}", "{}\n\n{{{{ tags | hashtags(3) }}}}\n{{{{ url }}}}"),
    '<b>{{{{ mark }}}}<a href="{{{{ url }}}}">{{{{ title | shorten(110) }}}}</a></b>\n\n{}',
    "<i>{{{{ title }}}}</i>\n\n{}\n\nRead <b>&amp;</b> <a href=\"{{{{ url }}}}\">{{{{ language }}}}</a>",
    "{{{{ story | sentences(2) }}}} <a href=\"{{{{ url }}}}\">{{{{ title | upper }}}}</a> &lt;b&gt;{}",
)  # fmt: skip


def allowed(seed: int) -> str:
    """Make a template of the allow-listed grammar, in one of the frames editors put around their fields."""
    maker, frame = Maker(seed), _FRAMES[seed % len(_FRAMES)]
    for _ in range(40):
        text = frame.format(maker.template()[:600])
        try:
            compile(text, name="made")
        except TemplateError:
            continue
        return text
    return frame.format("")


@dataclass(frozen=True)
class Wanted:
    """Everything that a post is made from; without a `template` it takes the shipped one."""

    article: Article
    template: str = ""


@st.composite
def wanted(draw: st.DrawFn) -> Wanted:
    news = draw(st.one_of(story(is_hostile=True), story(is_hostile=False)))
    alt = draw(st.sampled_from(["", "A <crane> & a ship, 'Aktau' 🚢", "שלום: порт Актау, 2026 &amp;", "Кран\u00a0№ 1"]))
    credit = draw(st.sampled_from(["Timur Akhmet", "Тимур Ахмет / Reuters & Co", ""]))
    photo = draw(st.sampled_from([None, *[Photo("https://courier.example/p.jpg", alt=alt, credit=credit)] * 2]))
    further = tuple(
        Photo(f"https://courier.example/{n}.jpg", alt=alt, credit=credit) for n in range(draw(st.integers(0, 3)))
    )
    return Wanted(
        replace(news, url=draw(_URLS) or news.url, photo=photo, further=further if photo else ()),
        draw(st.one_of(st.just(""), st.integers(0, 10**6).map(allowed))),
    )


class OnePhoto:
    """What the room of photos does for an article, without fetching."""

    async def prepare(self, article: Article, wanted: Pictures, *, photo: Photo | None = None) -> Media:
        if article.photo is None:
            raise NoPhoto("")
        mime = wanted.mimes[0]
        nth = 1 + article.photos.index(photo or article.photo)
        return media(drawn(nth, mime.partition("/")[2]), mime)

    async def portrait(self, url: str, wanted: Pictures) -> Media:
        raise NoPhoto("")

    def bind(self, post: Post) -> Post:
        return post


class OneDrawing:
    """What the studio does, without drawing: a network's own example stands for every card and film."""

    def __init__(self, case: Case) -> None:
        self.case = case

    async def card(self, slide: Slide, limits: Limits) -> Media:
        assert limits.pictures
        mime = limits.pictures.mimes[0]
        return media(drawn(1, mime.partition("/")[2]), mime)

    async def film(self, scenes: Sequence[Scene], limits: Limits) -> Media:
        (film,) = self.case.post.media
        return film

    async def first(self, media: Media) -> bytes:
        raise AssertionError("nobody looks")


def written(case: Case, form: str, wish: Wanted, limits: Limits) -> Post | None:
    """Compose as the worker does; None where a person must act first."""
    name = case.name
    composer = Composer(
        Policy(newsroom="Paper", zone=ZONE), {name: case.adapter}, OnePhoto(), LISTS, draws=OneDrawing(case)
    )
    who = Channel(id="here", account="a", network=name, form=form)  # type: ignore[arg-type] # one of the three
    words = InUse("made" if wish.template else name, 1, wish.template or wording()[name])
    try:
        return asyncio.run(composer.write(wish.article, words, who, limits, NOW)).post
    except CannotCompose:
        return None


def previewed(play: Play, post: Post) -> Json:
    """Write what `preview --raw` prints: by an adapter that is signed in nowhere and can reach nobody."""
    adapter = play.case.adapter(play.case.adapter.Settings(**play.settings), Session("", {}), _NOBODY, _NOBODY)
    return json.loads(json.dumps(adapter.body(post)))  # type: ignore[no-any-return] # a body is an object


class _Nobody:
    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"a body that needs {name} is not pure")


_NOBODY: Any = _Nobody()


def sent_for(case: Case, form: str, wish: Wanted) -> Post | None:
    """Compose, preview and publish one wish; None where it cannot be written, and then nothing may leave."""
    play = Play(case)
    limits: Limits = play.do(lambda a: a.limits())
    play.ledger.clear()
    post = written(case, form, wish, limits)
    if post is None:
        assert not play.ledger
        return None
    if post.card:
        play.network.pages[post.card.url] = (post.card.title, post.card.description)
    shown_before = previewed(play, post)
    play.publish(post)
    content = fill(shown_before, play.memo.read)
    assert play.contents == [content]
    check_requests(play, content)
    (shown,) = play.shown()
    check_words(shown, post)
    check_links(shown, post)
    check_pictures(shown, post, limits)
    return post


def check_requests(play: Play, content: Json) -> None:
    """Hold what the network received against the parts of the same names, in their order."""
    assert len(play.visible()) == 1
    assert play.visible()[0].call == play.case.call_of(list(content)[-1])
    for name in {play.case.call_of(part) for part in content}:
        parts = [each for part, each in content.items() if play.case.call_of(part) == name]
        received = [entry.asked for entry in play.ledger if entry.call == name]
        assert [told(asked, part) for asked, part in zip(received, parts, strict=True)] == parts


def check_words(shown: Shown, post: Post) -> None:
    """Readers see the words, and besides them nothing but an address that these only hide."""
    ends = sorted({(mark.end, mark.value) for mark in post.marks if mark.kind == "link"})
    pattern, done = "", 0
    for end, address in ends:
        pattern += re.escape(post.text[done:end]) + f"(?: {re.escape(f'({address})')})?"
        done = end
    card = f"(?:\n\n{re.escape(post.card.url)})?" if post.card else ""
    own = f"(?:\n\n{re.escape(post_address(post))})?" if post.media else ""
    text = shown.text
    if shown.network == "youtube":  # which takes no such signs, so that they are written in full width there
        assert not set("<>") & set(text)
        pattern = pattern.translate(_FULL_WIDTH)
        post = replace(post, text=post.text.translate(_FULL_WIDTH))
    assert re.fullmatch(pattern + re.escape(post.text[done:]) + (card or own), text), (text, post.text)


_FULL_WIDTH = str.maketrans("<>", "＜＞")


def post_address(post: Post) -> str:
    """Tell the address a post stands for."""
    return next((mark.value for mark in post.marks if mark.kind == "link"), "")


_TOLD_THE_CARD = ("bluesky", "facebook", "linkedin", "telegram", "threads")
"""The others unfold an address of their own choice, which may be one the article mentions."""


def check_links(shown: Shown, post: Post) -> None:
    """Every address of the post reaches readers: in the words, under them, or on the card."""
    reached = {value for _, _, kind, value in shown.marks if kind == "link"} | {shown.card[0] if shown.card else ""}
    for address in {mark.value for mark in post.marks if mark.kind == "link"} | (
        {post.card.url} if post.card else set()
    ):
        assert address in reached or address in shown.text
    if post.card and shown.network in _TOLD_THE_CARD:
        assert shown.card == (post.card.url, post.card.title, post.card.description)


def check_pictures(shown: Shown, post: Post, limits: Limits) -> None:
    """Readers get the pictures themselves, each with the description of the post where the network takes one."""
    has_alt = limits.alt is not None
    assert shown.media == tuple((each.sha256, each.alt if has_alt else "") for each in post.media)
    assert shown.thumb == (post.card.thumb.sha256 if post.card and post.card.thumb else "")


PLAIN = Wanted(article("en-politics"))
"""A wish that every network can be sent."""
WAYS = list(CASES)
WAYS += [replace(next(c for c in CASES if c.name == "facebook"), settings={"mode": "direct"})]


def forms(limits: Limits) -> tuple[str, ...]:
    """Name the forms of a network's posts but films where it takes other things too: those are made like any film."""
    return ("video",) if limits.films and limits.pictures is None else ("photo",) if limits.least else FORMS


FORMS = ("card", "photo", "text")
every_way = pytest.mark.parametrize(
    ("case", "form"),
    [(case, form) for case in WAYS for form in forms(case.adapter.spec.limits)],
    ids=lambda each: each if isinstance(each, str) else " ".join([each.name, *each.settings.values()]),
)


@every_way
@given(wish=wanted())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_preview_shows_is_what_is_sent_and_seen(case: Case, form: str, wish: Wanted) -> None:
    sent_for(case, form, wish)


@every_way
def test_a_plain_wish_is_sent_everywhere_with_its_picture_where_one_is_taken(case: Case, form: str) -> None:
    post, takes = sent_for(case, form, PLAIN), case.adapter.spec.limits
    assert post is not None
    assert bool(post.media) is ((form == "photo" and takes.media > 0) or takes.least > 0)
    assert bool(post.card and post.card.thumb) is (form == "card" and takes.thumb is not None)
