"""Starting sooner: what a command imports, it imports without the extras and the collections that only cost time."""

import gc
import os
import sys


def hurry() -> None:
    """Make way for the imports of one command; `settle` ends it."""
    # Half a million objects are made that all stay: to look for garbage among them is a tenth of the start.
    gc.disable()
    # pydantic would read what every installed package says of itself, for plugins; nobody here brings one.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # Where rich is installed, both bring up a console of their own that nobody here opens. It comes later, for tables.
    missing = {name: None for name in ("rich", "click") if name not in sys.modules}
    sys.modules.update(missing)  # type: ignore[arg-type]  # None is how Python is told that there is none
    import httpx  # noqa: F401
    import structlog  # noqa: F401

    for name in missing:
        del sys.modules[name]


def settle() -> None:
    """Collect again from here on, and pass over what was imported."""
    gc.freeze()
    gc.enable()
