"""What must hold in the programme's books; each breach is named with its object."""

import hashlib
from collections.abc import Iterator

from django.db.models import CharField, Count, F, Max, Q, TextField

from ogniwo.journal.models import Event, EventDetail, canonical
from ogniwo.journal.moves import Stateful
from ogniwo.journal.seal import Breach
from ogniwo.programme.models import (
    Acceptance,
    Application,
    Assignment,
    Case,
    Client,
    Counter,
    LeadSnapshot,
    Reseller,
    TermsVersion,
)
from ogniwo.programme.models.terms import sha256
from ogniwo.programme.registering import receipt_of

NUMBERED = (
    ("W", Application, "number"),
    ("R", Reseller, "number"),
    ("L", Client, "lead_number"),
    ("K", Client, "number"),
    ("Z", Case, "number"),
)
STATEFUL: tuple[type[Stateful], ...] = (Application, Reseller, Client, Case)
TEXTS = (CharField, TextField)
BORN = {Application: "unverified", Reseller: "invited", Client: "lead", Case: "open"}


def breaches() -> Iterator[Breach]:
    yield from _numbers()
    for model in STATEFUL:
        yield from _states(model)
        yield from _values(model)
    yield from _receipts()
    yield from _claims()
    yield from _terms()
    yield from _assignments()
    yield from _snapshots()


def _numbers() -> Iterator[Breach]:
    """Per series the numbers are exactly 1 … last."""
    last_of = dict(Counter.objects.values_list("kind", "last"))
    for kind, model, field in NUMBERED:
        rows = model._default_manager.exclude(**{f"{field}__isnull": True})
        found = sorted(int(n.partition("-")[2]) for n in rows.values_list(field, flat=True))
        last = last_of.get(kind, 0)
        for missing in sorted(set(range(1, last + 1)) ^ set(found))[:20]:
            number = f"{kind}-{missing:04}"
            yield Breach("number_gap", number, f"{number} does not fit the series 1 to {last}.")


def _states(model: type[Stateful]) -> Iterator[Breach]:
    """A state is the one its last move led to."""
    kind = model._meta.label_lower
    moves = Event.objects.filter(kind=kind, facts__has_key="to")
    last = moves.values("key").annotate(last=Max("pk")).values("last")
    led_to = dict(Event.objects.filter(pk__in=last).values_list("key", "facts__to"))
    for row in model._default_manager.order_by("pk").iterator(chunk_size=2000):
        expected = led_to.get(row.pk, BORN[model])
        if row.state != expected:
            name = _name(row)
            sentence = f"{name} is {row.state}; its last move led to {expected}."
            yield Breach("state_without_move", name, sentence)


def _values(model: type[Stateful]) -> Iterator[Breach]:
    """A text is the one its last change left, as the journal has it."""
    texts = {f.attname for f in model._meta.concrete_fields if isinstance(f, TEXTS)}
    details = EventDetail.objects.filter(event__kind=model._meta.label_lower, field__in=texts)
    last: dict[int, dict[str, str]] = {}
    for key, field, new in details.order_by("pk").values_list("event__key", "field", "new"):
        last.setdefault(key, {})[field] = new
    for row in model._default_manager.filter(pk__in=last).order_by("pk").iterator(chunk_size=500):
        for field, new in last[row.pk].items():
            if (getattr(row, field) or "") != new:
                name, sentence = _name(row), "its last change in the journal left another value"
                yield Breach("value_without_move", name, f"{field} of {name}: {sentence}.")


def _receipts() -> Iterator[Breach]:
    """What was registered, with the changes since taken back, is what the receipt was made of."""
    first: dict[int, dict[str, str]] = {}
    details = EventDetail.objects.filter(
        event__kind=Client._meta.label_lower, field__in=Client.COMPANY_FIELDS
    )
    for key, field, old in details.order_by("-pk").values_list("event__key", "field", "old"):
        first.setdefault(key, {})[field] = old
    for client in Client.objects.exclude(receipt="").order_by("pk").iterator(chunk_size=500):
        registered = client.snapshot() | first.get(client.pk, {})
        if receipt_of(client.lead_number, client.registered_at, registered) != client.receipt:
            name = _name(client)
            yield Breach("receipt_differs", name, f"{name} is not what was registered.")


def _claims() -> Iterator[Breach]:
    """A NIP has one living client (II.4)."""
    held = Client.objects.filter(state__in=Client.CLAIMS).exclude(nip="")
    for row in held.values("nip").annotate(n=Count("pk")).filter(n__gt=1).order_by("nip"):
        yield Breach("nip_twice", row["nip"], f"NIP {row['nip']} has {row['n']} living clients.")


def _terms() -> Iterator[Breach]:
    for version in TermsVersion.objects.order_by("number"):
        if sha256(version.text) != version.sha256:
            name = f"terms {version.number}"
            yield Breach("terms_changed", name, f"The text of {name} is not what was announced.")
    other = Acceptance.objects.exclude(sha256=F("version__sha256")).select_related("reseller")
    for row in other.order_by("pk"):
        name = row.reseller.number
        yield Breach(
            "acceptance_changed", name, f"{name} accepted another text than its version's."
        )
    yield from _acceptances()
    unproven = Reseller.objects.active().filter(acceptances__isnull=True)
    for reseller in unproven.order_by("pk"):
        name = reseller.number
        yield Breach("active_without_terms", name, f"{name} is active without an acceptance.")


def _acceptances() -> Iterator[Breach]:
    """Who accepted what, when and how is what the journal says of it (I.5)."""
    events = Event.objects.filter(verb="programme.acceptance.accept")
    said = {event.key: event for event in events.order_by("pk").iterator(chunk_size=2000)}
    for row in Acceptance.objects.select_related("reseller").defer("scan").order_by("pk"):
        event, name = said.get(row.pk), row.reseller.number
        facts = {"channel": row.channel, "sha256": row.sha256, "reseller": name}
        kept = event is not None and facts.items() <= event.facts.items()
        if not (event and kept and (event.at, event.by_id) == (row.at, row.person_id)):
            sentence = f"The acceptance of {name} is not what the journal says of it."
            yield Breach("acceptance_differs", name, sentence)


def _assignments() -> Iterator[Breach]:
    """An Account's reseller is the one of its open assignment."""
    running = Assignment.objects.filter(end__isnull=True, client__state="account")
    same = Q(reseller=F("client__reseller")) | Q(
        reseller__isnull=True, client__reseller__isnull=True
    )
    for row in running.exclude(same).select_related("client").order_by("pk"):
        name = _name(row.client)
        yield Breach("assignment_differs", name, f"{name} is assigned to another reseller.")


def _snapshots() -> Iterator[Breach]:
    for row in LeadSnapshot.objects.select_related("client").order_by("pk").iterator():
        if hashlib.sha256(canonical(row.body)).hexdigest() != row.sha256:
            name = _name(row.client)
            yield Breach("snapshot_changed", name, f"The snapshot of {name} was changed.")


def _name(row: object) -> str:
    number = getattr(row, "number", None) or getattr(row, "lead_number", None)
    return str(number or f"{type(row).__name__.lower()} {getattr(row, 'pk', '')}")
