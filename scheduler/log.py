"""How the product writes its log: one line an event, on standard error, never with a secret or a person's words.

Knows the shape of a line. Knows nothing of what is logged.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

_SECRET = re.compile(r"(token|secret|password|authorization|cookie|credential)", re.IGNORECASE)


def _hide_secrets(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: _hidden(key, value) for key, value in event.items()}


def _hidden(name: str, value: Any) -> Any:
    """The value, or stars where its name, or a name within it, is a secret's."""
    if _SECRET.search(name):
        return "***"
    if isinstance(value, Mapping):
        return {key: _hidden(str(key), each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden("", each) for each in value]
    return value


def _is_news(record: logging.LogRecord) -> bool:
    return "maximum number of running instances" not in record.msg


def set_up(*, level: str = "INFO", as_json: bool = False) -> None:
    """Send the log to standard error, that of the libraries too, in one shape. `level`: a name from the standard library. `as_json`: one object a line."""
    last = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    others = logging.StreamHandler(sys.stderr)
    others.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_log_level, stamp, structlog.processors.format_exc_info],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _hide_secrets, last],
        )
    )
    logging.basicConfig(handlers=[others], level=logging.getLevelName(level), force=True)
    for noisy in ("apscheduler", "httpx2", "httpcore2", "waitress", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # That a bell is not rung while its last ringing goes on is how bells are meant to be.
    logging.getLogger("apscheduler.scheduler").addFilter(_is_news)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            stamp,
            _hide_secrets,
            structlog.processors.format_exc_info,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger that names its module."""
    bound: structlog.stdlib.BoundLogger = structlog.get_logger(module=name)
    return bound
