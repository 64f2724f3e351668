"""A client sent without signing in: nothing happens before the code from the reseller's mailbox."""

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from ogniwo.outbox.models import Message
from ogniwo.outbox.seal import open_sealed
from ogniwo.people.limits import TooMany
from ogniwo.people.models import CodeWrong, Link, LinkGone
from ogniwo.programme import drafts, objecting
from ogniwo.programme.models import Client, FrkDraft
from ogniwo.programme.registering import NipTaken
from tests import cast

pytestmark = pytest.mark.django_db
AT = cast.later(5)
HOME = "192.0.2.7"


def sent(name: str = "Kwiaty", *, at: datetime = AT) -> tuple[FrkDraft, str]:
    draft, token = drafts.keep(
        cast.reseller("Radek"), cast.client_fields(name), [], network=HOME, at=at
    )
    drafts.send_code(draft, at=at)
    return draft, token


def code_in_the_letter() -> str:
    letter = Message.objects.filter(template="programme/letters/frk_code").latest("pk")
    return open_sealed(letter.sealed)["code"]


def test_nothing_is_created_before_the_code_and_the_lead_after_it() -> None:
    draft, token = sent()
    assert not Client.objects.exists()
    client = drafts.confirm(draft, code_in_the_letter(), network=HOME, at=AT)
    assert (client.state, client.reseller) == ("lead", cast.reseller("Radek"))
    assert client.statement_on == cast.client_fields()["statement_on"]
    again = FrkDraft.objects.opened_by(token, at=AT)
    assert again is not None
    assert again.client == client


def test_a_wrong_code_says_how_many_tries_are_left_and_the_fifth_kills_it() -> None:
    draft, _token = sent()
    code = code_in_the_letter()
    wrong = "000000" if code != "000000" else "000001"
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(CodeWrong) as refused:
            drafts.confirm(draft, wrong, network=HOME, at=AT)
        assert refused.value.left == left
    with pytest.raises(CodeWrong):
        drafts.confirm(draft, code, network=HOME, at=AT)
    assert not Client.objects.exists()


def test_a_taken_company_is_refused_after_the_code_only() -> None:
    cast.lead(at=AT)
    draft, _token = sent()
    with pytest.raises(NipTaken):
        drafts.confirm(draft, code_in_the_letter(), network=HOME, at=AT)
    draft.refresh_from_db()
    assert draft.confirmed_at is not None
    assert draft.client is None
    assert Client.objects.count() == 1


def test_a_draft_lives_for_a_day_and_its_page_needs_the_secret() -> None:
    _draft, token = sent()
    assert FrkDraft.objects.opened_by(token, at=cast.later(0.99, at=AT))
    assert FrkDraft.objects.opened_by(token, at=cast.later(1, at=AT)) is None
    assert FrkDraft.objects.opened_by("cokolwiek", at=AT) is None


def test_codes_and_drafts_are_limited(settings: Settings) -> None:
    settings.OGNIWO_LIMITS = True
    draft, _token = sent()
    for _turn in range(2):
        drafts.send_code(draft, at=AT)
    with pytest.raises(TooMany):
        drafts.send_code(draft, at=AT)
    drafts.send_code(draft, at=AT + timedelta(hours=1))
    for _turn in range(4):
        drafts.keep(cast.reseller("Radek"), cast.client_fields(), [], network=HOME, at=AT)
    with pytest.raises(TooMany):
        drafts.keep(cast.reseller("Radek"), cast.client_fields(), [], network=HOME, at=AT)


def test_the_client_objects_once_and_the_lead_waits_for_the_desk() -> None:
    client = cast.lead(at=AT)
    token = Link.objects.make(
        "objection", client, at=AT, lifetime=timedelta(days=30), single_use=True
    )
    objecting.object_to(client, Link.objects.find("objection", token, at=AT), at=AT)
    client.refresh_from_db()
    assert (client.objected_at, client.state) == (AT, "lead")
    assert Message.objects.filter(template="programme/letters/client_objected").count() == 1
    with pytest.raises(LinkGone):
        Link.objects.find("objection", token, at=AT)
