"""The faults that are planted where photos go to TikTok: the call that names them is the post."""

from tests.contract import test_tiktok_creator as creator
from tests.contract import test_tiktok_photos as photos
from tests.contract.planted import Planted, operation
from tests.contract.planted_pictures import in_form

TIKTOK = (
    Planted(
        "what came of an earlier call answers for one whose answer was lost",
        "tiktok",
        "tiktok_posting",
        '        self.memo.note("began", "null")',
        '        self.memo.note("nothing", "null")',
        in_form(
            "photo",
            lambda case: photos.test_what_came_of_an_earlier_call_says_nothing_of_one_whose_answer_was_lost(
                photos.Photos(case)
            ),
        ),
    ),
    Planted(
        "a list without the post is proof that it is not out",
        "tiktok",
        "tiktok_posting",
        '        raise OutcomeUnknown(\n            "TikTok does not list it,',
        '        return None\n        raise OutcomeUnknown(\n            "TikTok does not list it,',
        in_form(
            "photo",
            lambda case: photos.test_photos_tiktok_looks_through_for_hours_are_never_sent_again(photos.Photos(case), 2),
        ),
    ),
    Planted(
        "photos TikTok may still fetch are given up at once",
        "tiktok",
        "tiktok_posting",
        "        self._is_early(asked)\n",
        "",
        in_form(
            "photo",
            lambda case: photos.test_photos_tiktok_looks_through_for_hours_are_never_sent_again(
                photos.Photos(case), 0.5
            ),
        ),
    ),
    Planted(
        "photos TikTok still works on are named again",
        "tiktok",
        "tiktok_posting",
        "        if began := self.began():\n            try:",
        '        if began := "":\n            try:',
        in_form(
            "photo",
            lambda case: photos.test_while_tiktok_works_nothing_is_published_nor_named_again(photos.Photos(case)),
        ),
    ),
    Planted(
        "an inner error at the call that names photos is a refusal",
        "tiktok",
        "tiktok_answers",
        "    return sort(answer, unsure=OutcomeUnknown)",
        "    return sort(answer, unsure=NotSent)",
        in_form("photo", operation("publish")),
    ),
    Planted(
        "what the account switched off is on where the settings want it",
        "tiktok",
        "tiktok",
        '    return {"$memo": f"no {what}"} if is_wanted else True',
        "    return not is_wanted",
        lambda case: creator.respects(case),
    ),
)
