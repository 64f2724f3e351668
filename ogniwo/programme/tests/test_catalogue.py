"""The price list and the files for resellers change by their verbs only, and leave a trace."""

from datetime import date
from typing import Any

import pytest

from ogniwo.journal.models import Event
from ogniwo.journal.moves import NotAllowed, Refused
from ogniwo.programme import catalogue, materials
from ogniwo.programme.models import Material, Service
from tests import cast

pytestmark = pytest.mark.django_db
ASI: dict[str, Any] = {"code": "asi", "name": "ASI", "unit": "szt.", "vat_rate": "23"}
PDF = b"%PDF-1.7 ulotka"


def asi(name: str = "Ola") -> Service:
    return catalogue.add_service(ASI, by=cast.person(name), at=cast.START)


def test_new_services_come_after_the_others() -> None:
    first = asi()
    second = catalogue.add_service(ASI | {"code": "b"}, by=cast.person("Ola"), at=cast.START)
    assert first.position < second.position


def test_a_change_keeps_the_old_value_in_the_journal() -> None:
    service = asi()
    catalogue.change_service(service, {"name": "ASI Plus"}, by=cast.person("Ola"), at=cast.START)
    event = Event.objects.about(service)[0]
    assert [(d.field, d.old, d.new) for d in event.details.all()] == [("name", "ASI", "ASI Plus")]


def test_saving_without_a_change_is_no_deed() -> None:
    service = asi()
    catalogue.change_service(service, {"name": "ASI"}, by=cast.person("Ola"), at=cast.START)
    assert Event.objects.about(service).count() == 1


@pytest.mark.parametrize(
    ("months", "grosze", "code"),
    [(2, 100, "bad_months"), (1, 0, "bad_price"), (1, -5, "bad_price")],
)
def test_a_price_that_cannot_be_is_refused(months: int, grosze: int, code: str) -> None:
    service = asi()
    with pytest.raises(Refused) as refused:
        catalogue.set_price(
            service, months=months, grosze=grosze, from_on=date(2026, 2, 1),
            by=cast.person("Ola"), at=cast.START,
        )  # fmt: skip
    assert refused.value.code == code
    assert not service.prices.exists()


def test_a_reader_changes_no_price() -> None:
    with pytest.raises(NotAllowed):
        asi("Rita")


def test_a_file_is_told_by_its_beginning() -> None:
    made = materials.add_material("Ulotka", PDF, by=cast.person("Adam"), at=cast.START)
    assert made.media_type == "application/pdf"
    assert "Ulotka" not in made.file
    assert materials.path_of(made).read_bytes() == PDF
    with pytest.raises(Refused):
        materials.add_material("Obraz", b"<svg/>", by=cast.person("Adam"), at=cast.START)


def test_a_file_over_ten_megabytes_is_refused() -> None:
    large = PDF + b" " * materials.MOST_BYTES
    with pytest.raises(Refused):
        materials.add_material("Ulotka", large, by=cast.person("Adam"), at=cast.START)
    assert not Material.objects.exists()


def test_a_name_cannot_lead_out_of_the_folder_or_end_as_a_program() -> None:
    made = materials.add_material("x.exe", PDF, by=cast.person("Adam"), at=cast.START)
    assert materials.file_name_of(made) == "x.exe.pdf"


def test_staff_adds_no_files() -> None:
    with pytest.raises(NotAllowed):
        materials.add_material("Ulotka", PDF, by=cast.person("Ola"), at=cast.START)
