"""What is counted side by side is what each count would say alone."""

from datetime import timedelta

import pytest
from django.db.models import Count, Max, Min, Q
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from ogniwo.people.models import User
from ogniwo.programme.models import Client
from ogniwo.web.together import figures, number, of_any, together
from tests import cast

pytestmark = pytest.mark.django_db


def test_figures_side_by_side_are_those_of_each_alone(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    at = now().replace(microsecond=7)
    for place in range(3):
        cast.lead(name=f"Sklep {place}", nip=cast.nip(3_000 + 50 * place), at=at,
                  shop_url=f"https://s{place}.example", email=f"a@s{place}.example")  # fmt: skip
    leads, nobody = Client.objects.order_by("sort_name"), Client.objects.none()
    wanted = {
        "number": Count("pk"), "first": Min("registered_at"), "day": Max("protected_until"),
        "some": Count("pk", filter=Q(sort_name__contains="1")),
    }  # fmt: skip
    with django_assert_num_queries(1):
        found = together(
            {
                "leads": figures(leads, **wanted),
                "gone": figures(leads.filter(state="closed"), **wanted),
                "nobody": figures(nobody, **wanted),
                "two": number(leads, most=2),
                "none": number(nobody),
                "people": number(User.objects.filter(name__startswith="O%")),
            }
        )
    assert found["leads"] == leads.aggregate(**wanted)
    assert (found["leads"]["number"], found["leads"]["some"]) == (3, 1)
    assert found["gone"] == found["nobody"] == nobody.aggregate(**wanted)
    assert [found[name]["number"] for name in ("two", "none", "people")] == [2, 0, 0]


def test_nothing_is_asked_when_nothing_is_wanted(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(0):
        assert together({}) == {}


def test_some_of_each_come_in_one_statement(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    start = now() - timedelta(days=9)
    for place in range(6):
        cast.lead(name=f"Sklep {place}", nip=cast.nip(3_000 + 50 * place),
                  at=start + timedelta(days=place), shop_url=f"https://s{place}.example",
                  email=f"a@s{place}.example")  # fmt: skip
    leads = Client.objects.filter(sort_name__startswith="sklep")
    oldest, newest = leads.order_by("registered_at")[:2], leads.order_by("-registered_at")[:1]
    with django_assert_num_queries(1):
        found = list(of_any(oldest, newest).order_by("pk"))
    assert [str(one)[:7] for one in found] == ["Sklep 0", "Sklep 1", "Sklep 5"]
