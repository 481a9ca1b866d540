"""A form reaches an emulated network as it was sent, whatever bytes and signs are in it."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import httpx
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.emulators.wire import Upload, read


@given(content=st.binary(max_size=60), words=st.text(st.characters(exclude_categories=("Cs",)), max_size=20))
@example(content=b"\r", words="\n")
@example(content=b"\r\n--", words="\r\n\r\n")
@example(content=b"\x89PNG\r\n\x1a\n", words="Қ\x00\u2028 ")
@settings(max_examples=200, deadline=None)
def test_files_and_words_of_a_form_arrive_as_they_are(content: bytes, words: str) -> None:
    files = {"photo": ("a.jpg", content, "image/jpeg")}
    sent = httpx.Request("POST", "https://net.example/x", files=files, data={"caption": words})
    scope = {
        "method": "POST",
        "path": "/x",
        "query_string": b"",
        "headers": [(k.lower(), v) for k, v in sent.headers.raw],
    }
    whole = sent.read()

    async def receive() -> MutableMapping[str, Any]:
        return {"body": whole}

    asked = asyncio.run(read(scope, receive))
    assert asked.body == {"photo": Upload("a.jpg", "image/jpeg", content), "caption": words}
