"""The parts pages are put together from: `{% load ogniwo %}` brings all tags and filters."""

from collections.abc import Sequence
from typing import Any
from zlib import crc32

from django import template
from django.forms import BaseForm, BoundField
from django.http import HttpRequest
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from ogniwo.billing.models import Invoice
from ogniwo.journal.moves import Stateful
from ogniwo.people.models import User
from ogniwo.programme.models import Vendor
from ogniwo.web.amounts import shown_amount
from ogniwo.web.components import fields, formats, navigation, statuses
from ogniwo.web.components.buttons import buttons_of
from ogniwo.web.components.chart import chart_of
from ogniwo.web.components.markdown import markdown
from ogniwo.web.components.qr import square_of
from ogniwo.web.components.sheet import sheet_context
from ogniwo.web.lists import Page
from ogniwo.web.moves import Moves
from ogniwo.web.vendor import vendor_of

register = template.Library()
for _filter in formats.FILTERS:
    register.filter(_filter.__name__, _filter)
register.filter("markdown", markdown)

Part = dict[str, Any]
HALF, LATE = 50, 80  # percent of a promised time


# --- small parts -------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One picture of the sprite; hidden from readers unless it has a label."""
    address = static("icons/icons.svg")
    if label:
        return format_html(
            '<svg class="i" role="img" aria-label="{}"><use href="{}#{}"></use></svg>',
            label,
            address,
            name,
        )
    return format_html(
        '<svg class="i" aria-hidden="true"><use href="{}#{}"></use></svg>', address, name
    )


@register.inclusion_tag("components/badge.html")
def badge(of: Any, key: str = "", days: int = 0) -> Part:
    """`{% badge client %}`, `{% badge "invoice" invoice_status days=6 %}`: tone, icon and word."""
    kind = of if isinstance(of, str) else statuses.kind_of(of)
    key = key or str(of.state)
    row = statuses.status_of(kind, key)
    return {"label": statuses.label_of(kind, key, days=days), "tone": row.tone, "icon": row.icon}


@register.inclusion_tag("components/badge.html")
def mark(label: str, tone: str = "mute", icon: str = "circle-dot") -> Part:
    """A badge with words of its own, for what is no state of an object."""
    return {"label": label, "tone": tone, "icon": icon}


@register.inclusion_tag("components/avatar.html")
def avatar(of: Any, round: bool = False, large: bool = False) -> Part:  # noqa: A002, FBT001, FBT002 - read in templates
    """Two letters of a name on a colour of its own."""
    name = str(of)
    letters = "".join(word[0] for word in name.replace("@", " ").split()[:2]).upper()
    return {
        "letters": letters,
        "hue": crc32(name.encode()) % 11 + 1,
        "round": round,
        "large": large,
    }


@register.inclusion_tag("components/crumb.html")
def crumb(url: str, label: str) -> Part:
    """The way back to the list."""
    return {"url": url, "label": label}


@register.inclusion_tag("components/callout.html")
def callout(  # all but two have defaults
    tone: str, title: str, text: str = "", href: str = "", label: str = "", icon: str = ""
) -> Part:
    """An alarm or a question above the data, with at most one action inside."""
    usual = {"bad": "circle-alert", "wait": "clock", "good": "circle-check", "info": "info"}
    picture = icon or usual.get(tone, "info")
    return {
        "tone": tone, "title": title, "text": text, "href": href, "label": label, "icon": picture,
    }  # fmt: skip


@register.inclusion_tag("components/empty.html")
def empty(  # all but three have defaults
    icon: str, title: str, text: str = "", href: str = "", label: str = "", tone: str = ""
) -> Part:
    """First use, or an empty list: one sentence and one way on."""
    return {"icon": icon, "title": title, "text": text, "href": href, "label": label, "tone": tone}


@register.inclusion_tag("components/stats.html")
def stats(rows: Sequence[dict[str, Any]]) -> Part:
    """At most four figures that lead to a list: dicts of label, value, small, note, tone, href."""
    return {"rows": rows}


@register.inclusion_tag("components/steps.html")
def steps(rows: Sequence[tuple[str, str]]) -> Part:
    """Where something stands that a person waits for: (label, "done" | "now" | "" | "bad")."""
    return {"rows": rows}


@register.inclusion_tag("components/sla.html")
def sla(used: int, words: str, of: str = "", tone: str = "") -> Part:
    """A promised time: used share in percent as a bar, what is left in words."""
    share = min(max(int(used), 2), 100)
    usual = "bad" if share > LATE else "wait" if share >= HALF else "good"
    return {"share": share, "words": words, "of": of, "tone": tone or usual}


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Sequence[Any]) -> Part:
    """A history, newest first: entries of `components.history.entries_of`."""
    return {"entries": entries}


@register.inclusion_tag("components/chart.html")
def chart(rows: Sequence[tuple[str, int]], label: str) -> Part:
    """Bars of (label, grosze); `label` is a sentence with the conclusion."""
    return {"chart": chart_of(rows), "label": label, "rows": rows}


@register.inclusion_tag("components/copy.html")
def copy(value: str, label: str, name: str = "copy", *, tight: bool = False) -> Part:
    """A text to copy, with its button; `tight` copies figures without the gaps they are read by."""
    return {
        "value": value,
        "label": label,
        "name": name,
        "copied": "".join(value.split()) if tight else "",
    }


@register.simple_tag(takes_context=True)
def amount(context: Context, grosze: int | None, currency: str = "PLN") -> str:
    """A sum, for those who see sums; for others the word "hidden"."""
    return shown_amount(context["request"], grosze, currency)


@register.simple_tag(takes_context=True)
def secret(context: Context, name: str) -> str:
    """`{% secret invoice.link as href %}`: the address a letter carries under that name."""
    return str(context.get(name, ""))


@register.inclusion_tag("components/qr.html")
def qr(text: str, label: str, width: int = 112) -> Part:
    """A square code for a camera."""
    return {"square": square_of(text), "label": label, "width": width}


@register.inclusion_tag("components/invoice_sheet.html")
def invoice_sheet(invoice: Invoice) -> Part:
    """The document as on paper; only for those who see its sums."""
    return sheet_context(invoice)


# --- forms -------------------------------------------------------------------------------------


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, **options: Any) -> Part:
    """One field with label, hint and error; options in `components.fields`."""
    return fields.context_of(bound, **options)


@register.inclusion_tag("components/errors.html")
def form_errors(form: BaseForm, heading: str = "") -> Part:
    """The summary above a form that was not taken; it gets the focus."""
    return {"heading": heading or fields.heading_of(form), "rows": fields.summary_of(form)}


@register.inclusion_tag("components/hidden.html", takes_context=True)
def hidden(context: Context, form: BaseForm | None = None) -> Part:
    """What every POST form carries unseen: CSRF secret, version, one-time key, trap."""
    return {"csrf_token": context.get("csrf_token"), "form": form}


# --- frames ------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def vendor(context: Context) -> Vendor | None:
    """The company: `{% vendor as vendor %}`."""
    request = context.get("request")
    return vendor_of(request) if request else None


@register.simple_tag(takes_context=True)
def brand_css(context: Context) -> SafeString | str:
    """The vendor's colour, a stylesheet of our own (nothing inline, see the CSP)."""
    company = vendor(context)
    if company is None or not company.brand_colour:
        return ""
    version = company.brand_colour.removeprefix("#")
    return format_html('<link rel="stylesheet" href="/marka.css?v={}">', version)


@register.simple_tag(takes_context=True)
def brand_end(context: Context) -> str:
    """The end of every title: whose installation this is."""
    company = vendor(context)
    return f" · {company.brand}" if company else ""


@register.inclusion_tag("components/brand.html", takes_context=True)
def brand(context: Context, url: str, small: str = "") -> Part:
    company = vendor(context)
    return {"url": url, "name": company.brand if company else "Ogniwo", "small": small}


@register.simple_tag
def home_of(user: User) -> str:
    """The first page of a person's own face."""
    return "/konsola/" if user.is_vendor else "/panel/"


@register.inclusion_tag("components/language.html", takes_context=True)
def language_switch(context: Context) -> Part:
    """A button to the other language."""
    request = context.get("request")
    other = "pl" if (get_language() or "pl").startswith("en") else "en"
    return {
        "other": other,
        "name": {"pl": "Polski", "en": "English"}[other],
        "here": request.get_full_path() if request and request.method == "GET" else "/",
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("components/public_foot.html", takes_context=True)
def public_foot(context: Context) -> Part:
    return {"vendor": vendor(context)}


@register.inclusion_tag("components/write_to_us.html", takes_context=True)
def write_to_us(context: Context) -> Part:
    return {"vendor": vendor(context)}


@register.inclusion_tag("components/panel_nav.html", takes_context=True)
def panel_nav(context: Context) -> Part:
    return _nav(context, "panel")


@register.inclusion_tag("components/desk_nav.html", takes_context=True)
def desk_nav(context: Context) -> Part:
    return _nav(context, "desk")


def _nav(context: Context, face: str) -> Part:
    request: HttpRequest = context["request"]
    return {
        "request": request,
        "user": request.user,
        "vendor": vendor_of(request),
        "menu": navigation.menu(request, face),
        "register": navigation.REGISTER,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("components/tabbar.html", takes_context=True)
def panel_tabbar(context: Context) -> Part:
    return {"tabs": navigation.tabs(context["request"])}


@register.inclusion_tag("components/toasts.html", takes_context=True)
def toasts(context: Context) -> Part:
    """What was just done, with "Undo" where there is a way back."""
    return {"messages": context.get("messages"), "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("components/moves.html", takes_context=True)
def moves(
    context: Context,
    obj: Stateful,
    offers: Moves,
    address: str = "",
    small: bool = False,  # noqa: FBT001, FBT002 - read in templates
) -> Part:
    """Buttons of what this person may do with the object now; `address` is the object's own."""
    request: HttpRequest = context["request"]
    return {
        "buttons": buttons_of(obj, offers, request, address=address, small=small),
        "version": obj.version,
        "csrf_token": context.get("csrf_token"),
    }


# --- lists -------------------------------------------------------------------------------------


@register.inclusion_tag("components/filters.html", takes_context=True)
def filters(context: Context, page: Page, placeholder: str) -> Part:
    """Search, filters and, for those who may, the exports of a list."""
    return {
        "page": page,
        "placeholder": placeholder,
        "may_export": context.get("may_export", False),
        "csv_url": page.url(format="csv"),
        "xlsx_url": page.url(format="xlsx"),
    }


@register.inclusion_tag("components/pager.html")
def pager(page: Page) -> Part:
    """How many there are, and the way to the next and the previous ones."""
    return {"page": page}


@register.inclusion_tag("components/th.html")
def th(page: Page, name: str, number: bool = False) -> Part:  # noqa: FBT001, FBT002 - read in templates
    """The head of a column that the list can be ordered by."""
    label = next(order.label for order in page.listing.orders if order.name == name)
    current = page.order.name == name
    direction = ("descending" if page.reverse else "ascending") if current else ""
    return {"label": label, "url": page.sort_url(name), "direction": direction, "number": number}


@register.inclusion_tag("components/nothing_found.html")
def nothing_found(page: Page) -> Part:
    """Instead of the table when the filters leave no row."""
    return {"q": page.q, "url": page.request.path}
