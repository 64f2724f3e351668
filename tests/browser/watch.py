"""A browser that is watched: what it complains of, where it asks, and whether all can read it."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from tests.house import ROOT

SHOTS = ROOT / "test-results"
AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})"
PATIENCE = 20_000  # milliseconds
WIDE, PHONE, NARROW = (1280, 800), (390, 844), (360, 740)


class Watched:
    """Somebody's browser; `look` examines the page he has come to."""

    def __init__(self, browser: Browser, origin: str, *, shots: str = "") -> None:
        self.origin, self.shots = origin, shots
        self.complaints: list[str] = []
        self.looked = 0
        self.context: BrowserContext = browser.new_context(
            base_url=origin,
            viewport=_size(WIDE),
            locale="pl-PL",
            timezone_id="Europe/Warsaw",
            reduced_motion="reduce",  # colours on their way are no colours
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complain(f"error: {error}"))
        self.page.on("request", self._request)
        self.page.on("response", self._response)

    def complain(self, what: str) -> None:
        self.complaints.append(f"{self._where()}: {what}")

    def go(self, path: str) -> Page:
        self.page.goto(path)
        return self.page

    def look(self, name: str) -> None:
        """Axe in the wide light and the small dark page, no sideways scroll, two pictures."""
        self.looked += 1
        for size, theme in ((WIDE, "light"), (PHONE, "dark")):
            self.page.set_viewport_size(_size(size))
            self.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of two words
            self._axe(f"{size[0]} {theme}")
            self._shot(f"{self.looked:02}-{name}-{size[0]}")
        self.page.set_viewport_size(_size(NARROW))
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        if wide > NARROW[0]:
            self.complain(f"scrolls sideways: {wide} px")
        self.page.set_viewport_size(_size(WIDE))
        self.page.emulate_media(color_scheme="light")

    def _axe(self, how: str) -> None:
        self.page.evaluate(AXE)
        found: dict[str, Any] = self.page.evaluate(RUN_AXE, TAGS)
        for violation in found["violations"]:
            places = [node["target"][0] for node in violation["nodes"][:3]]
            self.complain(f"axe {how}: {violation['id']} at {places}")

    def _shot(self, name: str) -> None:
        if self.shots:
            self.page.screenshot(path=SHOTS / self.shots / f"{name}.png", full_page=True)

    # -- what a browser tells -----------------------------------------------------------------

    def _console(self, message: ConsoleMessage) -> None:
        """Violations of the policy are told as errors."""
        if message.type in {"error", "warning"}:
            self.complain(f"{message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "data:", "about:")):
            self.complain(f"asks elsewhere: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.complain(f"{response.status} from {urlsplit(response.url).path}")

    def _where(self) -> str:
        return urlsplit(self.page.url).path if hasattr(self, "page") else ""


def _size(pair: tuple[int, int]) -> Any:
    return {"width": pair[0], "height": pair[1]}
