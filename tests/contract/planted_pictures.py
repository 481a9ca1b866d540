"""The faults that are planted in adapters where they carry pictures."""

from collections.abc import Callable

from tests.contract import test_conformance as kit
from tests.contract import test_conformance_pictures as pictures
from tests.contract.cases import forms
from tests.contract.planted import Planted, lost_answers
from tests.contract.play import Case


def in_form(form: str, check: Callable[[Case], object]) -> Callable[[Case], object]:
    """Let a check play with a post that carries pictures."""
    return lambda case: check(next(c for c in forms(case) if c.form == form))


PICTURES = (
    Planted(
        "a caption is not read when a post is looked for",
        "telegram",
        "telegram_answers",
        'found.get("text") or found.get("caption") or',
        'found.get("text") or',
        in_form("photo", lost_answers),
    ),
    Planted(
        "an address is left out where a picture takes the card's place",
        "telegram",
        "telegram",
        'post.card.url if post.card else ""',
        '""',
        in_form("photo", kit.test_a_link_the_words_do_not_show_reaches_readers_all_the_same),
    ),
    Planted(
        "a caption's links are compared with another's marks",
        "telegram",
        "telegram",
        "        sent = _caption(post) if post.media else (post.text, post.marks)\n",
        "        sent = (post.text, ())\n",
        in_form("photo", lost_answers),
    ),
    Planted(
        "the words under a picture are changed as if there was none",
        "telegram",
        "telegram",
        '"editMessageCaption" if post.media else',
        "",
        in_form("photo", kit.test_a_post_changed_in_place_shows_the_new_words_and_keeps_its_receipt),
    ),
    Planted(
        "a picture is cut short",
        "telegram",
        "body",
        "return file.read()",
        "return file.read(1000)",
        in_form("photo", pictures.test_pictures_reach_readers_whole_and_described),
    ),
    Planted(
        "a picture that is out of reach is sent empty",
        "telegram",
        "body",
        "        if media.open is None:\n            raise FileNotFoundError\n        with media.open()",
        '        with (media.open or (lambda: __import__("io").BytesIO()))()',
        in_form("photo", pictures.test_a_picture_out_of_reach_is_named_and_nothing_is_sent),
    ),
    Planted(
        "the size of pictures is nobody's business",
        "telegram",
        "body",
        '        (f"{name}_bytes", media.size, takes.size),\n',
        "",
        in_form("photo", pictures.test_too_much_is_told_by_measure_and_what_just_fits_is_not),
    ),
    Planted(
        "a picture is uploaded at every try",
        "mastodon",
        "mastodon_account",
        "await memo.step(kept, partial(self._upload, part, picture), lives=UPLOAD_LIVES)",
        "await self._upload(part, picture)",
        in_form("photo", kit.test_a_second_try_sends_the_same_and_repeats_no_stored_step),
    ),
    Planted(
        "an upload is kept longer than the server keeps it",
        "mastodon",
        "mastodon_account",
        "timedelta(hours=20)",
        "timedelta(days=20)",
        in_form("photo", pictures.test_an_upload_that_got_too_old_is_made_again),
    ),
    Planted(
        "a no to a picture is taken for a no to its post",
        "mastodon",
        "body",
        "raise PictureRefused(e.detail) from e",
        "raise",
        in_form(
            "photo",
            lambda case: pictures.test_a_picture_that_is_refused_is_told_from_a_post_that_is(
                case, *case.picture_refusals[0]
            ),
        ),
    ),
    Planted(
        "a description is left out",
        "mastodon",
        "mastodon",
        '({"description": media.alt} if media.alt.strip() else {})',
        "{}",
        in_form("album", pictures.test_pictures_reach_readers_whole_and_described),
    ),
    Planted(
        "an edit takes the pictures off",
        "mastodon",
        "mastodon",
        'request["media_ids"] = media',
        "pass",
        in_form("photo", kit.test_a_post_changed_in_place_shows_the_new_words_and_keeps_its_receipt),
    ),
    Planted(
        "a card's picture is left out",
        "bluesky",
        "bluesky_record",
        '{"thumb": {"$memo": _blob(card.thumb)}} if card.thumb else {}',
        "{}",
        in_form("thumb", pictures.test_pictures_reach_readers_whole_and_described),
    ),
    Planted(
        "an upload is kept longer than the server keeps it",
        "bluesky",
        "bluesky_account",
        "timedelta(hours=1)",
        "timedelta(days=20)",
        in_form("photo", pictures.test_an_upload_that_got_too_old_is_made_again),
    ),
    Planted(
        "an upload is not forgotten when the network has dropped it",
        "bluesky",
        "bluesky",
        "                await memo.forget(name)\n",
        "                pass\n",
        in_form("photo", pictures.test_an_upload_the_network_has_dropped_is_made_again),
    ),
)
