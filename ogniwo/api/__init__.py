"""How objects look to programs: the field names of API v1, used by `show --json` already."""
