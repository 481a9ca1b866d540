"""Trouble with files at their addresses: passing at each new one, and for good where they take turns."""

from adapters.containers_parts import note_addresses, troubled
from adapters.contract import Media, NotSent, PictureRefused


class Kept(dict[str, str]):
    """A memo in memory."""

    def read(self, name: str) -> str | None:
        return self.get(name)

    def note(self, name: str, value: str) -> None:
        self[name] = value


def at(url: str) -> Media:
    return Media("a" * 64, "image/jpeg", 9, url=url)


def trouble(memo: Kept, *urls: str) -> list[type[Exception]]:
    found: list[type[Exception]] = []
    for url in urls:
        note_addresses(memo, [at(url)])  # type: ignore[arg-type]
        found.append(type(troubled(memo, NotSent("failed"))))  # type: ignore[arg-type]
    return found


def test_trouble_is_counted_anew_at_another_address() -> None:
    assert trouble(Kept(), "https://a/", "https://b/", "https://b/") == [NotSent, NotSent, PictureRefused]


def test_addresses_that_take_turns_end() -> None:
    assert trouble(Kept(), *("https://a/", "https://b/") * 2)[-1] is PictureRefused


def test_addresses_that_are_always_new_end() -> None:
    assert PictureRefused in trouble(Kept(), *(f"https://a/{n}" for n in range(8)))
