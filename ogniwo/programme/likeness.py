"""Whether a firm is known already: duplicates for the desk's eyes, side by side."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ogniwo.kernel.text import fold
from ogniwo.people.models import User
from ogniwo.programme.models import Application, Client, Reseller

SAME, SIMILAR, DIFFERENT = "same", "similar", "different"
ALIKE = 0.72
MOST, MOST_SHOWN = 5, 3
SHORTEST_STEM = 4
FORMS = ("sp. z o.o.", "sp. j.", "sp. k.", "s.c.", "s.a.")


@dataclass(frozen=True)
class Comparison:
    """One field of two firms, and whether it says the same."""

    field: str
    label: str | Promise
    mine: str
    theirs: str
    verdict: str


@dataclass(frozen=True)
class Likeness:
    """A client that may be the same firm."""

    client: Client
    rows: list[Comparison]


def known_as(application: Application, *, viewer: User) -> list[Application | Reseller | Client]:
    """Other applications, resellers and clients with the applicant's NIP or address."""
    nip, email = application.nip, application.email
    either = Q(nip=nip) | Q(email__iexact=email)
    applications = Application.objects.visible_to(viewer).like(nip=nip, email=email)
    return [
        *applications.filter(number__isnull=False)
        .exclude(pk=application.pk)
        .order_by("-pk")[:MOST],
        *Reseller.objects.visible_to(viewer)
        .filter(either)
        .exclude(application=application)
        .order_by("-pk")[:MOST],
        *Client.objects.visible_to(viewer).filter(either).order_by("-pk")[:MOST],
    ]


def like_client(client: Client, *, viewer: User) -> list[Likeness]:
    """Living clients that share the NIP, the phone, an address or most of the name."""
    others = Client.objects.visible_to(viewer).filter(state__in=Client.CLAIMS)
    stem = _stem(client.company_name)
    shared = Q(phone=client.phone)
    if len(stem) >= SHORTEST_STEM:
        shared |= Q(sort_name__startswith=stem[:12])
    if client.nip:
        shared |= Q(nip=client.nip)
    if client.email:
        shared |= Q(email__iexact=client.email)
    if client.street and client.postcode:
        shared |= Q(street__iexact=client.street, postcode=client.postcode)
    found = others.filter(shared).exclude(pk=client.pk).select_related("reseller")
    likenesses = [Likeness(other, compare(client, other)) for other in found.order_by("pk")[:20]]
    return sorted(likenesses, key=_sameness, reverse=True)[:MOST_SHOWN]


def compare(one: Client, other: Client) -> list[Comparison]:
    """Field by field: NIP, name, address, phone, e-mail."""
    pairs: tuple[tuple[str, str | Promise, str, str], ...] = (
        ("nip", "NIP", one.nip, other.nip),
        ("company_name", _("Company name"), str(one), str(other)),
        ("street", _("Address"), one.address, other.address),
        ("phone", _("Phone"), one.phone, other.phone),
        ("email", _("E-mail"), one.email, other.email),
    )
    return [
        Comparison(name, words, mine, theirs, _verdict(name, mine, theirs))
        for name, words, mine, theirs in pairs
    ]


def _verdict(field: str, mine: str, theirs: str) -> str:
    a, b = (_stem(mine), _stem(theirs)) if field == "company_name" else (fold(mine), fold(theirs))
    if a == b:
        return SAME
    if field in {"nip", "phone"} or not a or not b:
        return DIFFERENT
    if field == "email":
        return SIMILAR if a.rpartition("@")[2] == b.rpartition("@")[2] else DIFFERENT
    return SIMILAR if SequenceMatcher(None, a, b).ratio() >= ALIKE else DIFFERENT


def _stem(name: str) -> str:
    """The name without the form of the company."""
    folded = fold(name)
    for form in FORMS:
        folded = folded.removesuffix(form).strip()
    return folded


def _sameness(likeness: Likeness) -> int:
    return sum({SAME: 2, SIMILAR: 1}.get(row.verdict, 0) for row in likeness.rows)
