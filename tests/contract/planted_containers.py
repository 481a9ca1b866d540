"""The faults that are planted where containers become posts: Threads and Instagram."""

from tests.contract import test_conformance as kit
from tests.contract import test_conformance_faults as faults
from tests.contract import test_containers_mishaps as mishaps
from tests.contract import test_instagram_direct as instagram
from tests.contract.planted import Planted, lost_answers, refusals
from tests.contract.planted_pictures import in_form

CONTAINERS = (
    Planted(
        "every try makes a container of its own",
        "threads",
        "containers",
        "await memo.step(name, make, lives=LIVES)",
        "await make()",
        kit.test_a_repeated_key_is_one_post_where_the_network_promises_it,
    ),
    Planted(
        "a container that became a post is not asked which one",
        "threads",
        "containers",
        'found = None if state == "FINISHED" else await self._search(asked, memo, words)',
        "found = None",
        lost_answers,
    ),
    Planted(
        "any listed post is taken for ours",
        "threads",
        "containers",
        " and words(each)",
        "",
        lost_answers,
    ),
    Planted(
        "absence is believed at once",
        "threads",
        "containers",
        "        if early > timedelta(0):",
        "        if False:",
        faults.test_absence_is_proven_after_the_lag_and_not_before,
    ),
    Planted(
        "what is called spam is taken for unsent",
        "threads",
        "containers_answers",
        "return Restricted(said) if may_exist else NotYet",
        "return NotYet",
        refusals,
    ),
    Planted(
        "a link goes without its card",
        "threads",
        "threads",
        '{"link_attachment": post.card.url} if post.card else {}',
        "{}",
        kit.test_a_link_the_words_do_not_show_reaches_readers_all_the_same,
    ),
    Planted(
        "a token is not asked for anew when its time comes",
        "threads",
        "threads",
        'Session(session.subject, {**session.tokens, "access": new}, self.clock.now() + lives)',
        "session",
        kit.test_a_session_comes_with_its_subject_end_and_credentials,
    ),
    Planted(
        "an upload begins anew after each break",
        "instagram",
        "instagram",
        "content=content[start:]",
        "content=content",
        instagram.resumed,
    ),
    Planted(
        "a container is published before it is ready",
        "threads",
        "containers",
        'if state in ("FINISHED", "PUBLISHED"):',
        "if state:",
        in_form(
            "photo",
            lambda case: mishaps.test_a_container_that_takes_longer_is_looked_at_by_later_tries_and_made_once(
                kit.ready(case)
            ),
        ),
    ),
    Planted(
        "a picture that cannot be fetched is asked for ever after",
        "instagram",
        "containers_parts",
        "return trouble if times < _MOST_TROUBLED else",
        "return trouble if times else",
        in_form(
            "photo",
            lambda case: mishaps.test_what_may_pass_is_tried_twice(kit.ready(case)),
        ),
    ),
)
