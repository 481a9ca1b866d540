"""What a browser calls itself, in two words a person knows: "Firefox, Windows"."""

# The first that is found counts: nearly all say that they are Mozilla, and most that they are Safari too.
_BROWSERS = (
    *(("Edg", "Edge"), ("OPR/", "Opera"), ("YaBrowser", "Yandex"), ("SamsungBrowser", "Samsung Internet")),
    *(("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari")),
)
_DEVICES = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows")),
    *(("CrOS", "ChromeOS"), ("Mac OS X", "Mac"), ("Linux", "Linux")),
)


def known_as(agent: str) -> str:
    """Name a browser and what it runs on; what is neither known stays as it names itself."""
    found = [next((name for sign, name in table if sign in agent), "") for table in (_BROWSERS, _DEVICES)]
    return ", ".join(filter(None, found)) or agent
