"""A real browser on a real server: windows that write down what goes wrong in them, and what axe-core says of their pages."""

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, StorageState
from tests.ops.running import Server, wait_until

from openrounds.ops.demo.script import PASSWORD

ROOT = Path(__file__).parents[2]
WIDTHS = (375, 1280)
HEIGHT = 900
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
FOUND = (
    "r => r.violations.map(v => `${v.id}: ${v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(' | ')}`)"
)
# Chromium says some refusals of the policy as warnings; the event tells all of them.
REFUSALS = "addEventListener('securitypolicyviolation', e => console.error(`policy: ${e.violatedDirective} ${e.blockedURI}`))"


@cache
def axe() -> str:
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()


@dataclass
class Window:
    """A window of a browser of its own, and what went wrong in it: errors, refusals of the policy, other hosts."""

    context: BrowserContext
    page: Page
    base: str
    wrong: list[str] = field(default_factory=list)

    def go(self, path: str) -> int:
        """The answer's status."""
        answer = self.page.goto(self.base + path)
        return answer.status if answer else 0

    def problems(self, *, only: str = "") -> list[str]:
        """What axe-core finds on the page as it stands, by all rules or by one; and whether it is wider than the window."""
        how = {"type": "rule", "values": [only]} if only else {"type": "tag", "values": list(RULES)}
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(axe())
        found: list[str] = self.page.evaluate(
            f"async how => ({FOUND})(await axe.run(document, {{runOnly: how, resultTypes: ['violations']}}))",
            how,
        )
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return [*found, *([f"{wide} px too wide"] if wide > 0 else [])]

    def crash(self) -> Page:
        """The page is gone without a word; the one that is open instead."""
        self.page.close(run_before_unload=False)
        self.page = self.context.new_page()
        watched(self)
        return self.page

    def close(self) -> None:
        """Fails if anything went wrong."""
        self.context.close()
        assert self.wrong == []

    def sign_in(self, login: str, password: str = PASSWORD) -> None:
        self.go("/auth/sign_in")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", password)
        self.page.locator("main button[type=submit]").first.click()


@dataclass
class House:
    """The server with the demo's people, a browser, and the cookies of whoever has signed in before."""

    server: Server
    browser: Browser
    states: dict[str, StorageState]

    @property
    def base(self) -> str:
        return f"http://localhost:{self.server.port}"

    def window(
        self, name: str = "", width: int = 1280, *, scripts: bool = True, theme: str = "light", **more: Any
    ) -> Window:
        """A new window; with `name`, one in which that person of the demo is signed in."""
        context = self.browser.new_context(
            viewport={"width": width, "height": HEIGHT},
            java_script_enabled=scripts,
            color_scheme=theme,
            reduced_motion="reduce",  # or axe-core would read colours half-way from one to the other
            locale="en-GB",
            storage_state=self._state(name) if name else None,
            **more,
        )
        if scripts:
            context.add_init_script(REFUSALS)
        return watched(Window(context, context.new_page(), self.base))

    def _state(self, name: str) -> StorageState:
        if name not in self.states:
            first = self.window()
            first.sign_in(f"{name}@demo.example")
            first.page.wait_for_url("**/home")
            self.states[name] = first.context.storage_state()
            first.close()
        return self.states[name]

    def ask(self, sql: str, *values: object) -> Any:
        """The first value that the server's database answers."""
        path = self.server.data / "openrounds.sqlite3"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            found = connection.execute(sql, values).fetchone()
        assert found is not None, (sql, values)
        return found[0]

    def link_mailed_to(self, address: str, like: str) -> str:
        """The path in the last mail to that address that contains `like`, once it has come."""
        wait_until(lambda: self._links(address, like), 20)
        return self._links(address, like)[-1]

    def _links(self, address: str, like: str) -> list[str]:
        mails = [m for path in sorted((self.server.data / "mails").glob("*.log")) for m in _mails(path)]
        texts = [text for to, text in mails if to == address]
        return [
            link for text in texts for link in re.findall(r"https?://[^/\s]+(/\S+)", text) if like in link
        ]


def _mails(path: Path) -> list[tuple[str, str]]:
    """(to, text) of the mails in one of Django's files of them."""
    parts = path.read_bytes().split(b"\n" + b"-" * 79 + b"\n")
    read = [message_from_bytes(part, policy=policy.default) for part in parts if part.strip()]
    return [(str(mail["To"]), str(mail.get_content())) for mail in read]


def watched(window: Window) -> Window:
    """Writes down what goes wrong in it from now on."""

    def note(problem: str) -> None:
        window.wrong.append(f"{window.page.url}: {problem}")

    def note_foreign(url: str) -> None:
        if not url.startswith((window.base, "data:", "blob:" + window.base)):
            note(url)

    window.page.on("console", lambda said: note(said.text) if said.type == "error" else None)
    window.page.on("pageerror", lambda error: note(str(error)))
    window.page.on("request", lambda asked: note_foreign(asked.url))
    return window
