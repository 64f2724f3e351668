"""Pages as a person meets them: what stands there, which links lead on, which forms may be sent."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.utils import translation
from lxml import html

from ogniwo.web.components.statuses import label_of

if TYPE_CHECKING:
    from tests.stories.driver import Visitor

Values = dict[str, list[Any]]
CONTROLS = ".//input | .//select | .//textarea | .//button"


def words(text: str) -> str:
    """One line, with plain spaces."""
    return " ".join(text.split())


@dataclass
class Page:
    """One answer of the server, with the visitor who got it."""

    visitor: "Visitor"
    url: str
    response: HttpResponse
    passed: list[str] = field(default_factory=list)  # addresses that led here
    statuses: list[int] = field(default_factory=list)  # and what they answered

    @property
    def status(self) -> int:
        return int(self.response.status_code)

    @property
    def content(self) -> bytes:
        """The body, of a file too."""
        return bytes(self.response.content)

    @property
    def doc(self) -> Any:
        return html.fromstring(self.response.content.decode() or "<html></html>")

    @property
    def main(self) -> Any:
        """What the page itself says; menus and feet stand on every page."""
        found = self.doc.xpath("//main")
        return found[0] if found else self.doc

    @property
    def text(self) -> str:
        """The words a person reads, hidden inputs and scripts left out."""
        return words(" ".join(self.main.itertext()))

    def says(self, *parts: str) -> bool:
        """Whether all of these words stand on the page."""
        text = self.text
        return all(words(part) in text for part in parts)

    def shows_state(self, kind: str, key: str) -> bool:
        """Whether a badge shows this state, in the words of the table of states."""
        with translation.override("pl"):
            label = label_of(kind, key)
        return any(badge.startswith(label) for badge in self.badges)

    @property
    def badges(self) -> list[str]:
        return [words(found.text_content()) for found in self.main.find_class("badge")]

    @property
    def wrong_fields(self) -> set[str]:
        """Names of the fields that are marked as mistaken."""
        return {
            control.get("name").rpartition("-")[2] or control.get("name")
            for control in self.main.xpath(CONTROLS)
            if control.get("aria-invalid") == "true" and control.get("name")
        }

    def row(self, *parts: str) -> str:
        """The one row of a table, or entry of a list, in which all these words stand."""
        rows = [words(row.text_content()) for row in self.main.iter("tr", "li", "dl", "article")]
        found = [row for row in rows if all(words(part) in row for part in parts)]
        assert found, f"no row with {parts} on {self.url}: {self.text[:800]}"
        return min(found, key=len)

    # -- links ---------------------------------------------------------------------------------

    @property
    def links(self) -> list[str]:
        return [urljoin(self.url, a.get("href")) for a in self.main.iter("a") if a.get("href")]

    def link(self, part: str) -> str:
        """The address of the link that has this in it."""
        found = [href for href in self.links if part in href]
        assert found, f"no link to …{part}… on {self.url}: {self.links}"
        return found[0]

    def has_link(self, part: str) -> bool:
        return any(part in href for href in self.links)

    def click(self, part: str) -> "Page":
        return self.visitor.get(self.link(part))

    def open(self, text: str) -> "Page":
        """Follow the link with these words."""
        for a in self.main.iter("a"):
            if a.get("href") and words(text) in words(a.text_content()):
                return self.visitor.get(urljoin(self.url, a.get("href")))
        raise AssertionError(f"no link {text!r} on {self.url}: {self.text[:800]}")

    # -- forms ---------------------------------------------------------------------------------

    def form(self, verb: str = "") -> Any:
        """The form whose address ends with the verb; without one, the only form of the page."""
        forms = [one for one in self._forms() if self._action(one).endswith(f"{verb}/")]
        if not verb:
            forms = [one for one in self._forms() if self._action(one) == self.url] or forms
        assert forms, f"no form {verb!r} on {self.url} ({self.status}): {self.text[:800]}"
        return forms[0]

    def has_form(self, verb: str) -> bool:
        return any(self._action(one).endswith(f"/{verb}/") for one in self._forms())

    def offers(self, verb: str) -> bool:
        """A button or a link with which the move can be made."""
        linked = any(href.endswith(f"/{verb}/") for href in self.links)
        return linked or self.has_form(verb) or self._button_to(verb) is not None

    def submit(self, verb: str = "", *, button: str = "", **typed: Any) -> "Page":
        """Type into the fields of a form and press its button."""
        form = self.form(verb)
        return self._sent(form, self._pressed(form, button), self._typed(form, typed))

    def do(self, verb: str, **typed: Any) -> "Page":
        """Make a move: press its button, or follow its link and fill in its form."""
        if self.has_form(verb):
            return self.submit(verb, **typed)
        button = self._button_to(verb)
        if button is not None:
            form = next(button.iterancestors("form"))
            return self._sent(form, button, self._typed(form, typed))
        return self.click(f"/{verb}/").submit(verb, **typed)

    def value(self, name: str) -> str:
        """What stands in a field."""
        for form in self._forms():
            found = self._values(form).get(name)
            if found is not None:
                return str(found[0]) if found else ""
        raise AssertionError(f"no field {name} on {self.url}: {self.text[:800]}")

    def fields(self) -> set[str]:
        """Names of all fields a person can fill in on this page."""
        return {
            control.get("name")
            for form in self._forms()
            for control in self._controls(form)
            if control.tag != "button" and control.get("type") != "hidden"
        }

    def _forms(self) -> list[Any]:
        """Those that post; language and sign-out stand outside the page's own words."""
        forms = self.main.iter("form")
        return [one for one in forms if (one.get("method") or "get").lower() == "post"]

    def _action(self, form: Any) -> str:
        return str(urljoin(self.url, form.get("action") or ""))

    def _controls(self, form: Any) -> list[Any]:
        inside = list(form.xpath(CONTROLS))
        if form.get("id"):
            inside += self.doc.xpath(f"//*[@form='{form.get('id')}']")
        return [one for one in inside if one.get("name") and one.get("disabled") is None]

    def _values(self, form: Any) -> Values:
        """What the form would send if nothing were typed."""
        values: Values = {}
        for control in self._controls(form):
            name, kind = control.get("name"), control.get("type", "")
            if control.tag == "button" or kind in {"submit", "button", "file"}:
                continue
            found = values.setdefault(name, [])
            if kind in {"radio", "checkbox"}:
                found += [control.get("value", "on")] if control.get("checked") is not None else []
            elif control.tag == "select":
                found += _chosen(control)
            elif control.tag == "textarea":
                found.append((control.text or "").removeprefix("\n"))
            else:
                found.append(control.get("value", ""))
        return values

    def _typed(self, form: Any, typed: dict[str, Any]) -> Values:
        values = self._values(form)
        for name, value in typed.items():
            controls = [one for one in self._controls(form) if one.get("name") == name]
            assert controls, f"nobody can fill in {name!r} on {self.url}: {sorted(values)}"
            values[name] = _filled(controls, value)
        return values

    def _button_to(self, verb: str) -> Any:
        """A button that sends its form to another address."""
        buttons = self.main.xpath(".//form//button[@formaction]")
        ends = f"/{verb}/"
        return next((one for one in buttons if one.get("formaction").endswith(ends)), None)

    def _sent(self, form: Any, pressed: Any, values: Values) -> "Page":
        action = self._action(form)
        if pressed is not None:
            action = urljoin(self.url, pressed.get("formaction") or action)
            if pressed.get("name"):
                values[pressed.get("name")] = [pressed.get("value", "")]
        has_files = form.get("enctype") == "multipart/form-data"
        return self.visitor.post(action, values, multipart=has_files)

    def _pressed(self, form: Any, name: str) -> Any:
        buttons = form.xpath(".//button[not(@type) or @type='submit'] | .//input[@type='submit']")
        if form.get("id"):
            buttons += self.doc.xpath(f"//button[@form='{form.get('id')}']")
        wanted = [one for one in buttons if (one.get("name") or "") == name]
        assert wanted or not name, f"no button {name!r} on {self.url}"
        return wanted[0] if wanted else None


def _chosen(select: Any) -> list[str]:
    options = list(select.iter("option"))
    picked = [one for one in options if one.get("selected") is not None]
    if not picked and select.get("multiple") is None:
        picked = options[:1]
    return [one.get("value", one.text or "") for one in picked]


def _filled(controls: list[Any], value: Any) -> list[Any]:
    """What is sent when a person types, ticks, picks or attaches this."""
    first = controls[0]
    kind = first.get("type", "")
    if isinstance(value, SimpleUploadedFile):
        return [value]
    if kind == "checkbox" and isinstance(value, bool):
        return [first.get("value", "on")] if value else []
    wanted = [str(one) for one in (value if isinstance(value, list) else [value])]
    if kind in {"checkbox", "radio"}:
        possible = {one.get("value", "on") for one in controls}
    elif first.tag == "select":
        possible = {one.get("value", one.text or "") for one in first.iter("option")}
    else:
        return wanted
    assert set(wanted) <= possible, f"{wanted} cannot be chosen among {sorted(possible)}"
    return wanted
