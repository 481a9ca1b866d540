"""TikTok takes no brand on what is drawn for it; every other network shows whose story it is."""

from bot.networks import adapters


def test_tiktok_alone_takes_no_brand() -> None:
    """https://developers.tiktok.com/doc/content-sharing-guidelines (2026-11-24)."""
    assert [name for name, kind in adapters().items() if kind.spec.limits.bare] == ["tiktok"]
