"""The faults that are planted in the adapters of films, and in uploads that are taken up again."""

from tests.contract import test_conformance as kit
from tests.contract import test_conformance_faults as faults
from tests.contract import test_conformance_texts as texts
from tests.contract import test_conformance_works as works
from tests.contract import test_tiktok_uploads as tiktok
from tests.contract import test_youtube_uploads as uploads
from tests.contract.planted import Planted, operation

_EARLY = "        if early > timedelta(0):\n            raise NotYet("

FILMS = (
    Planted(
        "every try opens an upload of its own",
        "youtube",
        "youtube",
        '        is_resumed = memo.read("session") is not None\n',
        '        is_resumed = False\n        await memo.forget("session")\n',
        kit.test_a_second_try_sends_the_same_and_repeats_no_stored_step,
    ),
    Planted(
        "the last piece leaves without an intent",
        "youtube",
        "resumable",
        "content=content, visible=visible, **",
        "content=content, **",
        kit.test_a_try_is_one_visible_request_and_one_intent,
    ),
    Planted(
        "what was sent is taken for what is there",
        "youtube",
        "resumable",
        "            return e.stored\n",
        "            return part.end\n",
        lambda case: uploads.test_a_piece_kept_by_half_is_taken_up_at_the_byte_the_server_names(case, 1, 308),
    ),
    Planted(
        "a try after a crash begins at the first byte",
        "youtube",
        "youtube",
        "if is_resumed and upload.media.size - start > chunk:",
        "if False:",
        lambda case: uploads.test_killed_at_any_request_the_video_is_there_once_and_no_kept_byte_is_sent_again(
            case, 2, "after"
        ),
    ),
    Planted(
        "an upload whose last bytes may still travel is absent",
        "youtube",
        "youtube",
        _EARLY + '"not on YouTube',
        _EARLY.replace("early > timedelta(0)", "False") + '"not on YouTube',
        faults.test_absence_is_proven_after_the_lag_and_not_before,
    ),
    Planted(
        "a list that lags is proof",
        "youtube",
        "youtube",
        '        if age < _LIST_LAG:\n            raise NotYet("not among',
        '        if False:\n            raise NotYet("not among',
        lambda case: uploads.test_a_list_that_lags_makes_no_second_video(case),
    ),
    Planted(
        "an upload that is gone is made anew without a look",
        "youtube",
        "youtube",
        '        if began := memo.read("began"):\n            since',
        '        if began := memo.read("nothing"):\n            since',
        lambda case: uploads.test_before_a_session_that_is_gone_is_replaced_it_is_looked_whether_it_made_the_video(
            case
        ),
    ),
    Planted(
        "a video nobody may see is called published",
        "youtube",
        "youtube_answers",
        'if found.privacy == "private" != wanted:',
        "if False:",
        lambda case: uploads.test_a_video_that_is_locked_private_is_not_called_published(case, "public"),
    ),
    Planted(
        "a token is shown to whatever address an answer names",
        "youtube",
        "resumable",
        "    if not is_home and not",
        "    if False and not",
        lambda case: uploads.test_a_session_at_a_foreign_address_gets_no_token(case),
    ),
    Planted(
        "letters are counted where the network counts bytes",
        "youtube",
        "youtube_words",
        '("text", utf8(words[0]),',
        '("text", len(words[0]),',
        lambda case: texts.test_one_letter_over_the_limit_is_told_by_measure_and_refused_by_the_network(case, "Қ"),
    ),
    Planted(
        "a film that is still worked on is called published",
        "tiktok",
        "tiktok_posting",
        "        if not stands.is_out:\n            raise StillWorking",
        "        if False:\n            raise StillWorking",
        works.test_while_a_network_works_on_a_post_it_is_not_called_published,
    ),
    Planted(
        "the end of the upload is called published",
        "youtube",
        "youtube_answers",
        '        case "processed":\n',
        '        case "processed" | "uploaded":\n',
        works.test_while_a_network_works_on_a_post_it_is_not_called_published,
    ),
    Planted(
        "a refusal of what was taken is not heard",
        "youtube",
        "youtube_answers",
        '        case "failed" | "rejected":\n',
        '        case "refused":\n',
        works.test_what_a_network_took_and_refuses_an_hour_later_is_told_once_and_not_sent_again,
    ),
    Planted(
        "a look that fails makes an accepted film unsent",
        "tiktok",
        "tiktok_posting",
        "            raise OutcomeUnknown(said) from e",
        "            raise NotSent(said) from e",
        operation("publish"),
    ),
    Planted(
        "a new upload begins without a look at the last one",
        "tiktok",
        "tiktok_posting",
        "        if began := self.began():\n            await self.look_at(began)\n        request",
        '        if began := "":\n            await self.look_at(began)\n        request',
        tiktok.test_before_a_new_upload_it_is_looked_whether_the_last_one_came_after_all,
    ),
    Planted(
        "an upload that may still arrive is absent",
        "tiktok",
        "tiktok_posting",
        "        if (early := asked.last + self.lag - self.clock.now()) > timedelta(0):",
        "        if (early := timedelta(0)):",
        faults.test_absence_is_proven_after_the_lag_and_not_before,
    ),
    Planted(
        "a refusal with status 200 is taken for a yes",
        "tiktok",
        "tiktok_answers",
        '    if code != "ok":',
        "    if False:",
        tiktok.test_what_an_account_does_not_allow_stops_the_channel_before_anything_is_uploaded,
    ),
)
