"""`make pictures`: what a rehearsal looks like in a terminal, and the page of timelines, for the documents."""

import io
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from adapters.emulators.timelines import render, within
from bot.commands.rehearse import Asked, prepared, tell
from tests.browsers import NONE_HERE, chromium

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
_QUIET = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    came = prepared(Asked()).run()
    page = Console(
        file=io.StringIO(), record=True, force_terminal=True, width=132, highlight=False, markup=False, emoji=False
    )
    tell(page, came)
    drawn = page.export_svg(title="jarshy rehearse --demo", unique_id="demo")
    # The reader's own monospaced font serves; a picture must not fetch one from somewhere.
    (FOLDER / "demo.svg").write_text(re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.S), encoding="utf-8")
    browser = chromium()
    if browser is None:
        print(f"NO PICTURE of the timelines: {NONE_HERE}", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        html = Path(folder) / "timelines.html"
        whole = render(came.world, came.newsroom.policy.zone, address=within(came.world))
        html.write_text(whole, encoding="utf-8")
        shot(browser, html, FOLDER / "timelines.png", size="3240,1500", profile=folder)
    return 0


def shot(browser: str, page: Path, picture: Path, *, size: str, profile: str) -> None:
    where = [f"--user-data-dir={profile}/profile", f"--screenshot={picture}", f"--window-size={size}"]
    subprocess.run([browser, *_QUIET, *where, page.as_uri()], check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    sys.exit(main())
