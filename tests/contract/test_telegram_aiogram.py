"""aiogram, a Bot API client nobody here wrote, reads every answer of the emulated Bot API as Telegram's own.

It wants an older pydantic than ours, so it lives in an environment of its own:
`python3 -m venv AT && AT/bin/pip install aiogram`, then `JARSHY_AIOGRAM=AT/bin/python`.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

from adapters.emulators.telegram import _SAME
from tests.contract.pictures import picture
from tests.e2e.kit import outside
from tests.e2e.outside import newcomer

PYTHON = os.environ.get("JARSHY_AIOGRAM", "")
pytestmark = [
    pytest.mark.judge,
    pytest.mark.skipif(
        not PYTHON,
        reason="AIOGRAM DOES NOT JUDGE the Bot API's emulator: `python3 -m venv AT && AT/bin/pip install aiogram`, "
        "then JARSHY_AIOGRAM=AT/bin/python",
    ),
]
SCRIPT = Path(__file__).with_name("aiogram_says.py")
BAD = "TelegramBadRequest"


def test_aiogram_takes_the_emulated_bot_api_for_telegrams(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(picture().open().read())
    with outside(stories=0) as world:
        server = f"http://127.0.0.1:{world.port}/telegram"
        settings, secrets = newcomer("telegram", f"http://127.0.0.1:{world.port}")
        said = [PYTHON, str(SCRIPT), server, secrets["token"], settings["chat"], str(tmp_path / "photo.jpg")]
        ran = subprocess.run(said, capture_output=True, text=True, timeout=120, env={"PATH": os.environ["PATH"]})
    assert ran.returncode == 0, ran.stderr
    marks = [["bold", "Railway"], ["text_link", "on Monday"]]
    assert json.loads(ran.stdout) == {
        "access": [True, settings["chat"], "channel"],
        # aiogram 3.31 knows Bot API 10.3; the sheet and the emulator are of 10.1, which has no such right.
        "an administrator lacks": ["can_send_welcome_messages"],
        "post": ["Railway opens on Monday", marks, True, True],
        "reply": [True, True],
        "photos": ["A crane.", True, "By its handle.", 1],
        "changed": ["Railway opens on Tuesday", True, "Two cranes."],
        "deleted": True,
        "same": [BAD, f"Bad Request: {_SAME}"],
        "gone": [BAD, "Bad Request: message to delete not found"],
        "nowhere": [BAD, "Bad Request: chat not found"],
        "too long": [BAD, "Bad Request: message is too long"],
        "empty": [BAD, "Bad Request: text must be non-empty"],
        "wrong token": ["TelegramUnauthorizedError", "Unauthorized"],
        "too fast": [True],
    }
