"""What stays of an article whose text is no longer kept. Pure."""

from dataclasses import replace

from bot.model import Article


def shortened(article: Article) -> Article:
    """Leave out all paragraphs but the first: by headline, dek and lead a change is known, and whether it is solemn."""
    return replace(article, paragraphs=article.paragraphs[:1])
