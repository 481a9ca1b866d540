"""The faults that are planted in adapters: each takes one safeguard out, and names the rule that must notice."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.contract import test_conformance as kit
from tests.contract import test_conformance_faults as faults
from tests.contract import test_conformance_texts as texts
from tests.contract import test_preview_is_what_is_sent as preview
from tests.contract.play import Case


def operation(name: str) -> Callable[[Case], None]:
    def check(case: Case) -> None:
        faults.test_every_fault_at_every_request_ends_in_one_of_the_five_and_tells_the_truth(case, name)

    return check


def refusals(case: Case) -> None:
    for refusal in case.refusals:
        kit.test_refusals_of_the_sheet_become_the_error_that_says_what_to_do(case, refusal)


def lost_answers(case: Case) -> None:
    faults.test_a_lost_answer_is_found_again_among_other_posts(case, "accept_then_drop")


def previewed(case: Case) -> None:
    preview.sent_for(case, "card", preview.PLAIN)


@dataclass(frozen=True)
class Planted:
    """One safeguard taken out: `old` stands in `module` exactly once and becomes `new`."""

    name: str
    network: str
    module: str
    old: str
    new: str
    caught_by: Callable[[Case], object]


_SENDS = "        return await self._in_time(call, request)\n"
_ASKS = "        if visible:\n            await visible.intent(visible.content)\n"

PLANTED = (
    Planted(
        "the intent is awaited after the call",
        "telegram",
        "http",
        _ASKS + _SENDS,
        _SENDS.replace("return", "found =") + _ASKS + "        return found\n",
        kit.test_nothing_is_visible_before_the_intent_returned,
    ),
    Planted(
        "the intent is asked and not heeded",
        "mastodon",
        "http",
        _ASKS,
        _ASKS.replace("await visible.intent(visible.content)", "asyncio.create_task(visible.intent(visible.content))"),
        lambda case: kit.test_an_intent_that_raises_leaves_nothing_and_passes(case, kit.Withdrawn("no")),
    ),
    Planted(
        "the visible call is repeated when no answer came",
        "mastodon",
        "http",
        _SENDS,
        "        call = _Call(what, read, sort, tuple(secrets), unsure)\n        try:\n"
        "            return await self._in_time(call, request)\n        except OutcomeUnknown:\n"
        "            return await self._in_time(call, request)\n",
        operation("publish"),
    ),
    Planted(
        "silence is taken for failure",
        "telegram",
        "http",
        "OutcomeUnknown if visible else NotSent",
        "NotSent",
        operation("publish"),
    ),
    Planted(
        "a cut connection is taken for one that never was",
        "bluesky",
        "http",
        "_NEVER_LEFT = (httpx.ConnectError,",
        "_NEVER_LEFT = (httpx.ConnectError, httpx.ReadError,",
        operation("publish"),
    ),
    Planted(
        "an inner error is taken for a refusal",
        "mastodon",
        "http",
        "300 <= status < 500",
        "300 <= status < 600",
        refusals,
    ),
    Planted(
        "an answer that cannot be read is taken for a refusal",
        "telegram",
        "http",
        'raise call.doubt(f"{call.what}: {response.status_code}, but',
        'raise Rejected(f"{call.what}: {response.status_code}, but',
        refusals,
    ),
    Planted(
        "cancelling is swallowed",
        "telegram",
        "http",
        "        except TimeoutError as e:\n",
        "        except (TimeoutError, asyncio.CancelledError) as e:\n",
        faults.test_cancelling_is_not_swallowed,
    ),
    Planted(
        "secrets are repeated",
        "mastodon",
        "http",
        '        text = _spelled(secret).sub("***", text)\n',
        "        pass\n",
        kit.test_secrets_a_network_says_back_are_not_repeated,
    ),
    Planted(
        "offsets count code points where the network counts UTF-16",
        "telegram",
        "text",
        'return len(text.encode("utf-16-le", "surrogatepass")) // 2',
        "return len(text)",
        kit.test_publish_leaves_one_post_with_the_words_marks_link_and_card_of_the_post,
    ),
    Planted(
        "an address that only the card holds is left out",
        "mastodon",
        "text",
        'return (f"{text}\\n\\n{card_url}" if card_url and not _shows(text, card_url) else text), tuple(kept)',
        "return text, tuple(kept)",
        kit.test_a_link_the_words_do_not_show_reaches_readers_all_the_same,
    ),
    Planted(
        "the chat is asked for at every try",
        "telegram",
        "telegram_chat",
        'json.loads(await memo.step("chat", ask))',
        "json.loads(await ask())",
        kit.test_a_second_try_sends_the_same_and_repeats_no_stored_step,
    ),
    Planted(
        "the intent is shown another request",
        "telegram",
        "telegram",
        "visible = Visible(intent, content)",
        "visible = Visible(intent, self.body(post))",
        kit.test_the_intent_gets_the_whole_body_filled_in,
    ),
    Planted(
        "the card is left out",
        "telegram",
        "telegram",
        '"link_preview_options": card or {"is_disabled": True}',
        '"link_preview_options": {"is_disabled": True}',
        kit.test_publish_leaves_one_post_with_the_words_marks_link_and_card_of_the_post,
    ),
    Planted(
        "measure says yes to everything",
        "telegram",
        "telegram",
        "return problems(counts)",
        "return ()",
        lambda case: texts.test_one_letter_over_the_limit_is_told_by_measure_and_refused_by_the_network(case, "x"),
    ),
    Planted(
        "any message behind the mark is taken for ours",
        "telegram",
        "telegram_chat",
        "    return same_words(",
        "    return True or same_words(",
        lost_answers,
    ),
    Planted(
        "an old message of the same words is taken for ours",
        "telegram",
        "telegram_chat",
        "return copy.sent is None or",
        "return True or",
        faults.test_an_older_post_of_the_same_words_is_not_ours,
    ),
    Planted(
        "absence is believed at once",
        "telegram",
        "telegram",
        "        if early > timedelta(0):",
        "        if False:",
        faults.test_absence_is_proven_after_the_lag_and_not_before,
    ),
    Planted(
        "a post counts as absent while its call may still travel",
        "telegram",
        "telegram",
        "find_lag=timedelta(seconds=150)",
        "find_lag=timedelta(seconds=90)",
        faults.test_a_call_that_arrives_late_never_makes_a_second_post,
    ),
    Planted(
        "a message that is gone cannot be deleted",
        "telegram",
        "telegram",
        "        except Gone:\n            return\n",
        "        except Gone:\n            raise\n",
        kit.test_deleting_twice_is_fine,
    ),
    Planted(
        "the key is left out",
        "mastodon",
        "mastodon_account",
        '({"idempotency-key": key} if key else {})',
        "{}",
        kit.test_a_repeated_key_is_one_post_where_the_network_promises_it,
    ),
    Planted(
        "the same link is enough to be ours",
        "mastodon",
        "mastodon_answers",
        "return ours <= theirs and same_words(",
        "return ours <= theirs or same_words(",
        faults.test_absence_is_proven_after_the_lag_and_not_before,
    ),
    Planted(
        "an edit's own words are not sent",
        "mastodon",
        "mastodon",
        'request: Json = {"status": _sent(post), ',
        'request: Json = {"status": post.title or "?", ',
        kit.test_a_post_changed_in_place_shows_the_new_words_and_keeps_its_receipt,
    ),
    Planted(
        "every try has a key of its own",
        "bluesky",
        "bluesky",
        'if not is_here or memo.read("rkey") is None or memo.read("created") is None:',
        "if True:",
        kit.test_a_second_try_sends_the_same_and_repeats_no_stored_step,
    ),
    Planted(
        "a missing record is proof at once",
        "bluesky",
        "bluesky",
        "            if early > timedelta(0):",
        "            if False:",
        operation("find"),
    ),
    Planted(
        "a refresh token that died is the end",
        "bluesky",
        "bluesky_account",
        "with contextlib.suppress(AuthFailed):",
        "with contextlib.suppress(ValueError):",
        lambda case: kit.test_a_session_that_serves_no_more_is_told_leaves_nothing_and_is_renewed(
            case, "it was revoked"
        ),
    ),
    Planted(
        "tokens go to the wrong server",
        "bluesky",
        "bluesky_account",
        'self.session.tokens.get("pds") or self.server',
        "self.server",
        kit.test_an_account_is_asked_at_its_home,
    ),
    Planted(
        "a nonce serves twice",
        "x",
        "x_account",
        "self.clock.token_bytes(16).hex()",
        '"once"',
        kit.test_publish_leaves_one_post_with_the_words_marks_link_and_card_of_the_post,
    ),
    Planted(
        "words refused as a repetition are taken for unsent",
        "x",
        "x_answers",
        "return Duplicate(answer.said)",
        "return Rejected(answer.said)",
        kit.test_a_repeated_key_is_one_post_where_the_network_promises_it,
    ),
    Planted(
        "a used-up day is waited out for a quarter of an hour",
        "x",
        "waits",
        '    _Header("x-app-limit-24hour-reset", _reset, Scope.APP, "x-app-limit-24hour-remaining"),\n',
        "",
        refusals,
    ),
    Planted(
        "any post after the mark is taken for ours",
        "x",
        "x_answers",
        "return same_words(_bare",
        "return True or same_words(_bare",
        lost_answers,
    ),
    Planted(
        "an old post of the same words is taken for ours",
        "x",
        "x_account",
        "self._page(number, since_id=mark, max_results=_PAGE",
        'self._page(number, since_id="1", max_results=_PAGE',
        faults.test_an_older_post_of_the_same_words_is_not_ours,
    ),
    Planted(
        "absence is believed at once",
        "x",
        "x",
        "if age < self.spec.find_lag:",
        "if False:",
        faults.test_absence_is_proven_after_the_lag_and_not_before,
    ),
    Planted(
        "every try makes a draft of its own",
        "facebook",
        "facebook",
        'json.loads(await memo.step("draft", partial(self._draft, post, memo)))',
        "json.loads(await self._draft(post, memo))",
        kit.test_a_repeated_key_is_one_post_where_the_network_promises_it,
    ),
    Planted(
        "a draft is made visible before its intent",
        "facebook",
        "facebook_body",
        'return made | {"published": published}',
        'return made | {"published": True}',
        kit.test_nothing_is_visible_before_the_intent_returned,
    ),
    Planted(
        "a draft that is not out yet is absent at once",
        "facebook",
        "facebook",
        "        elif early > timedelta(0):",
        "        elif False:",
        faults.test_absence_is_proven_after_the_lag_and_not_before,
    ),
    Planted(
        "a look that fails takes back the network's yes",
        "facebook",
        "facebook",
        "            if refused:\n                raise OutcomeUnknown(refused.detail) from e\n",
        "            raise OutcomeUnknown(str(e)) from e\n",
        operation("publish"),
    ),
    Planted(
        "an inner error is a refusal, since its status is 400",
        "facebook",
        "graph",
        "        case _ if code in _TRANSIENT or",
        "        case _ if False and",
        refusals,
    ),
    Planted(
        "minutes to wait are taken for seconds",
        "facebook",
        "waits",
        "timedelta(minutes=min(minutes, ",
        "timedelta(seconds=min(minutes, ",
        refusals,
    ),
    Planted(
        "the words get a space after they were shown",
        "x",
        "x",
        'visible=visible, json=content["tweet"]',
        'visible=visible, json=content["tweet"] | {"text": content["tweet"]["text"] + " "}',
        previewed,
    ),
    Planted(
        "the draft says other words than the preview",
        "facebook",
        "facebook",
        'fill(self.body(post)["draft"], memo.read)',
        'fill(self.body(post)["draft"], memo.read) | {"message": post.text + "!"}',
        previewed,
    ),
    Planted(
        "what is sent depends on who is signed in, and a preview cannot know",
        "bluesky",
        "bluesky",
        '"repo": {"$memo": "repo"},',
        '"repo": self.session.subject,',
        previewed,
    ),
)
