"""One list for all: search, filters, order and place in the query string; exports of the same."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise, cached_property

from ogniwo.kernel.text import fold
from ogniwo.web import errors, exports, keyset
from ogniwo.web.components.navigation import figures_of
from ogniwo.web.http import SignedInRequest
from ogniwo.web.together import number

Text = str | Promise
PER_PAGE = 50
MOST_COUNTED = 10_000
LONGEST_QUERY = 100
NBSP = "\u00a0"
ALL = ""


class Choice(NamedTuple):
    """One value of a filter; without a condition it shows all."""

    key: str
    label: Text
    condition: Q | None = None


@dataclass(frozen=True)
class Filter:
    """A name in the query string and what it may be; `counted` links, or a select."""

    name: str
    label: Text
    choices: Sequence[Choice] | Callable[[HttpRequest], Sequence[Choice]]
    as_select: bool = False
    counted: bool = True


@dataclass(frozen=True)
class Order:
    """A value of `?sort=`; `keys` as in order_by, never nullable; `-name` turns it round."""

    name: str
    label: Text
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """A column of the export: a heading and what stands in a row. Money in grosze."""

    label: Text
    value: Callable[[Any], Any]
    money: bool = False


@dataclass(frozen=True)
class Listing:
    """What a list can do; `page` answers one request for it."""

    name: str
    orders: tuple[Order, ...]
    search: tuple[str, ...] = ()  # folded columns
    plain: tuple[str, ...] = ()  # searched in Python: for lists of at most some thousand rows
    filters: tuple[Filter, ...] = ()
    columns: tuple[Column, ...] = ()
    per_page: int = PER_PAGE

    def page(self, request: HttpRequest, rows: QuerySet[Any], **more: Any) -> "Page":
        """`rows` is what the person may see, with all it needs for a row already joined."""
        return Page(self, request, rows, **more)


@dataclass(frozen=True)
class Link:
    key: str
    label: Text
    url: str
    current: bool
    count: str


@dataclass(frozen=True)
class Shown:
    """A filter as the page draws it."""

    filter: Filter
    links: list[Link]
    value: str


class Page:
    """The rows of one page, and the links to the others."""

    def __init__(self, listing: Listing, request: HttpRequest, rows: QuerySet[Any]) -> None:
        self.listing, self.request, self.all = listing, request, rows
        self._offered: dict[str, Sequence[Choice]] = {}
        self.q = request.GET.get("q", "").replace("\x00", "")[:LONGEST_QUERY].strip()
        self.values = {f.name: self._value(f) for f in listing.filters}
        self.order, self.reverse = self._chosen_order()
        self.keys = keyset.keys_of(self.order.keys, reverse=self.reverse)

    # -- what is chosen ----------------------------------------------------------------------

    def _choices(self, chosen: Filter) -> Sequence[Choice]:
        """Asked for once: choices made from the request may ask the database."""
        if chosen.name not in self._offered:
            made = chosen.choices(self.request) if callable(chosen.choices) else chosen.choices
            self._offered[chosen.name] = made
        return self._offered[chosen.name]

    def _value(self, chosen: Filter) -> str:
        keys = [choice.key for choice in self._choices(chosen)]
        given = self.request.GET.get(chosen.name, "")
        return given if given in keys else (keys[0] if keys else "")

    def _chosen_order(self) -> tuple[Order, bool]:
        given = self.request.GET.get("sort", "")
        for order in self.listing.orders:
            if given.removeprefix("-") == order.name:
                return order, given.startswith("-")
        return self.listing.orders[0], False

    @property
    def sort(self) -> str:
        return f"{'-' if self.reverse else ''}{self.order.name}"

    @property
    def is_filtered(self) -> bool:
        return bool(self.q) or any(
            self.values[f.name] != choices[0].key
            for f in self.listing.filters
            if (choices := self._choices(f))
        )

    # -- rows --------------------------------------------------------------------------------

    @cached_property
    def found(self) -> QuerySet[Any]:
        """All rows of the search and the filters."""
        return self._filtered(self.values)

    def _filtered(self, values: dict[str, str]) -> QuerySet[Any]:
        rows = self.all.filter(_matching(self.q, self.listing.search))
        if self.q and self.listing.plain:
            rows = rows.filter(pk__in=self._with_the_words)
        for chosen in self.listing.filters:
            for choice in self._choices(chosen):
                if choice.key == values[chosen.name] and choice.condition is not None:
                    rows = rows.filter(choice.condition)
        return rows

    @cached_property
    def _with_the_words(self) -> list[int]:
        """Keys of the rows with every word of the search in one of the `plain` columns."""
        terms = fold(self.q).split()
        found = []
        for key, *words in self.all.order_by().values_list("pk", *self.listing.plain):
            text = fold(" ".join(str(word) for word in words if word))
            if all(term in text or _figures(term) in text for term in terms):
                found.append(key)
        return found

    @cached_property
    def _cut(self) -> tuple[list[Any], bool, bool]:
        """The rows, whether there are some before them, and after them."""
        back = keyset.place_of(self.request.GET.get("przed", ""), self.keys, order=self._made_for)
        if back is not None:
            rows, more = self._read(keyset.turned(self.keys), back)
            return rows[::-1], more, True
        on = keyset.place_of(self.request.GET.get("po", ""), self.keys, order=self._made_for)
        rows, more = self._read(self.keys, on)
        return rows, on is not None, more

    def _read(self, keys: keyset.Keys, place: list[Any] | None) -> tuple[list[Any], bool]:
        rows = self.found if place is None else keyset.after(self.found, keys, place)
        taken = list(keyset.ordered(rows, keys)[: self.listing.per_page + 1])
        return taken[: self.listing.per_page], len(taken) > self.listing.per_page

    @property
    def rows(self) -> list[Any]:
        return self._cut[0]

    @property
    def _made_for(self) -> str:
        return f"{self.listing.name}:{self.sort}"

    # -- numbers and links -------------------------------------------------------------------

    @property
    def number(self) -> int:
        """How many rows there are, counted up to 10 000."""
        return self._numbers[ALL]

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """How many there are, and would be by each other choice that shows it: one statement.

        Only keys are looked at: what is annotated for the rows alone is not computed.
        """
        asked = {ALL: self.found}
        for chosen in filter(_is_counted, self.listing.filters):
            for choice in self._choices(chosen):
                if choice.key != self.values[chosen.name]:
                    other = self.values | {chosen.name: choice.key}
                    asked[f"{chosen.name}={choice.key}"] = self._filtered(other)
        return self._asked_with_the_menu(asked)

    def _asked_with_the_menu(self, rows: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
        user = self.request.user
        face = "desk" if user.is_authenticated and user.is_vendor else "panel"
        asked = {f"rows {name}": number(some, most=MOST_COUNTED + 1) for name, some in rows.items()}
        counted = figures_of(self.request, face, asked)
        return {name: counted[f"rows {name}"]["number"] for name in rows}

    def counted(self) -> "Page":
        """With its numbers, asked for before the menu asks for its own alone."""
        _asked = self._numbers
        return self

    @property
    def total(self) -> str:
        return _shown(self.number)

    @property
    def previous_url(self) -> str:
        rows, before, _after = self._cut
        return self.url(przed=self._cursor(rows[0])) if rows and before else ""

    @property
    def next_url(self) -> str:
        rows, _before, after = self._cut
        return self.url(po=self._cursor(rows[-1])) if rows and after else ""

    def _cursor(self, row: Any) -> str:
        return keyset.cursor_of(row, self.keys, order=self._made_for)

    def url(self, **changes: str) -> str:
        """This list with other choices; the place in it is kept only when named."""
        query = self.request.GET.copy()
        for name in ("po", "przed", "format"):
            query.pop(name, None)
        for name, value in changes.items():
            query.pop(name, None)
            if value:
                query[name] = value
        text = query.urlencode()
        return f"{self.request.path}?{text}" if text else self.request.path

    def sort_url(self, name: str) -> str:
        """The order by a column; again: the other way round."""
        turned = self.order.name == name and not self.reverse
        return self.url(sort=f"-{name}" if turned else name)

    @cached_property
    def filters(self) -> list[Shown]:
        return [self._shown_filter(chosen) for chosen in self.listing.filters]

    def _shown_filter(self, chosen: Filter) -> Shown:
        value, links = self.values[chosen.name], []
        for place, choice in enumerate(self._choices(chosen)):
            count = _shown(self._number_of(chosen, choice)) if _is_counted(chosen) else ""
            url = self.url(**{chosen.name: choice.key if place else ""})
            links.append(Link(choice.key, choice.label, url, choice.key == value, count))
        return Shown(chosen, links, value)

    def _number_of(self, chosen: Filter, choice: Choice) -> int:
        if choice.key == self.values[chosen.name]:
            return self.number
        return self._numbers[f"{chosen.name}={choice.key}"]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the search form sends along."""
        names = [f.name for f in self.listing.filters if not f.as_select]
        pairs = [(name, self.request.GET.get(name, "")) for name in (*names, "sort")]
        return [(name, value) for name, value in pairs if value]

    # -- answers -----------------------------------------------------------------------------

    def answer(
        self, template: str, context: dict[str, Any] | None = None, *, may_export: bool = False
    ) -> HttpResponse:
        """The page, or with `?format=csv` or `xlsx` the whole list as a file."""
        kind = self.request.GET.get("format", "")
        if kind and self.listing.columns:
            if kind not in exports.KINDS:
                return errors.not_found(self.request)
            if not may_export:
                return errors.forbidden(self.request)
            return self.export(kind)
        context = {"page": self.counted(), "may_export": may_export, **(context or {})}
        return render(self.request, template, context)

    def export(self, kind: str) -> HttpResponse:
        request: SignedInRequest = self.request  # type: ignore[assignment]  # faces export, all signed in
        rows = keyset.walk(self.found, self.keys)
        return exports.file_of(request, self.listing, rows, kind=kind, number=self.found.count())


def _figures(term: str) -> str:
    """The figures of a NIP or phone without what parts them; else the word itself."""
    digits = re.sub(r"[^0-9]", "", term)
    return digits if len(digits) > 3 else term  # noqa: PLR2004 - a part of a NIP


def _matching(q: str, columns: Sequence[str]) -> Q:
    """Every word must stand in one of the columns; figures match whatever parts them."""
    condition = Q()
    for term in fold(q).split():
        spellings = {term, _figures(term)}
        either = Q()
        for column in columns:
            for spelling in spellings:
                either |= Q(**{f"{column}__contains": spelling})
        condition &= either
    return condition


def _is_counted(chosen: Filter) -> bool:
    return chosen.counted and not chosen.as_select


def _shown(number: int) -> str:
    if number > MOST_COUNTED:
        return f"{MOST_COUNTED:,}+".replace(",", NBSP)
    return f"{number:,}".replace(",", NBSP)
