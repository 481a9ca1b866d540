"""Channels that ask for alternative text: what waits for it, what goes without its photo, and who lets it go."""

from dataclasses import replace

import pytest

from bot.actions import deliveries as verbs
from bot.actions import judging, newsroom
from bot.actions.room import RefusedVerb
from bot.model import Photo, Reason, State
from bot.store import templates
from tests.unit.delivery.test_films import FILMS, Filming
from tests.unit.delivery.test_photo_posts import HUGE, PHOTOS, SHOT, URL, WORDS, Carded, Pictured, opened, sent
from tests.unit.delivery.test_public_posts import Showing
from tests.unit.engine import NOW, POLICY, Desk, article, hours

pytestmark = pytest.mark.on("sqlite")
BARE = Photo(URL, credit="Dina Omarova")
HOLD, DROP = replace(PHOTOS, alt_text="hold"), replace(PHOTOS, alt_text="drop")
WAITS = (
    "Its photo has no alternative text, which this channel asks for, so nothing was posted: `mark {story} --alt TEXT` "
    "describes it and lets it go, or `release 1` sends it without the photo."
)


def waiting(folder, who=HOLD, kind=Pictured, **said):
    desk = opened(folder, who, kind, **{"photo": BARE} | said)
    desk.turn()
    return desk


def test_a_post_whose_photo_nobody_described_waits_and_says_what_helps(tmp_path):
    desk = waiting(tmp_path)
    assert (desk.stands(), desk.wire.shown) == (("held", "no_alt"), [])
    assert desk.why() == WAITS.format(story=desk.delivery().story)
    # What is kept reads as it would go: without the photo, and without its credit.
    assert (sent(desk).media, "Dina" in sent(desk).text) == ((), False)


def test_described_by_a_person_it_goes_with_its_photo_and_their_words(tmp_path):
    desk = waiting(tmp_path)
    desk.go(hours(8))
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, alt=" A crane\n at dawn. "))
    desk.turn()
    assert desk.stands() == ("done", "sent")
    assert [each.alt for each in sent(desk).media] == ["A crane at dawn."]
    assert "its photo shows: A crane at dawn." in [row.get("said") for row in desk.log()]


@pytest.mark.parametrize("said", [{"photo": SHOT}, {"photo": Photo(URL, caption="The port.")}])
def test_described_in_the_feed_it_goes_by_itself(tmp_path, said):
    desk = waiting(tmp_path)
    desk.poll(article(**said))
    desk.turn()
    assert (desk.stands(), len(sent(desk).media)) == (("done", "sent"), 1)


def test_a_revision_that_describes_nothing_leaves_it_waiting_in_the_new_words(tmp_path):
    desk = waiting(tmp_path)
    desk.poll(article(title="Port 1 wins a loan of 102 million", photo=BARE))
    desk.turn()
    assert desk.stands() == ("held", "no_alt")
    assert "102 million" in sent(desk).text


@pytest.mark.parametrize(("kind", "shows"), [(Pictured, 0), (Showing, 1)])
def test_released_it_goes_without_the_photo(tmp_path, kind, shows):
    desk = opened(tmp_path, HOLD, kind, photo=BARE)
    desk.easel.offer(b"a drawn card", "image/png")
    desk.turn()
    assert desk.stands() == ("held", "no_alt")
    reads = desk.delivery().post
    desk.act(verbs.release(desk.room(), 1))
    desk.turn()
    assert (desk.stands(), sent(desk)) == (("done", "sent"), reads)
    assert [each.mime for each in sent(desk).media] == ["image/png"] * shows


def test_a_channel_may_rather_do_without_the_photo(tmp_path):
    desk = waiting(tmp_path, DROP)
    assert desk.why() == ("Published at 14:00 (https://fake.example/1); without its photo: it has no alternative text.")
    assert sent(desk).media == ()


@pytest.mark.parametrize("who", [HOLD, DROP])
@pytest.mark.parametrize("photo", [SHOT, Photo(URL, caption="The port at night."), None])
def test_what_is_described_or_has_no_photo_goes_as_ever(tmp_path, who, photo):
    desk = opened(tmp_path, who, photo=photo)
    desk.turn()
    assert (desk.stands(), len(sent(desk).media), desk.delivery().detail) == (("done", "sent"), int(bool(photo)), "")


def test_a_photo_that_cannot_be_used_is_not_waited_for(tmp_path):
    desk = opened(tmp_path, HOLD, photo=BARE)
    desk.album.offers[URL] = HUGE
    desk.turn()
    assert (desk.stands(), desk.delivery().detail) == (("done", "sent"), f"without its photo: {HUGE}")


@pytest.mark.parametrize(
    ("who", "kind"),
    [
        (replace(HOLD, form="card"), Carded),  # its network reads none for a card
        (HOLD, Carded),  # nor does this one for anything
        (replace(FILMS, alt_text="hold"), Filming),  # a film is described by its headline
        (PHOTOS, Pictured),
    ],
)
def test_nothing_is_asked_for_where_nobody_would_hear_it(tmp_path, who, kind):
    desk = opened(tmp_path, who, kind, photo=BARE)
    desk.easel.offer(b"a film", "video/mp4")
    desk.turn()
    assert desk.stands() == ("done", "sent")


def test_a_headline_or_a_file_name_describes_nothing(tmp_path):
    for n, alt in enumerate((article().title, "IMG_2041.jpg"), 1):
        (tmp_path / str(n)).mkdir()
        assert waiting(tmp_path / str(n), photo=replace(BARE, alt=alt)).stands() == ("held", "no_alt")


def test_who_approves_reads_it_without_the_photo_and_gets_that_or_describes_it(tmp_path):
    desk = waiting(tmp_path, replace(HOLD, approval="always"))
    desk.act(verbs.approve(desk.room(), 1))
    assert desk.log(delivery=1)[-1]["remark"] == "without its photo: it has no alternative text"
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, alt="A crane."))
    assert desk.stands() == ("held", "approval")
    desk.act(verbs.approve(desk.room(), 1))
    desk.turn()
    assert [each.alt for each in sent(desk).media] == ["A crane."]


def test_with_four_eyes_a_description_is_a_persons_words(tmp_path):
    desk = waiting(tmp_path, replace(HOLD, four_eyes=True))
    desk.act(newsroom.mark(desk.room("cli:aigul"), desk.delivery().story, alt="A crane."))
    desk.turn()
    assert desk.stands() == ("held", "approval")
    desk.act(verbs.approve(desk.room("cli:dana"), 1))
    desk.turn()
    assert desk.stands() == ("done", "sent")


def test_with_four_eyes_a_description_that_no_reader_gets_asks_nobody(tmp_path):
    desk = opened(tmp_path, replace(PHOTOS, four_eyes=True, describes=False), photo=BARE)
    desk.act(newsroom.mark(desk.room("cli:aigul"), desk.delivery().story, alt="A crane."))
    desk.turn()
    assert desk.stands() == ("done", "sent")


def test_a_description_lets_no_story_of_months_ago_go(tmp_path):
    desk = waiting(tmp_path)
    desk.go(hours(24 * 200))
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, alt="A crane."))
    assert desk.stands() == ("held", "no_alt")


def test_words_by_hand_are_a_post_without_the_photo(tmp_path):
    desk = waiting(tmp_path)
    desk.act(verbs.edit(desk.room(), 1, "In other words."))
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, alt="A crane."))
    assert desk.stands() == ("held", "no_alt")
    desk.act(verbs.release(desk.room(), 1))
    desk.turn()
    assert (desk.wire.shown, sent(desk).media) == (["In other words."], ())


def test_a_description_too_long_to_listen_to_is_refused(tmp_path):
    desk = waiting(tmp_path)
    with pytest.raises(RefusedVerb, match=r"^the description is too long: 2001 signs of 2000$"):
        desk.act(newsroom.mark(desk.room(), desk.delivery().story, alt="a" * 2001))
    assert desk.stands() == ("held", "no_alt")


@pytest.mark.parametrize(
    ("who", "said"),
    [
        (HOLD, ("held", "held until somebody describes its photo")),
        (DROP, ("due", "posted; without its photo: it has no alternative text")),
        (PHOTOS, ("due", "posted")),
    ],
)
def test_rules_can_be_tried_before_they_count(tmp_path, who, said):
    desk = opened(tmp_path, who, photo=BARE)
    desk.ask(templates.offer, {"fake": WORDS}, NOW, origin=templates.SHIPPED)
    [judged] = desk.act(judging.judge(desk.room(), "one"))
    assert (str(judged.state), judged.said) == said


def test_a_description_is_of_the_photo_it_was_said_of_and_of_no_other(tmp_path):
    desk = waiting(tmp_path)
    other = "https://courier.example/photos/2/port.jpg"
    desk.album.offer(other, b"another picture")
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, alt="A crane."))
    desk.poll(article(photo=replace(BARE, url=other)))
    desk.turn()
    assert desk.stands() == ("held", "no_alt")
    desk.poll(article(photo=replace(BARE, url=URL.replace(".jpg", "-1024x683.jpg"))))
    desk.album.offer(URL.replace(".jpg", "-1024x683.jpg"), b"a picture")
    desk.turn()
    assert [each.alt for each in sent(desk).media] == ["A crane."]


def test_nothing_can_be_said_of_a_photo_that_is_not_there(tmp_path):
    desk = waiting(tmp_path, photo=None)
    with pytest.raises(RefusedVerb, match=r"^story \w+ has no photo to describe$"):
        desk.act(newsroom.mark(desk.room(), desk.delivery().story, alt="A crane."))


def test_no_words_are_taken_for_a_photo_that_goes_out_nowhere(tmp_path):
    desk = Desk(tmp_path, policy=replace(POLICY, barred=("TASS",)))
    desk.poll(article(photo=replace(BARE, credit="Photo: TASS")))
    story = desk.delivery().story
    why = "its credit, its file or the words near it name TASS, which the newsroom bars from social networks"
    with pytest.raises(RefusedVerb, match=f"^the article's photo goes out nowhere, so it takes no description: {why}$"):
        desk.act(newsroom.mark(desk.room(), story, alt="A crane."))
    desk.act(newsroom.mark(desk.room(), story, alt=""))
    desk.poll(article(photo=replace(BARE, credit="Photo: Courier")))
    assert desk.act(newsroom.mark(desk.room(), story, alt="A crane.")).alt == "A crane."


def test_what_the_feed_describes_late_has_time_to_live_again(tmp_path):
    desk = waiting(tmp_path)
    desk.go(hours(30))
    desk.poll(article(photo=SHOT))
    assert desk.delivery().expires_at == desk.clock.now() + HOLD.expiry
    desk.turn()
    assert (desk.stands(), len(sent(desk).media)) == (("done", "sent"), 1)


@pytest.mark.parametrize(("age", "photo"), [(30, BARE), (24 * 200, SHOT)])
def test_no_small_revision_and_none_of_months_ago_lets_a_post_go_by_itself(tmp_path, age, photo):
    desk = waiting(tmp_path)
    before = desk.delivery()
    desk.go(hours(age))
    desk.poll(article(photo=photo, tags=("port",)))
    desk.turn()
    assert desk.delivery() == before


def test_released_after_another_mark_it_goes_without_the_photo_and_says_so(tmp_path):
    desk = waiting(tmp_path)
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, solemn=False))
    assert desk.stands() == ("held", "no_alt")
    desk.act(verbs.release(desk.room("cli:dana"), 1))
    assert desk.why().startswith("Was released by dana (without its photo: it has no alternative text)")
    desk.turn()
    assert (desk.stands(), sent(desk).media) == (("done", "sent"), ())
    assert desk.why() == "Published at 14:00 (https://fake.example/1); without its photo: it has no alternative text."


OTHER = Photo("https://courier.example/another-crane.jpg")


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize(("photo", "stands", "shows"), [(BARE, "done", 1), (None, "done", 1), (OTHER, "held", 0)])
def test_a_release_without_the_photo_holds_through_a_revision_with_that_photo(tmp_path, photo, stands, shows, times):
    desk = waiting(tmp_path)
    desk.album.offers[OTHER.url] = desk.album.offers[URL]
    desk.act(verbs.release(desk.room("cli:dana"), 1))
    for n in range(times):
        desk.poll(article(title=f"Port 1 wins a loan of {102 + n} million", photo=photo))
        assert desk.stands() == ("due", "revised")
    desk.turn()
    assert (desk.stands()[0], len(desk.wire.shown)) == (stands, shows)
    if stands == "held":
        assert desk.stands() == ("held", "no_alt")
    else:
        assert (sent(desk).media, str(101 + times) in sent(desk).text) == ((), True)


def test_described_once_it_was_released_it_goes_with_its_photo_and_says_nothing_else(tmp_path):
    desk = waiting(tmp_path)
    desk.act(verbs.release(desk.room(), 1))
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, alt="A crane."))
    desk.turn()
    assert ([each.alt for each in sent(desk).media], desk.delivery().detail) == (["A crane."], "")


def test_what_a_look_after_a_restore_did_not_find_waits_for_words_as_ever(tmp_path):
    desk = opened(tmp_path, HOLD, photo=BARE)
    desk.change(1, state=State.UNKNOWN, reason=Reason.RESTORED, copied_at=NOW, intent_at=NOW, last_at=NOW)
    desk.wire.say("find", None)
    desk.turn()
    assert desk.stands() == ("held", "restored")
    desk.act(verbs.resolve(desk.room(), 1, sent=None))
    while desk.turn():
        pass
    assert (desk.stands(), desk.wire.shown) == (("held", "no_alt"), [])
