"""Posts that are films, and networks that take no post without a picture: what is shown, waited for, and held."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.contract import Films, Limits, PictureRefused, Post, Receipt, Spec, StillWorking
from bot.actions import deliveries as verbs
from bot.actions import newsroom, trying
from bot.actions.own_words import own_words
from bot.actions.room import RefusedVerb
from bot.articles.wordlists import word_lists
from bot.delivery.scenes import Shot, scenes
from bot.media.film import HEIGHT, MISSING, WIDTH
from bot.media.prints import Unusable
from bot.media.under_way import Coming
from bot.model import Budget, Reason, State
from bot.posts import frozen
from bot.posts.filters import Passage
from bot.rules.approval import SOLEMN_FILM
from bot.rules.outcome import FILM_EVERY
from bot.store import pictures, templates
from tests.unit.delivery.test_photo_posts import HUGE, PICTURES, SHOT, URL, WORDS, Pictured, sent
from tests.unit.desk.test_articles import opened as on_desk
from tests.unit.engine import NOW, ONE, Desk, article, minutes

FILMS = replace(ONE, form="video")
PHOTOS = replace(ONE, form="photo")
SAD = "Nine killed at the old pier in Aktau"
LISTS = word_lists([("en", {"solemn": ["killed"]})])
LARGE = "Fake upload: 413 too large"


class Filming(Pictured):
    """A network of films alone, whose titles are short."""

    spec: ClassVar[Spec] = replace(
        Pictured.spec,
        form="video",
        limits=Limits(
            text=300, caption=150, media=1, least=1, title=60, films=Films(size=10**8, shortest=3, longest=60)
        ),
    )


class Filmed(Pictured):
    """A network that takes films, and posts without one."""

    spec: ClassVar[Spec] = replace(Filming.spec, limits=replace(Filming.spec.limits, least=0))


class Showy(Pictured):
    """A network of photos that takes no post without one."""

    spec: ClassVar[Spec] = replace(
        Pictured.spec, limits=Limits(text=300, caption=150, media=1, least=1, pictures=PICTURES)
    )


def opened(folder: Any, who: Any = FILMS, kind: Any = Filming, **said: Any) -> Desk:
    desk = Desk(folder, who, kind=kind, lists=LISTS)
    desk.ask(templates.offer, {"fake": WORDS}, NOW, origin=templates.SHIPPED)
    desk.album.offer(URL, b"a picture")
    desk.easel.offer(b"a film", "video/mp4")
    desk.poll(article(**({"photo": SHOT} | said)))
    return desk


def test_a_film_goes_out_with_its_title_its_credit_and_what_the_story_says(tmp_path):
    told = (
        "The bank lends the money over nine years at four percent, the port authority said on Monday.",
        "Work on the third pier begins in spring and ends within three years, engineers expect. It is long.",
    )
    desk = opened(tmp_path, paragraphs=told)
    desk.turn()
    assert desk.stands() == ("done", "sent")
    [film], title = sent(desk).media, "Port 1 wins a loan of 101 million"
    assert (film.mime, film.alt, film.credit, sent(desk).title) == ("video/mp4", title, "Dina Omarova", title)
    assert (sent(desk).card, "Photo: Dina Omarova" in desk.wire.shown[0]) == (None, True)
    [scenes] = desk.easel.asked
    slides = [each.slide for each in scenes]
    assert [(each.headline, each.credit, each.photo) for each in slides[:1]] == [
        (title, "Photo: Dina Omarova", b"a picture")
    ]
    assert [each.sentence for each in slides[1:-1]] == [told[0], told[1].removesuffix(" It is long.")]
    assert slides[-1].is_closing
    assert 12 <= sum(each.seconds for each in scenes) <= 30


def test_what_an_editor_wants_to_be_seen_is_seen_in_a_film_too(tmp_path):
    desk = opened(tmp_path, photo=replace(SHOT, focus=(0.1, 0.3)))
    desk.turn()
    [scenes] = desk.easel.asked
    assert [each.slide.focus for each in scenes][:2] == [(0.1, 0.3), None]


def test_a_long_headline_is_shortened_for_the_title_alone(tmp_path):
    long = "Port of Aktau wins a loan of 102 million for its third pier, which was planned before the flood of 2019"
    desk = opened(tmp_path, title=long)
    desk.turn()
    assert sent(desk).title == "Port of Aktau wins a loan of 102 million for its third pier"
    assert desk.easel.asked[0][0].slide.headline == long


def test_a_film_with_the_first_frame_of_a_moving_photo_says_so(tmp_path):
    desk = opened(tmp_path)
    desk.album.offers[URL] = replace(desk.album.offer(URL, b"a picture"), remark="with its first frame")
    desk.turn()
    assert (desk.stands(), desk.delivery().detail) == (("done", "sent"), "with its first frame")


def test_a_film_of_a_story_without_a_usable_photo_says_so(tmp_path):
    desk = opened(tmp_path)
    desk.album.offers[URL] = HUGE
    desk.turn()
    assert desk.stands() == ("done", "sent")
    assert desk.delivery().detail == f"without its photo: {HUGE}"
    assert (sent(desk).media[0].credit, "Dina" in desk.wire.shown[0]) == ("", False)


def test_a_film_that_is_still_being_made_is_waited_for_and_nothing_counts(tmp_path):
    desk = opened(tmp_path)
    desk.easel.offers[:0] = [Coming(0), Coming(40)]
    desk.turn()
    desk.go(FILM_EVERY)
    desk.turn()
    assert desk.stands() == ("due", "filming")
    assert desk.why() == "Its film is being made (40 %); we look at 14:00 whether it is ready, and then it goes out."
    assert (desk.delivery().tries, desk.delivery().post, desk.wire.shown) == (0, None, [])
    desk.go(FILM_EVERY)
    desk.turn()
    assert (desk.stands(), desk.delivery().detail) == (("done", "sent"), "")


def test_without_ffmpeg_a_story_waits_for_a_person_and_goes_once_it_is_there(tmp_path):
    desk = opened(tmp_path)
    desk.easel.offers.insert(0, Unusable(MISSING))
    desk.turn()
    assert desk.stands() == ("held", "no_film")
    assert desk.why() == (
        "It has no film, so nothing was posted: ffmpeg is missing on this machine: pip install 'jarshy[video]' "
        "brings it; once that is mended, `release 1` makes one, or `release --reason no_film` all of them."
    )
    desk.act(verbs.release(desk.room(), 1))
    desk.turn()
    assert desk.stands() == ("done", "sent")


@pytest.mark.parametrize(
    ("who", "kind", "said"),
    [
        (FILMS, Pictured, "Fake takes no films from us"),
        (PHOTOS, Filming, "Fake takes no photos from us"),
        (PHOTOS, Showy, f"{HUGE}; cards cannot be drawn"),
    ],
)
def test_what_cannot_be_shown_is_held_with_its_reason_and_never_posted_bare(tmp_path, who, kind, said):
    desk = opened(tmp_path, who, kind)
    desk.album.offers[URL] = HUGE
    desk.easel.offers[:] = [Unusable("cards cannot be drawn")]
    desk.turn()
    stands = desk.delivery()
    assert (stands.state, stands.reason in (Reason.NO_FILM, Reason.NO_PICTURE), desk.wire.shown) == (
        State.HELD,
        True,
        [],
    )
    assert said in desk.why()


def test_a_post_that_must_show_something_never_loses_it_to_its_length(tmp_path):
    for who, kind in ((PHOTOS, Showy), (FILMS, Filming)):
        desk = opened(tmp_path, who, kind)
        words = "Every word of this was written by an editor. " * 5
        desk.act(newsroom.mark(desk.room(), desk.delivery().story, text=("fake", words)))
        desk.turn()
        assert (desk.stands(), desk.wire.shown) == (("held", "too_long"), [])


@pytest.mark.parametrize("when", ["prepare", "publish"])
def test_a_film_the_network_refuses_is_held_and_not_posted_bare(tmp_path, when):
    desk = opened(tmp_path)
    desk.wire.say(when, PictureRefused(LARGE))
    while desk.turn():
        pass
    assert desk.stands() == ("held", "no_film")
    assert f"Fake refused it ({LARGE})" in desk.why()


@pytest.mark.parametrize("who", [FILMS, replace(FILMS, solemn="post"), replace(FILMS, approval="always")])
def test_a_solemn_story_never_becomes_a_film_by_itself(tmp_path, who):
    desk = opened(tmp_path, who, title=SAD)
    desk.turn()
    assert (desk.stands(), desk.delivery().detail) == (("held", "approval"), SOLEMN_FILM)
    desk.change(1, state=State.DUE, reason=Reason.RELEASED)  # as if it had slipped through a plan
    desk.turn()
    assert (desk.stands(), desk.wire.shown, desk.easel.asked) == (("held", "approval"), [], [])
    desk.act(verbs.approve(desk.room(), 1))
    desk.go(minutes(2))
    desk.turn()
    assert desk.stands() == ("done", "sent")


def test_a_story_called_not_solemn_is_let_go(tmp_path):
    desk = opened(tmp_path, title=SAD)
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, solemn=False))
    assert desk.stands() == ("due", "released")


def test_what_was_approved_is_the_film_that_is_sent(tmp_path):
    desk = opened(tmp_path, replace(FILMS, approval="always"))
    desk.easel.offers.insert(0, Coming(70))
    with pytest.raises(RefusedVerb, match=r"its film is being made \(70 %\): look again in a moment"):
        desk.act(verbs.approve(desk.room(), 1))
    approved = desk.act(verbs.approve(desk.room(), 1)).post
    desk.easel.offers[:] = [Unusable("no further film is made")]
    desk.go(minutes(2))
    desk.turn()
    assert (desk.stands(), sent(desk)) == (("done", "sent"), approved)


def test_an_approved_film_that_is_gone_is_made_again_before_anything_is_sent(tmp_path):
    desk = opened(tmp_path, replace(FILMS, approval="always"))
    approved = desk.act(verbs.approve(desk.room(), 1)).post
    kept = dict(desk.album.files)
    desk.album.files.clear()
    desk.album.offer(URL, b"a picture")
    desk.easel.offers.insert(0, Coming(10))
    desk.go(minutes(2))
    desk.turn()
    assert (desk.stands(), desk.wire.shown) == (("due", "filming"), [])
    desk.album.files |= kept
    desk.go(FILM_EVERY)
    desk.turn()
    assert (desk.stands(), sent(desk)) == (("done", "sent"), approved)


def test_what_may_be_out_is_never_sent_for_want_of_a_film_to_look_for(tmp_path):
    desk = opened(tmp_path)
    desk.change(1, state=State.UNKNOWN, reason=Reason.RESTORED, copied_at=NOW, intent_at=NOW, last_at=NOW)
    desk.easel.offers.insert(0, Coming(40))
    desk.turn()
    assert desk.stands() == ("unknown", "look_again")
    assert desk.wire.shown == []


@pytest.mark.parametrize(("photo", "why"), [(None, ""), (SHOT, f": {HUGE}")])
def test_where_a_post_must_show_something_a_card_is_drawn(tmp_path, photo, why):
    desk = opened(tmp_path, PHOTOS, Showy, photo=photo, section="Economy")
    desk.album.offers[URL] = HUGE
    desk.easel.offers.clear()
    card = desk.easel.offer(b"a card", "image/jpeg")
    desk.turn()
    assert (desk.stands(), desk.delivery().detail) == (
        ("done", "sent"),
        f"with a drawn card in place of a photo{why}",
    )
    [shown] = sent(desk).media
    assert (shown.sha256, shown.alt, shown.credit) == (card.sha256, "Port 1 wins a loan of 101 million", "")
    assert (desk.easel.asked[0].headline, desk.easel.asked[0].kicker) == (shown.alt, "Economy")


def test_a_refused_photo_becomes_a_card_and_a_refused_card_waits_for_a_person(tmp_path):
    desk = opened(tmp_path, PHOTOS, Showy)
    desk.easel.offers.clear()
    desk.easel.offer(b"a card", "image/jpeg")
    desk.wire.say("prepare", PictureRefused(LARGE), PictureRefused("Fake upload: 415 no cards"))
    for _ in range(5):
        desk.turn()
        desk.go(timedelta(minutes=2))
    assert (desk.stands(), desk.wire.shown) == (("held", "refused"), [])
    assert "415 no cards" in desk.why()


@pytest.mark.parametrize(
    ("who", "kind", "reason"), [(PHOTOS, Showy, "no_picture"), (FILMS, Filming, "no_film"), (FILMS, Filmed, "no_film")]
)
def test_words_by_hand_that_lose_the_picture_they_need_wait_for_a_person(tmp_path, who, kind, reason):
    desk = opened(tmp_path, who, kind)
    desk.act(verbs.edit(desk.room(), 1, "In other words."))
    desk.wire.say("prepare", PictureRefused(LARGE))
    while desk.turn():
        pass
    assert (desk.stands(), desk.wire.shown) == (("held", reason), [])


@pytest.mark.parametrize(
    ("who", "kind", "photo", "mime"),
    [(FILMS, Filming, SHOT, "video/mp4"), (PHOTOS, Showy, None, "image/jpeg"), (PHOTOS, Showy, SHOT, "image/jpeg")],
)
def test_a_sketch_draws_nothing_and_reads_as_the_post_would(tmp_path, who, kind, photo, mime):
    desk = opened(tmp_path, who, kind)
    story, limits = article(photo=photo), kind.spec.limits
    template = desk.ask(templates.template_for, who, "en")
    sketch = desk.composer.sketch(story, template, who, limits, NOW)
    assert (desk.album.prepared, desk.easel.asked, [each.mime for each in sketch.media]) == ([], [], [mime])
    written = desk.act(desk.composer.write(story, template, who, limits, NOW)).post
    assert (sketch.text, sketch.title) == (written.text, written.title)
    if mime == "video/mp4":
        assert (sketch.media[0].width, sketch.media[0].height) == (WIDTH, HEIGHT)


LONG_WORDS = "Our newsroom is open today. Come and see us: https://courier.example/open"


def test_a_person_s_own_words_are_drawn_where_a_network_takes_none_without(tmp_path):
    desk = Desk(tmp_path, PHOTOS, kind=Showy)
    card = desk.easel.offer(b"a card", "image/jpeg")
    made = desk.act(own_words(desk.room(), "one", LONG_WORDS))
    assert ([each.alt for each in made.post.media], desk.easel.asked) == (["Our newsroom is open today."], [])
    desk.act(verbs.post(desk.room(), "one", LONG_WORDS))
    desk.turn()
    assert desk.stands() == ("done", "sent")
    [slide] = desk.easel.asked
    assert (slide.headline, sent(desk).text) == ("Our newsroom is open today.", LONG_WORDS)
    assert [(each.sha256, each.alt) for each in sent(desk).media] == [(card.sha256, slide.headline)]


@pytest.mark.parametrize(("who", "kind"), [(PHOTOS, Showy), (FILMS, Filming)])
def test_a_test_post_is_drawn_as_any_other(tmp_path, who, kind):
    desk = Desk(tmp_path, who, kind=kind)
    shown = desk.easel.offer(b"shown", "video/mp4" if kind is Filming else "image/jpeg")
    desk.easel.offers.insert(0, Coming(12))
    if kind is Filming:
        with pytest.raises(RefusedVerb, match=r"its film is being made \(12 %\)"):
            desk.act(trying.plan(desk.room(), "one", stays=minutes(1)))
        desk.go(minutes(1))
    else:
        del desk.easel.offers[0]
    test = desk.act(trying.plan(desk.room(), "one", stays=minutes(1))).post
    desk.turn()
    assert desk.stands(test.id) == ("done", "sent")
    assert [each.sha256 for each in desk.delivery(test.id).post.media] == [shown.sha256]
    # It names no moment, so what was asked for first is what is found made.
    assert len({repr(each) for each in desk.easel.asked}) == 1


def test_words_that_cannot_be_drawn_are_refused_with_the_reason(tmp_path):
    desk = Desk(tmp_path, FILMS, kind=Filming)
    desk.easel.offers.append(Unusable(MISSING))
    for asked in (verbs.post(desk.room(), "one", LONG_WORDS), trying.plan(desk.room(), "one", stays=minutes(1))):
        with pytest.raises(RefusedVerb, match="the post cannot be written: "):
            desk.act(asked)
    assert desk.count() == 0


def test_while_words_are_typed_the_desk_says_what_will_be_drawn(tmp_path):
    browser, desk = on_desk(tmp_path, PHOTOS, kind=Showy)
    page = browser.post("/articles/posts/new/measure", {"channel": "one", "text": LONG_WORDS}).text
    assert ("Drawn once it is sent" in page, page.count('src="/picture'), desk.easel.asked) == (True, 1, [])
    desk.easel.offer(b"a card", "image/jpeg")
    assert (
        browser.post("/articles/posts/new", {"channel": "one", "text": LONG_WORDS, "form": "a number"}).status_code
        == 303
    )
    assert len(desk.delivery().post.media) == 1


class Covering(Filmed):
    """A network that works on a film before it takes the picture that stands for it."""

    async def find(self, post: Post, *, key: str, memo: Any, asked: Any) -> Receipt | None:
        cover = post.media[0].cover
        assert cover
        with cover.open() if cover.open else BytesIO() as file:
            self.http.covers = file.read()
        return Receipt("77", "https://fake.example/77", remark="without its thumbnail: no telephone number")


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_cover_is_within_reach_once_the_film_is_worked_on_and_a_missing_one_is_told(tmp_path, is_kept):
    desk = opened(tmp_path, kind=Covering)
    cover = desk.album.offer("cover", b"the first slide")
    desk.easel.offers[0] = replace(desk.easel.offers[0], cover=cover)
    desk.wire.say("publish", StillWorking("not processed yet", retry_after=minutes(1)))
    desk.turn()
    assert '"cover"' in frozen.dump(desk.delivery().post)
    assert desk.ask(pictures.awaited) >= {cover.sha256}
    if not is_kept:
        desk.album.files.clear()
    desk.go(minutes(1))
    desk.turn()
    assert desk.wire.covers == (b"the first slide" if is_kept else b"")
    assert desk.stands() == ("done", "sent")
    assert desk.delivery().detail.endswith("without its thumbnail: no telephone number")
    assert "without its thumbnail" in desk.why()
    gone = desk.act(verbs.delete_post(desk.room(), 1))
    desk.turn()
    assert (desk.stands(gone.id)[0], desk.delivery(gone.id).detail) == ("done", ""), "what is gone misses nothing"
    assert desk.ask(pictures.awaited) == set()


class Priced(Filmed):
    """A network that asks twenty cents for a post with a link and one for any other."""

    def price(self, post: Post) -> Decimal:
        return Decimal("0.20") if "https" in post.text else Decimal("0.01")


@pytest.mark.parametrize("budget", [None, Budget(day=Decimal(1), near="unlinked")])
def test_a_refused_film_of_words_without_a_link_has_not_lost_its_link(tmp_path, monkeypatch, budget):
    monkeypatch.setattr(f"{__name__}.WORDS", WORDS.replace("\n\n{{ url }}", ""))
    desk = opened(tmp_path, replace(FILMS, budget=budget), Priced)
    desk.wire.say("prepare", PictureRefused(LARGE))
    for _ in range(3):
        desk.turn()
        desk.go(minutes(2))
    assert (desk.stands(), desk.wire.shown) == (("held", "no_film"), [])


@given(
    headline=st.integers(1, 300),
    sentences=st.lists(st.integers(1, 260), max_size=4),
    takes=st.sampled_from([Films(size=1, shortest=a, longest=b) for a, b in ((3, 60), (1, 20), (15.5, 90))]),
    is_bare=st.booleans(),
)
def test_whatever_a_film_tells_it_lasts_as_long_as_it_may(headline, sentences, takes, is_bare):
    summary = Passage(tuple("x" * each for each in sentences))
    fields = {"language": "en", "mark": "", "section": "", "title": "x" * headline, "summary": summary}
    lasts = sum(round(each.seconds * 5) for each in scenes(fields, Shot(), takes, is_bare=is_bare)) / 5
    assert max(12, takes.shortest) <= lasts <= min(30, takes.longest)


class Unbranded(Filming):
    """A network that takes no film with a brand on it."""

    spec: ClassVar[Spec] = replace(Filming.spec, limits=replace(Filming.spec.limits, bare=True))


def test_where_no_brand_may_be_seen_no_scene_says_whose_story_it_is(tmp_path):
    desk = opened(tmp_path, FILMS, Unbranded)
    desk.turn()
    [told] = desk.easel.asked
    assert not any(each.slide.is_closing for each in told)
