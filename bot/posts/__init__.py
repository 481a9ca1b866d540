"""PURE. From an article and a template to the final words of a post, fitted to a network's limits."""
