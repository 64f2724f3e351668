"""Log lines name what happened and never carry a secret of a link or a letter."""

import logging
import re
from typing import Any

import structlog

# A token in a path is at least 16 letters, digits, - and _ of base64url with a digit or capital.
_IN_PATH = re.compile(r"(?<=/)(?=[^/\s?]*[A-Z0-9])[A-Za-z0-9_-]{16,}(?=[/\s?\"']|$)")
_IN_ADDRESS = re.compile(r"(\+[zrwZRW]\d+\.)[A-Za-z0-9]{8,}(?=@)")
_NAMED = re.compile(r"(?i)((?:password|secret|token|code|authorization|cookie)[\"']?\s*[=:]\s*)\S+")


def mask(text: str) -> str:
    """Hide the secrets of links, reply addresses and named fields."""
    text = _IN_PATH.sub("***", text)
    text = _IN_ADDRESS.sub(r"\1***", text)
    return _NAMED.sub(r"\1***", text)


def masked(_logger: Any, _method: str, event: structlog.typing.EventDict) -> Any:
    """Mask every text of a log line, the traceback too."""
    return {
        name: value if name.startswith("_") or not isinstance(value, str) else mask(value)
        for name, value in event.items()
    }


def configuration(form: str) -> dict[str, Any]:
    """Return what `logging.config.dictConfig` wants, for people (`text`) or machines (`json`)."""
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    before: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        stamp,
    ]
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": before,
                "processors": _chain(form),
            }
        },
        "handlers": {
            "lines": {"class": "logging.StreamHandler", "formatter": "lines"},
        },
        "root": {"handlers": ["lines"], "level": logging.INFO},
        "loggers": {
            "django.server": {"handlers": ["lines"], "propagate": False},
            # A scanner with a foreign Host gets its 400; a traceback of it tells nobody anything.
            "django.security.DisallowedHost": {"handlers": [], "propagate": False},
        },
    }


def _chain(form: str) -> list[structlog.typing.Processor]:
    last: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False, sort_keys=False)
    )
    return [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        masked,
        last,
    ]
