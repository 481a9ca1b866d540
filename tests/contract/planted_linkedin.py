"""The faults that are planted in LinkedIn's adapter."""

from adapters.contract import Post
from tests.contract import test_conformance as kit
from tests.contract import test_conformance_faults as faults
from tests.contract.planted import Planted, refusals

LINKEDIN = (
    Planted(
        "a reserved sign is not escaped, and cuts the post short",
        "linkedin",
        "linkedin_posts",
        '<>#*_~])")',
        '>#*_~])")',
        kit.test_publish_leaves_one_post_with_the_words_marks_link_and_card_of_the_post,
    ),
    Planted(
        "a length is counted without its escapes",
        "linkedin",
        "linkedin_posts",
        '("text", utf16(commentary(post)), limits.text)',
        '("text", utf16(post.text), limits.text)',
        lambda case: escapes_count(case),
    ),
    Planted(
        "the post a duplicate answer names is not looked at",
        "linkedin",
        "linkedin",
        "            if is_doubtful:\n",
        "            if False:\n",
        kit.test_a_repeated_key_is_one_post_where_the_network_promises_it,
    ),
    Planted(
        "a day's quota is waited out for minutes",
        "linkedin",
        "linkedin_posts",
        'if "DAY limit" not in answer.said:',
        "if True:",
        refusals,
    ),
    Planted(
        "absence is believed at once",
        "linkedin",
        "linkedin",
        "        if early > timedelta(0):",
        "        if False:",
        faults.test_absence_is_proven_after_the_lag_and_not_before,
    ),
    Planted(
        "a post of any age is taken for ours",
        "linkedin",
        "linkedin_account",
        "if each.at >= since:\n                    return",
        "if True:\n                    return",
        faults.test_an_older_post_of_the_same_words_is_not_ours,
    ),
    Planted(
        "a refresh token that died is the end, though the pasted token serves",
        "linkedin",
        "linkedin_account",
        "with contextlib.suppress(AuthFailed):  # it ends",
        "with contextlib.suppress(ValueError):  # it ends",
        lambda case: pasted_token_serves(case),
    ),
)


def escapes_count(case: kit.Case) -> None:
    """Let words be too long by their escapes only."""
    assert case.adapter.measure(Post("(" * 1501), case.adapter.spec.limits)


def pasted_token_serves(case: kit.Case) -> None:
    """Let the app's right to refresh be taken away: the token people pasted goes on serving."""
    play = kit.ready(case)
    play.only("accessToken", "token_revoked")
    play.account = play.do(lambda a: a.renew(play.account))
    play.publish(case.post)
