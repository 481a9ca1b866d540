import json
from dataclasses import replace
from decimal import Decimal

import httpx
import pytest
from pydantic import ValidationError

from adapters.contract import (
    Card,
    Limits,
    NotSent,
    Post,
    Problem,
    Receipt,
)
from adapters.x import X
from config.networks import Network
from config.settings import SettingsError, load
from tests.unit.adapters.kit import Clock, Memory, allow
from tests.unit.adapters.x_server import KEYS, LINK, ME, POST, POSTS, Server, page, picture, publish, refused, shown, x


def test_a_post_is_its_words_and_what_it_answers() -> None:
    receipt, network = publish(Server(), replace(POST, parent=Receipt("900")))
    assert json.loads(network.seen[-1].content) == {"text": POST.text, "reply": {"in_reply_to_tweet_id": "900"}}
    assert receipt == Receipt("1001", "https://x.com/steppe/status/1001", mark="1001")


def test_every_exchange_is_signed_anew() -> None:
    counted = iter(range(9))

    class Counting(Clock):
        def token_bytes(self, n):
            return next(counted).to_bytes(n)

    server = Server(**{"GET /2/users/me": [httpx.ReadError("lost"), ME]})
    x(server, lambda a: a.publish(POST, key="key-1", memo=Memory(), intent=allow), clock=Counting())
    headers = server.headers
    assert len(headers) == len(set(headers)) == 4
    assert all(header.startswith('OAuth oauth_consumer_key="KEY-a", oauth_nonce=') for header in headers)
    assert not [h for h in headers if "SECRET" in h]


def marked(memo) -> str:
    return str(json.loads(memo.read("before"))["post"])


def test_the_newest_post_is_noted_before_the_call_and_ours_after_it() -> None:
    memo, seen = Memory(), []

    async def look(content) -> None:
        seen.append(memo.read("channel:last_mark"))

    server = Server(**{POSTS: page(shown(950), shown(940))})
    x(server, lambda a: a.publish(POST, key="key-1", memo=memo, intent=look))
    assert (seen, marked(memo), memo.read("channel:last_mark")) == (['"950"'], "950", '"1001"')


def test_only_what_follows_the_last_known_post_is_asked_for_as_reading_costs() -> None:
    memo = Memory(**{"channel:last_mark": '"930"'})
    _, network = publish(Server(), memo=memo)
    asked = dict(network.seen[1].url.params)
    assert (asked["since_id"], asked["max_results"]) == ("930", "5")
    assert marked(memo) == "930"


def test_a_later_try_keeps_the_first_trys_mark() -> None:
    memo = Memory()
    publish(Server(**{POSTS: page(shown(950))}), memo=memo)
    publish(Server(**{POSTS: page(shown(990))}), memo=memo)
    assert marked(memo) == "950"


def test_whose_keys_these_are_is_asked_once_for_the_channel_and_again_for_other_keys() -> None:
    memo = Memory()
    publish(Server(), memo=memo)
    assert set(json.loads(memo.read("channel:account"))) == {"id", "username", "of"}
    assert not [word for word in KEYS.values() if word in memo.read("channel:account")]
    other = Memory(**{"channel:account": memo.read("channel:account")})
    _, network = publish(Server(), memo=other)
    assert "/2/users/me" not in [request.url.path for request in network.seen]
    other.known["channel:account"] = json.dumps({"id": "8", "username": "former", "of": "other keys"})
    receipt, network = publish(Server(), memo=other)
    assert "/2/users/me" in [request.url.path for request in network.seen]
    assert receipt.url == "https://x.com/steppe/status/1001"


UPLOADS = {
    "POST /2/media/upload": [{"data": {"id": "51"}}, {"data": {"id": "52"}}],
    "POST /2/media/metadata": {"data": {"id": "51"}},
}


def test_pictures_are_uploaded_described_and_named_in_order() -> None:
    post = replace(POST, media=(picture("a"), picture("b", alt="")))
    memo = Memory()
    _, network = publish(
        Server(**{**UPLOADS, "POST /2/media/upload": list(UPLOADS["POST /2/media/upload"])}), post, memo
    )
    first, second, described, tweet = network.seen[2:]
    assert b"bytes of a" in first.content
    assert b'name="media_category"\r\n\r\ntweet_image' in first.content
    assert b"image/jpeg" in second.content
    assert json.loads(described.content) == {"id": "51", "metadata": {"alt_text": {"text": "A train"}}}
    assert json.loads(tweet.content)["media"] == {"media_ids": ["51", "52"]}
    _, again = publish(Server(), post, memo)
    assert [request.url.path for request in again.seen] == ["/2/tweets"]


def test_an_upload_x_has_lost_is_made_anew_at_the_next_try() -> None:
    post, memo = replace(POST, media=(picture(),)), Memory()
    gone = {"title": "Invalid Request", "errors": [{"message": "no", "parameters": {"media.media_ids": ["51"]}}]}
    lost = Server(
        **{**UPLOADS, "POST /2/media/upload": {"data": {"id": "51"}}, "POST /2/tweets": httpx.Response(400, json=gone)}
    )
    with pytest.raises(NotSent):
        publish(lost, post, memo)
    _, network = publish(Server(**{**UPLOADS, "POST /2/media/upload": {"data": {"id": "61"}}}), post, memo)
    assert json.loads(network.seen[-2].content)["id"] == "61"
    assert json.loads(network.seen[-1].content)["media"] == {"media_ids": ["61"]}


def test_a_picture_that_is_not_at_hand_keeps_the_post_unsent() -> None:
    with pytest.raises(NotSent, match="not at hand"):
        publish(Server(), replace(POST, media=(picture(open=None),)))


@pytest.mark.parametrize(
    ("media", "problem"),
    [
        ((picture(alt="x" * 1001),), Problem("alt", 1001, 1000)),
        ((picture(size=5 * 1024 * 1024 + 1),), Problem("picture_bytes", 5 * 1024 * 1024 + 1, 5 * 1024 * 1024)),
        ((picture(height=4097),), Problem("picture_side", 4097, 4096)),
        ((picture(mime="image/gif"),), Problem("picture_format", 1, 0)),
        (tuple(picture(n) for n in "abcde"), Problem("media", 5, 4)),
    ],
    ids=lambda value: getattr(value, "field", ""),
)
def test_measure_says_what_a_picture_has_too_much_of(media, problem) -> None:
    assert X.measure(replace(POST, media=media), X.spec.limits) == (problem,)
    assert X.measure(replace(POST, media=(picture(alt="x" * 1000),)), X.spec.limits) == ()


def test_an_address_only_the_card_holds_is_written_out_and_counted() -> None:
    post = Post("Vote", card=Card(LINK, "Vote"))
    _, network = publish(Server(), post)
    assert json.loads(network.seen[-1].content)["text"] == f"Vote\n\n{LINK}"
    assert X.measure(post, Limits(text=28)) == (Problem("text", 29, 28),)


def test_a_premium_account_may_write_longer() -> None:
    limits, network = x(Server(), lambda a: a.limits(), max_weighted=4000)
    assert (limits.text, limits.link_cost, limits.media) == (4000, 23, 4)
    assert network.seen == []


@pytest.mark.parametrize(
    ("post", "given", "price"),
    [
        (Post("No link"), {}, "0.015"),
        (Post(f"A link {LINK}"), {}, "0.200"),
        (Post("A hidden link", card=Card(LINK, "Vote")), {}, "0.200"),
        (Post("Two pictures", media=(picture("a"), picture("b", alt=""))), {}, "0.020"),
        (Post("No link"), {"post_price": "0"}, "0"),
        (Post("Kazinform.kz reports"), {}, "0.200"),
        (Post(f"A link {LINK}", media=(picture(),)), {"link_price": "0.3", "alt_price": "0.01"}, "0.31"),
    ],
    ids=range(7),
)
def test_the_price_is_reckoned_by_the_rates_in_the_settings(post, given, price) -> None:
    async def ask(adapter):
        return adapter.price(post) + adapter.fees(post)

    assert x(Server(), ask, **given)[0] == Decimal(price)


def test_deleting_is_done_when_it_is_gone() -> None:
    for told in ({"data": {"deleted": True}}, refused(404)):
        x(Server(**{"DELETE /2/tweets/1001": told}), lambda a: a.delete(Receipt("1001")))
    with pytest.raises(NotSent):
        x(Server(**{"DELETE /2/tweets/1001": {"data": {"deleted": False}}}), lambda a: a.delete(Receipt("1001")))


def test_verify_names_the_account() -> None:
    identity, network = x(Server(), lambda a: a.verify())
    assert (identity.id, identity.handle, identity.missing) == ("7", "@steppe", ())
    assert [request.method for request in network.seen] == ["GET"]


@pytest.mark.parametrize(("given", "base"), [("api.x.com/", "https://api.x.com"), ("http://h/x/", "http://h/x")])
def test_the_address_may_be_given_bare(given: str, base: str) -> None:
    assert X.Settings(base=given).base == base


@pytest.mark.parametrize("given", [{"max_weighted": 279}, {"post_price": "-1"}, {"post_price": "cheap"}, {"user": "x"}])
def test_settings_that_make_no_sense_are_refused(given) -> None:
    with pytest.raises(ValidationError):
        X.Settings(**given)


def test_an_account_is_one_place_so_two_channels_on_it_are_refused(tmp_path) -> None:
    names = ", ".join(f"{name}: {name.upper()}" for name in X.Credentials.model_fields)
    settings = tmp_path / "jarshy.yaml"
    settings.write_text(
        "newsroom: {name: Steppe, zone: Asia/Almaty}\nsources: {main: {url: 'https://a.example/feed'}}\n"
        f"accounts:\n  x: {{network: x, link_price: '0.25', max_weighted: 4000, credentials: {{{names}}}}}\n"
        "channels:\n  one: {account: x}\n  two: {account: x, languages: [kk]}\n"
    )
    networks = {"x": Network(X.Settings, X.Credentials)}
    with pytest.raises(SettingsError, match=r"channels\.two.* posts to the same place as channels\.one"):
        load(settings, {}, networks=networks)
    settings.write_text(settings.read_text().replace("  two: {account: x, languages: [kk]}\n", ""))
    (account,) = load(settings, {}, networks=networks).accounts
    assert X.Settings(**dict(account.settings)).link_price == Decimal("0.25")
    assert X.Settings(**dict(account.settings)).max_weighted == 4000
