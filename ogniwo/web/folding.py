"""Columns that are not kept folded, folded by the database: no case, no Polish letters."""

from functools import reduce
from typing import Any

from django.db.models import Expression, F, Value
from django.db.models.functions import Lower, Replace

# SQLite's LOWER knows ASCII only, so both sizes are replaced.
LETTERS = dict(zip("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "acelnoszzacelnoszz", strict=True))


def folded(column: str) -> Expression | Any:
    """To be annotated and searched like a folded column; for lists that are short enough."""
    whole: Any = Lower(F(column))
    return reduce(lambda text, pair: Replace(text, *map(Value, pair)), LETTERS.items(), whole)
