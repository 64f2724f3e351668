"""The panel face."""
