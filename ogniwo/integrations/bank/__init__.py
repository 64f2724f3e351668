"""Statements of banks: MT940, CAMT.053 and CSV, read as streams, whole or not at all."""
