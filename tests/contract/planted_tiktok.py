"""The faults that are planted where photos go to TikTok: the call that names them is the post."""

from tests.contract import test_conformance_faults as faults
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
        "a list that may lack photos altogether is proof",
        "tiktok",
        "tiktok_posting",
        "        if not any(each.is_photo for each in newest) or",
        "        if",
        in_form(
            "photo",
            lambda case: photos.test_a_list_that_cannot_prove_absence_leaves_it_to_a_person(
                photos.Photos(case), photos.no_photo_listed
            ),
        ),
    ),
    Planted(
        "a list that ends after the call is proof",
        "tiktok",
        "tiktok_posting",
        " or min(each.at for each in newest) > asked.first",
        "",
        in_form(
            "photo",
            lambda case: photos.test_a_list_that_cannot_prove_absence_leaves_it_to_a_person(
                photos.Photos(case), photos.list_that_ends_too_early
            ),
        ),
    ),
    Planted(
        "photos TikTok may still fetch are absent",
        "tiktok",
        "tiktok_posting",
        "        self._is_early(asked)\n",
        "",
        in_form("photo", faults.test_a_call_that_arrives_late_never_makes_a_second_post),
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
)
