"""A lively year of an invented vendor, played through the real verbs, day by day."""

from ogniwo.demo.cast import Login
from ogniwo.demo.year import play

__all__ = ["Login", "play"]
