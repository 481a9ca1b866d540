"""A settings file without a mistake, and more than a hundred ways to break it."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

from config.networks import Network
from config.settings import Settings, load


class Chat(BaseModel):
    chat: str = Field(description="@name of the channel")
    scratch_chat: str = ""
    silent: bool = False


class ChatKeys(BaseModel):
    token: str


class Server(BaseModel):
    server: str
    visibility: Literal["public", "unlisted"] = "public"
    lines: int = 0
    page: str = Field("1", pattern=r"^[0-9]+$", description="the page's number")


class ServerKeys(BaseModel):
    token: str
    refresh: str = ""


NETWORKS = {
    "telegram": Network(Chat, ChatKeys, {}, ("card", "photo", "text")),
    "mastodon": Network(Server, ServerKeys, {"form": "photo", "max_per_day": 30}, ("card", "photo", "text")),
}
GOOD = """\
newsroom:
  name: The Steppe Courier
  zone: Asia/Almaty
store: jarshy.db
listen: 127.0.0.1:8090
proxy:
sources:
  main:
    url: https://courier.example/feed
    poll: 60s
    sections: {Opinion: opinion}
  kazakh:
    url: https://courier.example/kk/feed
accounts:
  tg:
    network: telegram
    credentials: {token: TELEGRAM_TOKEN}
  fedi:
    network: mastodon
    server: https://social.example
    credentials: {token: FEDI_TOKEN}
channels:
  telegram-en:
    account: tg
    chat: "@courier"
    sources: [main]
    gap: 2m
  telegram-kk:
    account: tg
    chat: -1001234567
    silent: true
  fedi:
    account: fedi
    visibility: unlisted
defaults:
  gap: 90s
"""
PASTED = "123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


def loaded(folder: Path, text: str = GOOD, environ: dict[str, str] | None = None) -> Settings:
    path = folder / "jarshy.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, environ or {}, networks=NETWORKS)


# What stands in GOOD, what is put in its place, and what is said; § stands before the place that is to be blamed.
BROKEN = [
    ("  name: The Steppe Courier", '  name: §"  "', "newsroom.name must not be empty"),
    (
        "  name: The Steppe Courier",
        "  name: §2026",
        "newsroom.name must be text (in quotes, if it looks like a number)",
    ),
    (
        "  name: The Steppe Courier",
        "  §nam: The Steppe Courier",
        'newsroom.nam is not a known key - did you mean "name"?',
    ),
    ("newsroom:\n  name: The Steppe Courier\n", "§newsroom:\n", "newsroom.name is missing"),
    (
        "  zone: Asia/Almaty",
        "  zone: §Asia/Almati",
        'newsroom.zone is not a time zone of the IANA list, such as Asia/Almaty - did you mean "Asia/Almaty"?',
    ),
    (
        "  zone: Asia/Almaty",
        "  zone: §/etc/passwd",
        "newsroom.zone is not a time zone of the IANA list, such as Asia/Almaty",
    ),
    (
        "  zone: Asia/Almaty",
        "  zone: Asia/Almaty\n  contact: §me",
        "newsroom.contact must be a web address that begins with https:// or",
    ),
    (
        "  zone: Asia/Almaty",
        "  zone: Asia/Almaty\n  origin: §our log",
        "newsroom.origin must be a name without spaces, such as",
    ),
    (
        "  zone: Asia/Almaty",
        "  zone: Asia/Almaty\n  origin: §http://a.b",
        "newsroom.origin must be a name without spaces",
    ),
    ("store: jarshy.db", "§stroe: jarshy.db", 'stroe is not a known key - did you mean "store"?'),
    ("store: jarshy.db", "§store:", "store is empty; fill it in, or leave the key out"),
    ("listen: 127.0.0.1:8090", "listen: §8090", "listen must be text (in quotes, if it looks like a number)"),
    ("listen: 127.0.0.1:8090", "listen: §localhost", "listen must be host:port, such as 127.0.0.1:8090"),
    ("listen: 127.0.0.1:8090", "listen: §localhost:99999", "listen must be host:port, such as 127.0.0.1:8090"),
    ("proxy:", "proxy: §socks5://proxy.example", "proxy must be a web address that begins with https:// or http://"),
    (
        "proxy:",
        "proxy: §http://me:sesame@proxy.example",
        "proxy must not carry a password in this file; set JARSHY_PROXY in the",
    ),
    (
        "proxy:",
        "allow_hosts: [ok.example:80,\n  §cms.internal]",
        "allow_hosts must be host:port, such as 127.0.0.1:8090",
    ),
    (
        "    url: https://courier.example/feed",
        "    url: §courier.example/feed",
        "sources.main.url must be a web address that begins with https:// or",
    ),
    (
        "    url: https://courier.example/feed",
        "    url: §https://me:word@courier.example/",
        "sources.main.url must not carry a name or password",
    ),
    (
        "    url: https://courier.example/feed",
        "    url: §http://cms.internal:8080/",
        "sources.main.url is at port 8080: list its host:port under allow_hosts",
    ),
    (
        "    poll: 60s",
        "    poll: §60",
        'sources.main.poll must be a duration, such as 60s, 5m, 6h or 1d - did you mean "60s"?',
    ),
    ("    poll: 60s", "    poll: §1 hour", "sources.main.poll must be a duration, such as 60s, 5m, 6h or 1d"),
    ("    poll: 60s", "    poll: §5s", "sources.main.poll must be 10s or more, out of respect for the site"),
    ("    poll: 60s", "    max_age: §0s", "sources.main.max_age must be longer than nothing"),
    ("    poll: 60s", "    backfill: §some", "sources.main.backfill must be a whole number"),
    ("    poll: 60s", "    backfill: §21", "sources.main.backfill must be at most 20"),
    ("    poll: 60s", "    language: §English", "sources.main.language must be a language code, such as en or kk"),
    ("    poll: 60s", "    §pol: 60s", 'sources.main.pol is not a known key - did you mean "poll"?'),
    (
        "{Opinion: opinion}",
        "{Opinion: §opinoin}",
        'sources.main.sections.Opinion must be one of news, opinion, analysis, live - did you mean "opinion"?',
    ),
    ("  kazakh:", "  §Қазақ:", "sources.Қазақ must be a name of small letters, digits, - and _"),
    ("  kazakh:", "  §main:", "sources.main stands here a second time; the first is in line 8"),
    (
        "    network: telegram",
        "    network: §telegarm",
        'accounts.tg.network is not a known network - did you mean "telegram"?',
    ),
    ("  tg:\n    network: telegram\n", "  §tg:\n", "accounts.tg.network is missing"),
    (
        "{token: TELEGRAM_TOKEN}",
        "{§tokn: TELEGRAM_TOKEN}",
        'accounts.tg.credentials.tokn is not a known key - did you mean "token"?',
    ),
    ("credentials: {token: TELEGRAM_TOKEN}", "§credentials: {}", "accounts.tg.credentials.token is missing"),
    (
        "{token: TELEGRAM_TOKEN}",
        f"{{token: §'{PASTED}'}}",
        "accounts.tg.credentials.token must be the name of a secret (capitals,",
    ),
    (
        "{token: TELEGRAM_TOKEN}",
        f"{{token: T,\n     §token: '{PASTED}'}}",
        "accounts.tg.credentials.token stands here a second time; the first is",
    ),
    ("    server: https://social.example", "    §sever: https://social.example", 'did you mean "server"?'),
    (
        '    account: tg\n    chat: "@courier"',
        "    account: §tgg",
        'channels.telegram-en.account names no account - did you mean "tg"?',
    ),
    (
        '    chat: "@courier"',
        '    §caht: "@courier"',
        'channels.telegram-en.caht is not a known key - did you mean "chat"?',
    ),
    (
        '    chat: "@courier"',
        '    §chat: ["@courier"]',
        "channels.telegram-en.chat must be one value: text in quotes, a whole",
    ),
    (
        '  telegram-en:\n    account: tg\n    chat: "@courier"',
        "  §telegram-en:\n    account: tg",
        "channels.telegram-en.chat is missing",
    ),
    ("    silent: true", "    silent: §perhaps", "channels.telegram-kk.silent must be true or false"),
    (
        "    sources: [main]",
        "    sources: [kazakh,\n      §mian]",
        'channels.telegram-en.sources names no source - did you mean "main"?',
    ),
    ("    sources: [main]", "    sources: §main", "channels.telegram-en.sources must be a list, such as [one, two]"),
    ("    sources: [main]", "    §sources: []", "channels.telegram-en.sources must name at least one source; leave it"),
    (
        "    gap: 2m",
        "    form: §cart",
        'channels.telegram-en.form must be one of card, photo, text, video - did you mean "card"?',
    ),
    (
        "    gap: 2m",
        "    form: §video",
        "channels.telegram-en.form cannot be video on this network, but card or photo or text",
    ),
    ("    gap: 2m", "    quiet_hours: §22-7", "channels.telegram-en.quiet_hours must be two different times of day,"),
    (
        "    gap: 2m",
        "    quiet_hours: §25:00-07:00",
        "channels.telegram-en.quiet_hours must be two different times of day,",
    ),
    (
        "    gap: 2m",
        "    quiet_hours: §07:00-07:00",
        "channels.telegram-en.quiet_hours must be two different times of day,",
    ),
    ("    gap: 2m", "    max_per_day: §0", "channels.telegram-en.max_per_day must be at least 1"),
    ("    gap: 2m", "    approval: §yes", "channels.telegram-en.approval must be one of never, always"),
    ("    gap: 2m", "    §gap:", "channels.telegram-en.gap must be a duration, such as 60s, 5m, 6h or 1d"),
    ("    gap: 2m", "§\tgap: 2m", "here is a tab; YAML is indented with spaces"),
    ("    gap: 2m", "    gap: 2m§: 3", "here is a colon too many; put text that holds a colon in quotes"),
    (
        "  telegram-kk:\n    account: tg\n    chat: -1001234567",
        "  §telegram-kk:\n    account: tg\n    chat: '@Courier'",
        "channels.telegram-kk posts to the same place as channels.telegram-en",
    ),
    ("defaults:\n  gap: 90s", "defaults: §90s", "defaults must be a block of keys"),
    ("defaults:\n  gap: 90s", "§defaults:\n  lease: 60s", "defaults has a lease that ends less than 30s after send_by"),
    (
        "defaults:\n  gap: 90s",
        "§defaults:\n  backoff_most: 1s",
        "defaults has a backoff_most shorter than backoff_first",
    ),
    ("  gap: 90s", "  §most_tires: 3", 'defaults.most_tires is not a known key - did you mean "most_tries"?'),
    ("store: jarshy.db", "§storе: jarshy.db", 'storе is not a known key - did you mean "store"?'),
    ("    silent: true", "    silent:§\ttrue\tno", "here is a tab; YAML is indented with spaces"),
    ("    gap: 2m", "     §gap: 2m", "this stands too far left or right; lines of one block begin in one"),
    ("    gap: 2m", "   §gap: 2m", "this stands too far left or right; lines of one block begin in one"),
    ("    gap: 2m", "    §gap 2m", "here is a key without a colon, or a text that began further up goes on"),
    ("    gap: 2m", "    gap: §-5m", "channels.telegram-en.gap must be a duration, such as 60s, 5m, 6h or 1d"),
    ("    gap: 2m", "    max_per_day: §-3", "channels.telegram-en.max_per_day must be at least 1"),
    ("    gap: 2m", "    max_per_day: §2.5", "channels.telegram-en.max_per_day must be a whole number"),
    ("    gap: 2m", "    max_per_day: §true", "channels.telegram-en.max_per_day must be a whole number"),
    ("    gap: 2m", "    grace: §99999999d", "channels.telegram-en.grace must be a duration, such as 60s, 5m, 6h or"),
    ("    gap: 2m", "    grace: §999999d", "channels.telegram-en.grace must be at most 36500d"),
    ("    gap: 2m", "    expiry: §5min", "channels.telegram-en.expiry must be a duration, such as 60s, 5m, 6h"),
    ("    gap: 2m", "    approval: §no", "channels.telegram-en.approval must be one of never, always"),
    ("    gap: 2m", "    approval: §off", "channels.telegram-en.approval must be one of never, always"),
    ("    gap: 2m", "    §form: {card: yes}", "channels.telegram-en.form must be one of card, photo, text, video"),
    ("    gap: 2m", "    languages: §en", "channels.telegram-en.languages must be a list, such as [one, two]"),
    (
        "    gap: 2m",
        "    languages: [en, §English]",
        "channels.telegram-en.languages must be a language code, such as en or",
    ),
    ("    gap: 2m", "    keywords: [§'*']", "channels.telegram-en.keywords must be a word or phrase; a * may stand"),
    (
        "    gap: 2m",
        "    template: §My Template.html",
        "channels.telegram-en.template must be a name of small letters,",
    ),
    ("    gap: 2m", "    quiet_hours: §22:00", "channels.telegram-en.quiet_hours must be two different times of day,"),
    ("    gap: 2m", "    gap: §*two", "a * at the beginning refers to something; if it is text, put it in"),
    ("    gap: 2m", "    gap: §@two", "a text cannot begin with this sign; put it in quotes"),
    ("    gap: 2m", "    gap: §'2m", "a quotation mark is opened here and never closed"),
    ("    gap: 2m", "    gap: §!secret TOKEN", "channels.telegram-en.gap has a tag (!); only plain values are read"),
    ("    gap: 2m", "    §gap: &a [*a]", "channels.telegram-en.gap must be a duration, such as 60s, 5m, 6h or 1d"),
    ("    gap: 2m", "    §<<: {gap: 2m}", "channels.telegram-en.<< is not read here: write the keys out"),
    ("    gap: 2m", "    gap: 2m\n    §gap: 3m", "channels.telegram-en.gap stands here a second time; the first is in"),
    ("    gap: 2m", "    §token: TELEGRAM_TOKEN", "channels.telegram-en.token is a secret: write its name under the"),
    ("    gap: 2m", "    ? §[a]\n    : 2m", "channels.telegram-en has a block or list where a key should be"),
    ("    gap: 2m", "    gap: §\x01", "here is a sign that no text has"),
    ("    sources: [main]", "    sources: §[main\n", "a list that begins with [ must end with ], with commas between"),
    (
        "    sources: [main]",
        "    §sources: {main: 1}",
        "channels.telegram-en.sources must be a list, such as [one, two]",
    ),
    (
        "    sources: [main]",
        "    sources:\n      - main\n      - §maim",
        'channels.telegram-en.sources names no source - did you mean "main"?',
    ),
    ("  fedi:\n    account: fedi", "  §fedi:\n    account: tg", "channels.fedi.chat is missing: @name of the channel"),
    ("    visibility: unlisted", "    visibility: §unlsted", 'public, unlisted - did you mean "unlisted"?'),
    ("    visibility: unlisted", "    lines: §many", "channels.fedi.lines must be a whole number"),
    ("    visibility: unlisted", "    page: §abc", "channels.fedi.page is not what this key takes: the page's number"),
    ("accounts:\n", "§accounts: [tg]\nold:\n", "accounts must be a block of keys"),
    ("{token: TELEGRAM_TOKEN}", "§TELEGRAM_TOKEN", "accounts.tg.credentials must be a block of keys"),
    (
        "credentials: {token: TELEGRAM_TOKEN}",
        "§credentials: {TELEGRAM_TOKEN}",
        "accounts.tg.credentials.token is missing",
    ),
    (
        "{token: TELEGRAM_TOKEN}",
        "{token: §telegram}",
        "accounts.tg.credentials.token must be the name of a secret (capitals,",
    ),
    ("{token: TELEGRAM_TOKEN}", f"{{§{PASTED}}}", "accounts.tg.credentials.*** is not a known key"),
    (
        "{token: TELEGRAM_TOKEN}",
        f"{{token: T}}\n    §token: {PASTED}",
        "accounts.tg.token is a secret: write its name under the account's",
    ),
    ("newsroom:\n", "§newsroom: &n\n  name: *n\nold:\n", "newsroom.zone is missing"),
    ("  main:\n", "  §Main:\n", "sources.Main must be a name of small letters, digits, - and _"),
    ("sources:\n", "§soruces:\n", 'soruces is not a known key - did you mean "sources"?'),
    (
        "defaults:\n  gap: 90s",
        "§defaults:\n  send_by: 5m",
        "defaults has a lease that ends less than 30s after send_by",
    ),
    ("defaults:\n  gap: 90s", "§defaults:\n- gap: 90s", "defaults must be a block of keys"),
    ("defaults:\n  gap: 90s", "§---\ndefaults: {}", "--- begins a second file here; take it out"),
    (
        "    url: https://courier.example/feed",
        "    §url:",
        "sources.main.url is empty; fill it in, or leave the key out",
    ),
    (
        "    url: https://courier.example/feed",
        "    url: §https://[1::2/feed",
        "sources.main.url must be a web address that begins with https:// or",
    ),
    (
        "    url: https://courier.example/feed",
        "    url: §https://courier .example",
        "sources.main.url must be a web address that begins with https:// or",
    ),
    ("{token: TELEGRAM_TOKEN}", "{token: §JBSWY3DPEHPK3PXPQ234}", "token must be the name of a secret"),
    ("    gap: 2m", "    gap: &a 2m\n    §max_per_day: *a", "max_per_day must be a whole number"),
    ("defaults:", "keep:\n  bodies: §1d\ndefaults:", "keep.bodies must be 7d or more"),
    ("defaults:", "keep:\n  pictures: §0s\ndefaults:", "keep.pictures must be longer than nothing"),
    ("defaults:", "keep:\n  §body: 90d\ndefaults:", 'keep.body is not a known key - did you mean "bodies"?'),
]
