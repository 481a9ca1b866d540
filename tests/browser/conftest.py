"""One browser for each module, and a clean window for each test."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from bot.desk.assets import shelf
from tests.browser.kit import Office, Seat, browsing, office, seated
from tests.browsers import NOT_BUNDLED, needed


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    needed(shelf().address("desk.js") or None, NOT_BUNDLED)
    with browsing() as made:
        yield made


@pytest.fixture
def seat(browser: Browser) -> Iterator[Seat]:
    with seated(browser) as made:
        yield made


@pytest.fixture(scope="module")
def at_work(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Office]:
    """A daemon for the module, everything paused; it stands after the browser, so that none is started in vain."""
    with office(tmp_path_factory.mktemp("office")) as made:
        yield made
