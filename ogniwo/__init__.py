"""Ogniwo: a vendor's reseller programme, from the application to the paid invoice."""

__version__ = "0.1.0"
