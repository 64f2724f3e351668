"""People, their roles, their links and codes, and how often they may try."""
