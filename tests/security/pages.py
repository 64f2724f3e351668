"""Forms of a page, filled in as the page shows them."""

from html.parser import HTMLParser
from typing import Any

from django.test import Client as Browser

Fields = dict[str, list[str]]


class _Forms(HTMLParser):
    """Collects for each form of a page what a browser would send unchanged."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Fields] = []
        self.select = self.area = ""
        self.first: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({})
        elif not self.forms:
            return
        elif tag == "input":
            self._input(given)
        elif tag == "select":
            self.select, self.first = given.get("name", ""), None
        elif tag == "option" and self.select:
            self._option(given)
        elif tag == "textarea":
            self.area = given.get("name", "")
            self._add(self.area, "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            if self.select and self.first is not None and self.select not in self.forms[-1]:
                self._add(self.select, self.first)
            self.select = ""
        elif tag == "textarea":
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.forms[-1][self.area][-1] += data

    def _input(self, given: dict[str, str]) -> None:
        kind, name = given.get("type", "text"), given.get("name", "")
        is_box = kind in {"checkbox", "radio"}
        if name and kind not in {"submit", "button", "file"} and (not is_box or "checked" in given):
            self._add(name, given.get("value", "on" if is_box else ""))

    def _option(self, given: dict[str, str]) -> None:
        value = given.get("value", "")
        self.first = value if self.first is None else self.first
        if "selected" in given:
            self._add(self.select, value)

    def _add(self, name: str, value: str) -> None:
        self.forms[-1].setdefault(name, []).append(value)


def form_of(browser: Browser, address: str, *, having: str) -> Fields:
    """The form of this page that has such a field."""
    answer = browser.get(address)
    assert answer.status_code == 200, answer.status_code
    reader = _Forms()
    reader.feed(answer.content.decode())
    found = next(form for form in reader.forms if having in form)
    return {
        # A text area of HTML begins after its first line break; browsers send CR LF.
        name: [value.removeprefix("\n") for value in values]
        for name, values in found.items()
    }


def with_words(fields: Fields, **words: Any) -> dict[str, Any]:
    """The form as sent, with some fields typed anew."""
    return {**fields, **words}
