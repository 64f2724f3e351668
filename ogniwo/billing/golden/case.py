"""Read a case: every key is known, or the case is not readable."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any, Final

from ogniwo.kernel.days import warsaw_day, warsaw_instant

INPUT: Final = {"vendor", "clients", "details", "nbp", "events", "as_of", "schedule", "show"}
VENDOR: Final = {"due_days", "series"}
CLIENT: Final = {
    "id", "name", "nip", "email", "address", "state", "country", "vat_ue", "due_days", "held",
    "virtual_account", "ibans", "no_reminders",
}  # fmt: skip
DETAIL: Final = {
    "id", "client", "kind", "name", "months", "timing", "start_on", "anchor_day", "end_on",
    "periods", "price_grosze", "basis", "quantity", "rate", "exemption", "currency",
    "free_periods", "discounts", "lead_days", "separate", "annex15", "reseller",
}  # fmt: skip
BUYER: Final = {"name", "nip", "email", "address", "country", "vat_ue"}
DISCOUNT: Final = {"bp", "from", "to"}
TABLE: Final = {"on", "table", "eur"}
LINE: Final = {"line", "quantity", "unit_grosze", "rate"}
QUESTION: Final = {"detail", "count", "from_no"}
EVENTS: Final[Mapping[str, set[str]]] = {
    "run": {"limit", "workers"},
    "preview": set(),
    "bill_now": {"detail"},
    "add_detail": {"detail"},
    "update_client": {"client", "set"},
    "change_terms": {"detail", "from", "price_grosze", "quantity", "rate"},
    "index_prices": {"from", "bp", "details"},
    "pause": {"detail", "from"},
    "resume": {"detail", "from", "anchor_day"},
    "terminate": {"detail", "end_on", "refund"},
    "change_cycle": {"detail", "from", "months", "new", "price_grosze", "timing"},
    "correct": {"invoice", "reason", "lines", "to_zero", "buyer", "rebill"},
    "pay": {"id", "amount_grosze", "title", "account", "iban", "ref", "currency"},
    "assign": {"payment", "client", "invoices"},
    "reverse": {"payment"},
    "refund": {"payment", "grosze"},
    "dispute": {"invoice"},
    "undispute": {"invoice"},
    "remind": set(),
}
# What has a default or may be left out; without any other key a case cannot be played.
OPTIONAL: Final = {
    "vendor": VENDOR,
    "client": CLIENT - {"id"},
    "detail": DETAIL - {"id", "client", "price_grosze", "start_on"},
    "discount": {"to"},
    "line": LINE - {"line"},
    "question": {"from_no"},
    "run": EVENTS["run"],
    "change_terms": {"price_grosze", "quantity", "rate"},
    "index_prices": {"details"},
    "resume": {"anchor_day"},
    "terminate": {"refund"},
    "change_cycle": {"timing"},
    "correct": EVENTS["correct"] - {"invoice"},
    "pay": EVENTS["pay"] - {"id", "amount_grosze"},
    "assign": {"invoices"},
}
KINDS: Final[Mapping[type, set[str]]] = {
    int: {
        "amount_grosze", "grosze", "price_grosze", "unit_grosze", "bp", "limit", "count", "from_no",
        "line", "lead_days", "free_periods", "periods", "due_days", "anchor_day",
    },
    str: {
        "id", "name", "nip", "email", "address", "vat_ue", "country", "virtual_account", "title",
        "account", "iban", "ref", "reason", "exemption", "reseller", "client", "invoice", "payment",
        "new", "table",
    },
    bool: {"held", "no_reminders", "separate", "annex15", "refund", "to_zero", "rebill"},
    list: {
        "clients", "details", "nbp", "events", "schedule", "show", "ibans", "discounts", "lines",
        "invoices",
    },
}  # fmt: skip
SHOW: Final = {
    "invoices", "ledger", "held", "refused", "runs", "previews", "payments", "clients",
    "reminders", "interest", "schedule", "totals",
}  # fmt: skip
USUAL_SHOW: Final = ("invoices", "held", "refused")
TIMED: Final = {"do", "on", "at"}
NOON: Final = time(12)
FORMAT: Final = 1


class Unreadable(Exception):
    """The case is not one of this format."""


class NotBuilt(Unreadable):
    """The case needs something the product cannot do yet; it is named, never made up."""

    def __init__(self, name: str) -> None:
        super().__init__(f"not built yet: {name}")


def checked(case: Mapping[str, Any]) -> Mapping[str, Any]:
    """The input of a case file, when every key of it is known."""
    if case.get("format", FORMAT) != FORMAT:
        raise Unreadable(f"format {case['format']} is unknown")
    given: Mapping[str, Any] = without_nulls(case.get("input", case))
    known(given, INPUT, "input")
    read(given.get("vendor", {}), VENDOR, "vendor")
    read_all(given.get("clients", ()), CLIENT, "client")
    read_all(given.get("nbp", ()), TABLE, "table")
    read_all(given.get("schedule", ()), QUESTION, "question")
    for detail in given.get("details", ()):
        check_detail(detail)
    for event in given.get("events", ()):
        check_event(event)
    unknown = {str(key) for key in given.get("show", ())} - SHOW
    if unknown:
        raise Unreadable(f"show: unknown {', '.join(sorted(unknown))}")
    return given


def without_nulls(value: Any) -> Any:
    """What is null is as if it were not there; only a cycle may be none on purpose."""
    if isinstance(value, Mapping):
        said = {key: without_nulls(one) for key, one in value.items()}
        return {key: one for key, one in said.items() if one is not None or key == "months"}
    return [without_nulls(one) for one in value] if isinstance(value, list) else value


def check_detail(detail: Mapping[str, Any]) -> None:
    read(detail, DETAIL, "detail")
    read_all(detail.get("discounts", ()), DISCOUNT, "discount")


def check_event(event: Mapping[str, Any]) -> None:
    if not isinstance(event, Mapping):
        raise Unreadable("event: not an object")
    name = str(event.get("do"))
    if name not in EVENTS:
        raise Unreadable(f"unknown event {name!r}")
    if ("on" in event) == ("at" in event):
        raise Unreadable(f"{name}: either on or at")
    read({key: value for key, value in event.items() if key not in TIMED}, EVENTS[name], name)
    if name == "add_detail":
        check_detail(event["detail"])
    elif name == "update_client":
        known(event["set"], CLIENT - {"id"}, "set")
    elif name == "correct":
        read_all(event.get("lines", ()), LINE, "line")
        known(event.get("buyer", {}), BUYER, "buyer")


def read_all(rows: Iterable[Mapping[str, Any]], allowed: set[str], what: str) -> None:
    for row in rows:
        read(row, allowed, what)


def read(given: Mapping[str, Any], allowed: set[str], what: str) -> None:
    """All keys are known, and none that is needed is missing."""
    known(given, allowed, what)
    missing = allowed - OPTIONAL.get(what, set()) - set(given)
    if missing:
        raise Unreadable(f"{what}: no {', '.join(sorted(missing))}")


def known(given: Mapping[str, Any], allowed: set[str], what: str) -> None:
    if not isinstance(given, Mapping):
        raise Unreadable(f"{what}: not an object")
    unknown = set(given) - allowed
    if unknown:
        raise Unreadable(f"{what}: unknown key {', '.join(sorted(unknown))}")
    for kind, keys in KINDS.items():
        for key in keys & set(given):
            if type(given[key]) is not kind:
                raise Unreadable(f"{what}: {key} is no {kind.__name__}")


def instant_of(event: Mapping[str, Any]) -> datetime:
    """When it happened: the given instant, or noon in Warsaw of the given day."""
    if "at" not in event:
        return warsaw_instant(day_of(event["on"]), NOON)
    try:
        instant = datetime.fromisoformat(event["at"])
    except (TypeError, ValueError) as why:
        raise Unreadable(f"{event['at']!r} is no instant") from why
    if instant.tzinfo is None:
        raise Unreadable(f"{event['at']!r} has no offset")
    return instant


def noon(day: date) -> datetime:
    return warsaw_instant(day, NOON)


def day_of(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError) as why:
        raise Unreadable(f"{text!r} is no day") from why


def some_day(text: str | None) -> date | None:
    return None if text is None else day_of(text)


def first_instant(given: Mapping[str, Any]) -> datetime:
    """When clients exist: at the first event, or on the first day of the earliest detail."""
    days = [day_of(detail["start_on"]) for detail in given.get("details", ())]
    instants = [noon(day) for day in days] + [instant_of(e) for e in given.get("events", ())]
    if not instants:
        instants = [noon(last_day(given))]
    return min(instants)


def last_day(given: Mapping[str, Any]) -> date:
    """The day for statuses and interest: as given, else the day of the last event."""
    if "as_of" in given:
        return day_of(given["as_of"])
    events = given.get("events", ())
    if not events:
        raise Unreadable("neither as_of nor events")
    return warsaw_day(instant_of(events[-1]))
