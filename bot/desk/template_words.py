"""What each field and filter of the template language is, in the reader's language."""

from collections.abc import Callable, Mapping

Gettext = Callable[[str], str]


def described(gettext: Gettext) -> Mapping[str, str]:
    """Describe every field and filter."""
    return _fields(gettext) | _filters(gettext)


def _fields(gettext: Gettext) -> dict[str, str]:
    return {
        "title": gettext("the headline"),
        "summary": gettext("the sentences that sum the story up"),
        "story": gettext("whole sentences of the story, from its beginning"),
        "dek": gettext("the line below the headline"),
        "lead": gettext("the first paragraph"),
        "url": gettext("the address of the article"),
        "tags": gettext("the tags; they need a filter"),
        "section": gettext("the section"),
        "authors": gettext("who wrote it"),
        "credit": gettext("whose photo it is, where one is uploaded"),
        "published": gettext("the day it was published"),
        "language": gettext("the language, such as kk"),
        "mark": gettext("“Breaking:”, “Opinion:” and the like, in the article's language"),
        "correction": gettext("what was wrong and is right now"),
        "is_breaking": gettext("whether a person said that it is breaking news"),
        "is_correction": gettext("whether this post corrects one that is out"),
        "is_solemn": gettext("whether it is about death or disaster"),
        "is_opinion": gettext("whether it is an opinion or an analysis"),
        "has_card": gettext("whether a card with headline and picture stands below"),
    }


def _filters(gettext: Gettext) -> dict[str, str]:
    return {
        "sentences": gettext("at most so many sentences"),
        "hashtags": gettext("at most so many tags as hashtags"),
        "shorten": gettext("cut to so many signs, at a clause or a word"),
        "stop": gettext("with a full stop at its end"),
        "label": gettext("with the word “Photo:” before it"),
        "byline": gettext("with the word “by” before the names"),
        "date": gettext("the day in words"),
        "unless_same_as_title": gettext("nothing where it only repeats the headline"),
        "trim": gettext("without spaces around it"),
        "upper": gettext("in capitals"),
    }
