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
    known: set[str] = set()

    def pen(line: str) -> str:
        known.update(each for each in secrets() if len(each) >= _SHORTEST)
        return scrub(line, known)

    def strike(_: Any, __: str, line: Any) -> str:
        return pen(line)

    def strike_words(_: Any, __: str, event: Any) -> Any:
        # Before they are written as JSON: what is escaped already would be escaped twice, and known to no pen.
        return {name: pen(value) if isinstance(value, str) else value for name, value in event.items()}

    is_terminal = sys.stderr.isatty()
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=not is_terminal),
    ]
    tail: list[Any] = (
        [strike_words, structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if is_terminal
        else [structlog.processors.format_exc_info, strike_words, structlog.processors.JSONRenderer(ensure_ascii=False)]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *tail, strike],
        )
    )
    logging.root.handlers = [handler]
    logging.root.setLevel(logging.INFO)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = _hook(pen)


def _hook(pen: Callable[[str], str]) -> Any:
    def tell(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        sys.stderr.write(pen("".join(traceback.format_exception(kind, error, where))))

    return tell
