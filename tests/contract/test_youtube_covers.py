"""The cover of a film on YouTube: put over the video once it is worked on, and worth no post where that fails."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest

from adapters.contract import Adapter, Media, Receipt
from adapters.emulators.kit import Fault
from tests.contract import cases
from tests.contract.pictures import picture
from tests.contract.test_youtube_uploads import FILM, Uploading

COVER = picture()


class Covered(Uploading):
    """An upload of a film with a cover."""

    def __init__(self, cover: Media = COVER) -> None:
        super().__init__(cases.case("youtube"))
        post = replace(self.case.post, media=(replace(FILM, cover=cover),))
        self.case = replace(self.case, post=post)

    @property
    def covers(self) -> list[str]:
        return [video.cover for video in self.network.videos.values()]


def test_a_cover_is_put_over_a_video_once_it_is_worked_on() -> None:
    play = Covered()
    receipt = play.until_out()
    assert (play.covers, receipt.remark) == ([COVER.sha256], "")
    assert [shown.cover for shown in play.shown()] == [COVER.sha256]
    assert [entry.call for entry in play.ledger].count("thumbnail") == 1


def test_a_cover_that_comes_before_the_video_is_worked_on_shows_nothing() -> None:
    play = Covered()
    play.network.works = timedelta(minutes=5)
    play.turn()
    (id_,) = play.network.videos
    play.do(lambda adapter: adapter._account.covered(Receipt(id_), COVER))
    assert play.covers == [""]


@pytest.mark.parametrize("fault", get_args(Fault))
def test_a_video_is_out_whatever_becomes_of_its_cover(fault: Fault) -> None:
    play = Covered()
    play.only("thumbnail", fault)
    receipt = play.until_out()
    assert [shown.id for shown in play.shown()] == [receipt.id]
    is_told = receipt.remark.startswith("without its thumbnail, for which YouTube took a picture of the film: ")
    is_unsure = receipt.remark.startswith("perhaps without its thumbnail, of which no answer tells: ")
    assert play.covers == ([""] if is_told else [COVER.sha256]) or is_unsure
    assert is_unsure is (fault in ("accept_then_drop", "accept_then_500", "accept_late", "slow", "html_error"))
    assert is_told is (fault in ("drop_before", "429", "token_revoked"))


def test_a_channel_without_a_telephone_number_has_videos_without_covers_and_says_so() -> None:
    play = Covered()
    play.network.is_verified = False
    said = play.until_out().remark
    assert "permissions to upload and set custom video thumbnails" in said
    assert play.covers == [""]


def test_a_cover_that_is_kept_no_more_costs_only_itself() -> None:
    play = Covered(replace(COVER, open=None))
    assert play.until_out().remark.endswith("it is not kept here any more")
    assert len(play.shown()) == 1


def test_what_is_approved_names_the_cover() -> None:
    play = Covered()

    async def body(adapter: Adapter) -> Any:
        return adapter.body(play.post)

    told = play.do(body)
    assert list(told) == ["session", "thumbnail", "upload"]
    assert told["thumbnail"] == {"$media": COVER.sha256}
