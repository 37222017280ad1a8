"""Logs of web server and worker: one JSON object a line, with ids instead of names."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import structlog

# What Django adds to a record for its own use: requests, their users and addresses do not belong into a log.
_NOT_FOR_LOGS = frozenset({"request", "server_time", "sql", "params", "alias", "taskName"})


def logging_settings(*, style: str) -> dict[str, Any]:
    """Return Django's LOGGING; `style` is "json", or "text" for a person who watches."""
    renderer = structlog.dev.ConsoleRenderer() if style == "text" else structlog.processors.JSONRenderer()
    before: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        _without_requests,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    after: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if style != "text":
        after.append(structlog.processors.format_exc_info)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "kontor": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": before,
                "processors": [*after, renderer],
            }
        },
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "kontor"}},
        "loggers": {
            "django": {"handlers": ["lines"], "level": "ERROR", "propagate": False},
            "procrastinate": {"handlers": ["lines"], "level": "WARNING", "propagate": False},
            "kontor": {"handlers": ["lines"], "level": "INFO", "propagate": True},
        },
    }


def _without_requests(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: value for name, value in event.items() if name not in _NOT_FOR_LOGS}
