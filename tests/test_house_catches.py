"""Each rule of the house is shown a fault and must see it, and something sound and must not."""

from collections.abc import Callable, Iterator

import pytest

from tests import house


def past_the_gate(source: str) -> Iterator[str]:
    return house.loads_past_the_gate(source, guarded={"Client"})


LONG = '"""Long."""\n\ndef f():\n' + "    a = 1\n" * 41
FAULTS = [
    (house.too_long, LONG, '"""Short."""\n\ndef f():\n    return 1\n'),
    (house.too_long, "a = 1\n" * 401, "a = 1\n" * 400),
    (house.template_too_long, "<p>\n" * 121, "<p>\n" * 120),
    (house.without_a_sentence, "import os\n", '"""Says what it is."""\nimport os\n'),
    (house.writes_a_state, "client.state = 'account'", "state = client.state"),
    (house.writes_a_state, "q.update(state='account')", "q.filter(state='account')"),
    (house.writes_a_state, "setattr(client, 'state', 1)", "setattr(client, 'city', 1)"),
    (house.trusts_html, "return mark_safe(text)", "return format_html('{}', text)"),
    (house.template_trusts_html, "{{ text|safe }}", "{{ text }} is safe"),
    (house.template_trusts_html, "{% autoescape off %}", "{% autoescape on %}"),
    (house.acts_inline, '<p style="color:red">', '<p class="{% if style %}a{% endif %}">'),
    (house.acts_inline, '<a onclick="x()">', '<a href="/online=1">'),
    (house.acts_inline, "<script>x()</script>", '<script src="/x.js" defer></script>'),
    (house.acts_inline, "<style>a{}</style>", '<script type="application/json">{}</script>'),
    (house.acts_inline, '<a hx-on:click="x()">', '<a hx-get="/x/">'),
    (house.pastes_sql, "c.execute(f'SELECT {x}')", "c.execute('SELECT %s', [x])"),
    (house.pastes_sql, "c.execute('SELECT ' + x)", "c.execute(QUERY, [x])"),
    (house.pastes_sql, "q.raw('{}'.format(x))", "log.info('{}'.format(x))"),
    (past_the_gate, "Client.objects.get(pk=1)", "Client.objects.visible_to(user).get(pk=1)"),
    (past_the_gate, "get_object_or_404(Client, pk=1)", "Vendor.objects.get()"),
    (
        house.acts_behind_the_back,
        "class A(models.Model):\n    def save(self): ...",
        "class A(models.Model):\n    def issue(self): ...",
    ),
    (
        house.acts_behind_the_back,
        "from django.db.models.signals import post_save",
        "from django.db import models",
    ),
    (house.hushes_without_reason, "x = 1  # no" + "qa: E501", "x = 1  # no" + "qa: E501 - an URL"),
    (
        house.hushes_without_reason,
        "x = 1  # type: " + "ignore[misc]",
        "x = 1  # type: " + "ignore[misc]  # made at run time",
    ),
    (house.unfinished, "# TO" + "DO later", "# to do is to be"),
]


@pytest.mark.parametrize(("rule", "fault", "sound"), FAULTS)
def test_a_planted_fault_is_seen(
    rule: Callable[[str], Iterator[str]], fault: str, sound: str
) -> None:
    assert list(rule(fault)) != []
    assert list(rule(sound)) == []
