"""Words a person writes for a channel, of no article: what post they would become."""

import re

from adapters.contract import Post
from bot.actions.room import Room, channel_of, written
from bot.actions.wording import Draft
from bot.articles.language import language
from bot.delivery.by_hand import hand_written, retold
from bot.model import Article
from bot.posts.flaws_of_facts import NO_WAY
from bot.store.material import limits_of

__all__ = ["own_words", "shown"]


async def own_words(room: Room, channel_id: str, text: str) -> Draft:
    """Make a post of a person's own words, measured as the channel's network counts; nothing is stored or drawn.

    Raises RefusedVerb for a channel there is none of.
    """
    who = channel_of(room, channel_id)
    limits = await room.store.write(limits_of, who, room.composer.limits_of(who))
    # An address is in no language.
    tongue = language(re.sub(r"https?://\S+", "", text), *who.languages)
    now, words = room.clock.now(), hand_written(None, text, language=tongue, address="")
    post = room.composer.roughed(words, retold(words.text, tongue), who, limits, now)
    # As any post by hand is looked over, but for what hangs on an article: the way to it.
    bare = Article(title="", url="", language=tongue)
    found = room.composer.notes(bare, post, now, is_by_hand=True)
    defects = tuple(each for each in found if each.sentence != NO_WAY)
    return Draft(who, post, limits, room.composer.measure(who, post, limits), defects)


async def shown(room: Room, made: Draft) -> Post:
    """Draw what the network takes no such words without. Raises RefusedVerb."""
    post, now = made.post, room.clock.now()
    with written():
        return await room.composer.drawn(post, retold(post.text, post.lang), made.channel, made.limits, now)
