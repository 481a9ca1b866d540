"""PURE. From bytes to articles: reading feeds, cleaning, same story or not, what changed."""
