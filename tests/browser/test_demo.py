"""Every page the logins of the demo can reach opens without an error."""

import re
from collections import Counter, deque
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from lxml import html
from playwright.sync_api import Browser

from tests.browser.product import Product
from tests.browser.watch import Watched

VARIABLE = re.compile(r"[A-Z]{1,2}-[\d-]+|\d[\d-]*|(?<=reseller_klient_)\w+|(?<=^/f/)[^/]+")
FILES = re.compile(r"\.(pdf|csv|xlsx|png|svg|jpe?g)(\?|$)|[?&]format=")
LETTER = re.compile(r"/listy/\d+/html/$")  # its links are for whom it was written to
FIRST_OF_ROLE, OTHERS = 2, 1  # how often each kind of page
OK = 200
LINKS = "[...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href'))"


def pattern_of(url: str) -> str:
    """What kind of page it is: numbers, days and values of filters left out."""
    parts = urlsplit(url)
    names = "&".join(sorted(name for name, _value in parse_qsl(parts.query)))
    return f"{VARIABLE.sub('*', parts.path)}?{names}"


class Crawler:
    """Follows every link, each kind of page a few times; the first of each kind is drawn."""

    def __init__(self) -> None:
        self.drawn: set[str] = set()

    def crawl(self, visitor: Watched, start: str, *, times: int) -> Counter[str]:
        seen: Counter[str] = Counter()
        waiting, known = deque([(start, "the sign-in")]), {start}
        while waiting:
            url, parent = waiting.popleft()
            kind = pattern_of(url)
            if seen[kind] >= times:
                continue
            seen[kind] += 1
            for href in self._open(visitor, url, kind, parent):
                link = urljoin(url, href).partition("#")[0]
                if link.startswith(visitor.origin) and link not in known:
                    known.add(link)
                    waiting.append((link, url))
        return seen

    def _open(self, visitor: Watched, url: str, kind: str, parent: str) -> list[str]:
        """The links of a page; complains when it does not open."""
        if kind in self.drawn or FILES.search(url):
            answer = visitor.context.request.get(url)
            status, page = answer.status, "" if FILES.search(url) else answer.text()
            links = [str(href) for href in html.fromstring(page or "<p>").xpath("//a/@href")]
        else:
            self.drawn.add(kind)
            found = visitor.page.goto(url, wait_until="domcontentloaded")
            status = found.status if found else 0
            links = visitor.page.evaluate(LINKS)
        if status != OK:
            visitor.complain(f"{status} from {url}, linked on {parent}")
        return [] if LETTER.search(url) else links


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_every_page_of_the_demo_opens_for_whoever_may_reach_it(
    chromium: Browser, demo: tuple[Product, list[dict[str, str]]]
) -> None:
    product, logins = demo
    complaints, kinds, crawler = [], Counter[str](), Crawler()
    roles: set[str] = set()
    for login in logins:
        visitor = Watched(chromium, product.origin)
        page = visitor.go("/logowanie/")
        page.locator("[name='login']").fill(login["email"])
        page.locator("[name='password']").fill(login["password"])
        with page.expect_navigation():
            page.locator("main form button[type='submit']").first.click()
        assert urlsplit(page.url).path == urlsplit(login["url"]).path, login["email"]
        times = OTHERS if login["role"] in roles else FIRST_OF_ROLE
        kinds += crawler.crawl(visitor, page.url, times=times)
        roles.add(login["role"])
        complaints += [f"{login['role']} {said}" for said in visitor.complaints]
        visitor.context.close()
    assert not complaints, "\n".join(complaints)
    assert len(kinds) > 60
