"""Golden cases: what happened goes in, what the product answers comes out."""

from ogniwo.billing.golden.case import NotBuilt, Unreadable
from ogniwo.billing.golden.play import play

__all__ = ["NotBuilt", "Unreadable", "play"]
