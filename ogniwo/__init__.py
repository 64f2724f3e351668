"""Ogniwo: a vendor's reseller programme, from application to invoice and payment."""
