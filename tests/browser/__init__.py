"""Ogniwo in a real Chromium: the whole life once, and every page of the demo."""
