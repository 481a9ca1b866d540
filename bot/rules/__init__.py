"""PURE. What goes where and when, what follows a try, and one sentence for any state."""
