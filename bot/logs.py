"""Sets the log up: one line an event on standard error, and no secret in any of them."""

import logging
import sys
import traceback
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any

import structlog

from adapters.http import scrub

_SHORTEST = 6
"""Characters; whoever has a shorter secret would find it in half the words of the log."""
_QUIET = ("httpx", "httpcore", "apscheduler", "uvicorn", "alembic", "asyncio")


def set_up(secrets: Callable[[], Iterable[str]] = tuple) -> None:
    """Send structlog and the libraries' own logs to standard error, with every one of `secrets` struck out.

    They are asked for anew with each line, so that a secret that was changed meanwhile is struck out too. What Python
    itself says when it ends with an error passes the same pen.
    """
    pen = _Pen(secrets)
    is_terminal = sys.stderr.isatty()
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=not is_terminal),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    last = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_written(pen, is_terminal=is_terminal)]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=last))
    logging.root.handlers = [handler]
    logging.root.setLevel(logging.INFO)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = _hook(pen)


class _Pen:
    """Strikes out every secret it has ever seen."""

    def __init__(self, secrets: Callable[[], Iterable[str]]) -> None:
        self._secrets = secrets
        self._known: set[str] = set()

    def look(self) -> None:
        """Ask which secrets there are now; each is a file to be read."""
        self._known.update(each for each in self._secrets() if len(each) >= _SHORTEST)

    def __call__(self, line: str) -> str:
        return scrub(line, self._known)


def _written(pen: _Pen, *, is_terminal: bool) -> list[Any]:
    """How an event becomes a line: for eyes in a terminal, as JSON elsewhere."""

    def strike_words(_: Any, __: str, event: Any) -> Any:
        # Before they are written as JSON: what is escaped already would be escaped twice, and known to no pen.
        pen.look()
        return {name: pen(value) if isinstance(value, str) else value for name, value in event.items()}

    def strike(_: Any, __: str, line: Any) -> str:
        return pen(line)

    if is_terminal:
        plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        return [strike_words, plain, strike]
    as_json = structlog.processors.JSONRenderer(ensure_ascii=False)
    return [structlog.processors.format_exc_info, strike_words, as_json, strike]


def _hook(pen: _Pen) -> Any:
    def tell(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        pen.look()
        sys.stderr.write(pen("".join(traceback.format_exception(kind, error, where))))

    return tell
