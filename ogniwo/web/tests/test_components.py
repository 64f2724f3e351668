"""Parts draw what they are given, in the language of the page, and trust none of it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from ogniwo.journal.models import Event, EventDetail
from ogniwo.journal.moves import Stateful
from ogniwo.kernel import roles
from ogniwo.people.models import User
from ogniwo.programme.models import Application, Case, Client, Reseller
from ogniwo.web.components import css, history, navigation, statuses
from ogniwo.web.components.chart import chart_of
from ogniwo.web.http import client_network
from ogniwo.web.middleware import Proxies
from ogniwo.web.tests.conftest import AT

HOSTILE = "<script>alert(1)</script>\"'"
STATIC = Path(css.FOLDER).parent


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def drawn(source: str, **context: object) -> str:
    return Template("{% load i18n ogniwo %}" + source).render(Context(context))


def test_the_stylesheet_is_its_parts_in_order() -> None:
    assert css.WHOLE.read_text(encoding="utf-8") == css.joined()
    assert css.WHOLE.read_text(encoding="utf-8").startswith("@layer reset, tokens, base")


def test_every_verb_that_is_recorded_has_words() -> None:
    """The journal shows a verb without them by its English name."""
    recorded = re.compile(r'(?:record|event_of|event_row)\(\s*"([a-z]+\.[a-z]+\.[a-z_]+)"')
    ours = Path(css.FOLDER).parents[2]
    files = [file for file in ours.rglob("*.py") if "tests" not in file.parts]
    verbs = {verb for file in files for verb in recorded.findall(file.read_text("utf-8"))}
    assert len(verbs) > 20
    assert verbs - set(history.DEEDS) == set()


def icons_there() -> set[str]:
    sprite = (STATIC / "icons" / "icons.svg").read_text(encoding="utf-8")
    return set(re.findall(r'<symbol id="([a-z0-9-]+)"', sprite))


def test_every_picture_that_is_named_is_in_the_sprite() -> None:
    named = {row.icon for rows in statuses.STATUSES.values() for row in rows.values()}
    named |= {deed.icon for deed in history.DEEDS.values()}
    named |= {item.icon for face in navigation.FACES.values() for g in face for item in g.items}
    web = Path(css.FOLDER).parents[1]
    for template in (web / "templates").rglob("*.html"):
        named |= set(re.findall(r'{% icon "([a-z0-9-]+)"', template.read_text(encoding="utf-8")))
    assert named - icons_there() == set()


@pytest.mark.parametrize(
    ("kind", "model"),
    [
        ("application", Application),
        ("reseller", Reseller),
        ("client", Client),
        ("case", Case),
    ],
)
def test_every_state_of_a_model_has_a_word_a_tone_and_a_picture(kind: str, model: Any) -> None:
    assert {str(value) for value in model.State.values} <= set(statuses.STATUSES[kind])


def test_a_badge_has_tone_picture_and_word() -> None:
    assert drawn('{% badge "invoice" "overdue" days=6 %}') == (
        '<span class="badge" data-tone="bad"><svg class="i" aria-hidden="true">'
        '<use href="/static/icons/icons.svg#circle-alert"></use></svg>Overdue · 6 days</span>\n'
    )
    assert "Overdue · 1 day<" in drawn('{% badge "invoice" "overdue" days=1 %}')
    assert "Unknown" in drawn('{% badge "invoice" "no such" %}')


def test_parts_escape_what_people_wrote() -> None:
    sources = (
        "{% callout 'bad' x x href=x label=x %}",
        "{% empty 'x' x x href=x label=x %}",
        "{% avatar x %}",
        "{% crumb x x %}",
        "{% mark x %}",
        "{% copy x x %}",
        "{% sla 10 x of=x %}",
        "{% icon x x %}",
    )
    for source in sources:
        text = drawn(source, x=HOSTILE)
        assert "<script" not in text, source
        assert "\"'" not in text, source


def test_figures_and_days_are_written_as_people_read_them() -> None:
    assert drawn("{{ 123456|money }}") == "1,234.56\u00a0zł"
    with translation.override("pl"):
        assert drawn("{{ 123456|money }}") == "1\u00a0234,56\u00a0zł"
        assert drawn("{{ -2000|money }}") == "\u221220,00\u00a0zł"
        assert drawn("{{ '2026-11-23'|day }}") == "23\u00a0lis\u00a02026"
        assert drawn("{{ '2026-11-23'|day_long }}") == "23\u00a0listopada\u00a02026"
        assert drawn("{{ d|day }}", d=datetime(2026, 11, 22, 23, 30, tzinfo=UTC)).startswith("23")
        assert drawn("{{ '9991184077'|nip }} {{ '+48600214118'|phone }}") == (
            "999-118-40-77 600 214 118"
        )
        with time_machine.travel(AT, tick=False):
            assert drawn("{{ d|moment }}", d=AT - timedelta(days=1)) == "wczoraj, 10:00"
    assert drawn("{{ x|money }}{{ x|day }}{{ x|moment }}{{ x|nip }}", x=None) == "––––"


def test_a_chart_stands_on_round_figures() -> None:
    rows = [("Oct", 180_400), ("Nov", 193_500)]
    chart = chart_of(rows)
    assert [line.label.replace("\u00a0", " ") for line in chart.lines] == [
        "0 zł", "1,000 zł", "2,000 zł",
    ]  # fmt: skip
    assert [bar.last for bar in chart.bars] == [False, True]
    assert chart_of([]).bars == []
    assert chart_of([("x", 0)]).bars[0].height == "0.0"
    assert 'role="img"' in drawn("{% chart rows 'It grew.' %}", rows=rows)
    assert len(chart_of([(str(n), n) for n in range(30)]).bars) == 12


def test_the_figures_of_a_chart_have_room_however_long_they_are() -> None:
    small, large = chart_of([("Oct", 180_400)]), chart_of([("Oct", 1_234_567_800)])
    letters = max(len(line.label) for line in large.lines)
    assert letters == len("20,000,000 zł")
    assert large.figures >= 6 * letters
    assert small.left < large.left < float(large.bars[0].x)


def test_steps_and_meters_say_it_in_words_too() -> None:
    steps = drawn("{% steps rows %}", rows=[("Sent", "done"), ("Review", "now"), ("Active", "")])
    assert steps.count("<li") == 3
    assert 'aria-current="step"' in steps
    assert 'data-tone="bad"' in drawn("{% sla 87 '4 dni' of='z 30' %}")
    assert 'data-tone="wait"' in drawn("{% sla 50 '4 dni' %}")
    assert 'width="100"' in drawn("{% sla 250 'x' %}")


def test_menus_show_what_a_role_may_open(rf: RequestFactory) -> None:
    def keys(role: str, face: str) -> set[str]:
        request = rf.get("/konsola/klienci/K-0142/")
        request.user = User(role=role)
        vars(request)["nav"] = {}
        shown = navigation.menu(request, face)
        assert face == "panel" or [s.item.key for _g, i in shown for s in i if s.current] == [
            "clients"
        ]
        return {item.item.key for _group, items in shown for item in items}

    assert {"payments", "journal", "settings"} <= keys(roles.ADMINISTRATOR, "desk")
    assert not {"payments", "journal"} & keys(roles.STAFF, "desk")
    assert "applications" not in keys(roles.ACCOUNTANT, "desk")
    assert "team" not in keys(roles.RESELLER_MEMBER, "panel")


def test_a_history_tells_a_reseller_less_than_the_vendor() -> None:
    staff, reseller = User(role=roles.STAFF, name="Ola Lis"), User(role=roles.RESELLER_OWNER)
    events = [
        Event(at=AT, by=staff, role=roles.STAFF, verb="programme.client.convert"),
        Event(at=AT, by=staff, role=roles.STAFF, verb="programme.case.note"),
        Event(at=AT, by=None, role=roles.SYSTEM, verb="programme.client.expire"),
    ]
    for event in events:
        event.pk = 1
        vars(event)["_prefetched_objects_cache"] = {"details": EventDetail.objects.none()}
    seen = history.entries_of(events, viewer=reseller, brand="Meridian")
    assert [(str(e.title), e.who) for e in seen] == [
        ("Lead converted into an Account", "Ola Lis, Meridian"),
        ("Protection of the Lead ended", "Meridian"),
    ]
    assert len(history.entries_of(events, viewer=staff, brand="Meridian")) == 3


def test_every_move_has_a_name_in_the_history() -> None:
    stateful = [model for model in apps.get_models() if issubclass(model, Stateful)]
    verbs = {f"{m._meta.label_lower}.{row.name}" for m in stateful for row in m.table_of_moves()}
    assert len(verbs) > 20
    assert verbs - set(history.DEEDS) == set()


@pytest.mark.parametrize(
    ("remote", "forwarded", "client"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.7", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, junk", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "2001:db8:1:2:3::4", "2001:db8:1:2:3::4"),
    ],
)
def test_only_our_own_proxies_are_believed(
    rf: RequestFactory, settings: object, remote: str, forwarded: str, client: str
) -> None:
    settings.OGNIWO_PROXIES = ["10.0.0.0/8"]  # type: ignore[attr-defined]  # pytest-django's
    seen = []
    request = rf.get(
        "/",
        REMOTE_ADDR=remote,
        headers={"x-forwarded-for": forwarded, "x-forwarded-proto": "https"},
    )
    Proxies(lambda r: seen.append((r.META["REMOTE_ADDR"], r.is_secure())))(request)  # type: ignore[arg-type, return-value]  # answers nothing
    assert seen == [(client, remote.startswith("10."))]
    assert "HTTP_X_FORWARDED_FOR" not in request.META


def test_limits_count_by_the_network_a_visitor_owns(rf: RequestFactory) -> None:
    def network(address: str) -> str:
        return client_network(rf.get("/", REMOTE_ADDR=address))

    assert network("198.51.100.7") == "198.51.100.7"
    assert network("2001:db8:1:2:3::4") == network("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    assert network("::ffff:198.51.100.7") == "198.51.100.7"
    assert network("") == "unknown"
