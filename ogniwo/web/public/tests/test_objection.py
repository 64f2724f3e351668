"""The client who did not ask: a button in the page behind his letter, told to the desk."""

import pytest
import time_machine
from django.test import Client as Browser

from ogniwo.web.public.tests.walk import secret_of, sent
from tests import cast

pytestmark = pytest.mark.django_db
AT = cast.later(3)


def test_only_the_button_objects_and_only_once() -> None:
    with time_machine.travel(AT, tick=False):
        client = cast.lead(at=AT)
        here = secret_of("client_information")
        page = Browser().get(here)
        assert (page.status_code, sent("client_objected")) == (200, 0)
        assert Browser().post(here).headers["Location"] == "/to-nie-ja/"
        client.refresh_from_db()
        assert (client.objected_at, client.state) == (AT, "lead")
        assert (Browser().post(here).status_code, sent("client_objected")) == (410, 1)
        assert Browser().get("/to-nie-ja/").status_code == 200


def test_privacy_names_who_is_responsible() -> None:
    cast.vendor()
    page = Browser().get("/prywatnosc/").content.decode()
    assert "Meridian Integracje" in page
    assert "partnerzy@meridian.example" in page
