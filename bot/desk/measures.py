"""What networks measure of a post, in words."""

from collections.abc import Callable, Mapping


def measures(gettext: Callable[[str], str]) -> Mapping[str, str]:
    """Name each measure that an adapter may find exceeded."""
    return {
        "text": gettext("length of the text"),
        "text_bytes": gettext("bytes of the text"),
        "title": gettext("length of the title"),
        "angle_brackets": gettext("the signs < and >"),
        "film_bytes": gettext("bytes of the film"),
        "film_seconds": gettext("seconds of the film"),
        "media": gettext("pictures"),
        "alt": gettext("description of the picture"),
        "picture_bytes": gettext("bytes of the picture"),
        "picture_side": gettext("pixels of the picture's longer side"),
        "picture_area": gettext("pixels of the picture"),
        "picture_ratio": gettext("how many times as long as wide the picture is"),
        "thumb_bytes": gettext("bytes of the card's picture"),
        "thumb_side": gettext("pixels of the card picture's longer side"),
        "thumb_area": gettext("pixels of the card's picture"),
    }
