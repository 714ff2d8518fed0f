"""The site kept by a browser: deployed again, stopped, half deployed; a page and its scripts are of one deploy."""

from __future__ import annotations

import http.server
import json
import os
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from browser import CHROMIUM
from built import build
from small_site import small_site

pytestmark = [
    pytest.mark.browser,
    pytest.mark.build,
    pytest.mark.skipif(not CHROMIUM.exists() and "CI" not in os.environ, reason=f"no browser at {CHROMIUM}"),
]
MOUNT = "/sub/"


@dataclass
class Host:
    """A host that keeps what it has sent in caches for ten minutes, as many do; it may be down, or have lost files."""

    folder: Path
    down: bool = False
    lost: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)


class _Handler(http.server.SimpleHTTPRequestHandler):
    def __init__(self, *arguments: Any, host: Host, **more: Any) -> None:
        self.host = host
        super().__init__(*arguments, directory=str(host.folder), **more)

    def translate_path(self, path: str) -> str:
        return super().translate_path("/" + path.removeprefix(MOUNT) if path.startswith(MOUNT) else "/no such file")

    def do_GET(self) -> None:
        name = self.path.removeprefix(MOUNT).partition("?")[0]
        self.host.asked.append(name)
        if self.host.down:
            self.close_connection = True
        elif name in self.host.lost:
            self.send_error(502)
        else:
            super().do_GET()

    def send_response(self, code: int, message: str | None = None) -> None:
        """The page for what is not there comes with its own status, as from many hosts."""
        super().send_response(404 if code == 200 and self.path.endswith("/404.html") else code, message)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "max-age=600")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def deploys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Three deploys of a small site: another target in the second; in the third only a script is another."""
    folder = small_site(tmp_path_factory.mktemp("deployed"), settings="extra_javascript: [mark.js]\n")
    found = {}
    for deploy, target in (("1", "0.01"), ("2", "0.02"), ("3", "0.02")):
        (folder / "docs" / "mark.js").write_text(f"document.documentElement.dataset.deploy = {deploy}", "utf-8")
        network = (folder / "network.toml").read_text("utf-8")
        (folder / "network.toml").write_text(re.sub(r"targets = \[[\d.]+", f"targets = [{target}", network), "utf-8")
        result = build(folder, "--strict", "-d", f"site-{deploy}")
        assert result.returncode == 0, result.stderr
        found[deploy] = folder / f"site-{deploy}"
    return found


@pytest.fixture
def host(deploys: dict[str, Path]) -> Iterator[tuple[Host, str]]:
    """The first deploy on a host, and its address."""
    found = Host(deploys["1"])
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, host=found)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield found, f"http://127.0.0.1:{server.server_address[1]}{MOUNT}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def kept(page: Page, address: str) -> None:
    """A reader keeps the site."""
    page.goto(address)
    page.locator(".bp-door").click()
    page.get_by_role("button", name="Mantén este sitio para cuando no haya red").click()
    expect(page.get_by_text("funciona sin red")).to_be_visible()


def loss(folder: Path) -> str:
    """The loss on the home page of a deploy."""
    found = re.search(r'<data class="q"[^>]*>([^<]+)</data>', (folder / "index.html").read_text("utf-8"))
    assert found
    return found[1]


def shown(page: Page) -> tuple[str, str]:
    """What a page and its script say: the loss, the deploy."""
    page.wait_for_selector("html[data-deploy]")
    return page.locator("article data.q").first.inner_text(), page.evaluate("document.documentElement.dataset.deploy")


def until(page: Page, asked: str, given: str = "") -> None:
    """Wait until a page, asked for a promise, says yes."""
    for _ in range(200):
        if page.evaluate(asked, given):
            return
        page.wait_for_timeout(100)
    raise AssertionError(asked)


def settled(page: Page, folder: Path) -> None:
    """Wait until a browser has all of a deploy, and nothing of another one."""
    deploy = json.loads((folder / "offline.json").read_text("utf-8"))["deploy"]
    wanted = f"backprop-docgen:{MOUNT}#{deploy}"
    until(
        page,
        "async (wanted) => { const registration = await navigator.serviceWorker.getRegistration();"
        " const all = (await caches.keys()).filter((name) => name.includes('#'));"
        " return !registration.installing && !registration.waiting && all.length === 1 && all[0] === wanted }",
        wanted,
    )


def test_nobody_has_a_worker_who_did_not_ask(host: tuple[Host, str], page: Page) -> None:
    page.goto(host[1])
    page.wait_for_selector(".bp-door")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
    assert "service-worker.js" not in host[0].asked


def test_what_is_shown_is_the_deploy_that_is_there_and_the_kept_one_without_network(
    host: tuple[Host, str], page: Page, deploys: dict[str, Path]
) -> None:
    place, address = host
    kept(page, address)
    assert shown(page) == (loss(deploys["1"]), "1")
    page.goto(address)  # by the worker
    for deploy in ("2", "3"):
        place.folder, place.down = deploys[deploy], False
        page.goto(address)
        assert shown(page) == (loss(deploys[deploy]), deploy)  # at once
        settled(page, deploys[deploy])
        place.down = True
        page.reload()
        assert shown(page) == (loss(deploys[deploy]), deploy)
    place.asked.clear()
    page.goto(f"{address}en/step")  # a folder without its stroke
    assert page.url == f"{address}en/step/"
    page.locator(".bp-door").first.wait_for()
    page.get_by_role("button", name="Change the numbers").click()
    expect(page.locator("#bp-panel")).to_be_visible()
    page.locator("input.md-search__input").click()
    page.locator("input.md-search__input").fill("step")
    page.locator("input.md-search__input").press("End")
    expect(page.locator(".md-search-result__link").first).to_be_attached()
    answer = page.goto(f"{address}en/nothing/")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()


def test_half_a_deploy_leaves_the_kept_one_whole(host: tuple[Host, str], page: Page, deploys: dict[str, Path]) -> None:
    place, address = host
    kept(page, address)
    place.folder, place.lost = deploys["2"], {"mark.js"}
    page.goto(address)
    page.wait_for_load_state("networkidle")
    place.down = True
    page.goto(address)
    assert shown(page) == (loss(deploys["1"]), "1")
    place.down, place.lost = False, set()
    page.goto(address)
    assert shown(page) == (loss(deploys["2"]), "2")
    settled(page, deploys["2"])


def test_a_deploy_that_is_not_kept_takes_away_what_was(
    host: tuple[Host, str], page: Page, deploys: dict[str, Path], tmp_path: Path
) -> None:
    place, address = host
    kept(page, address)
    folder = small_site(tmp_path)
    settings = folder / "mkdocs.yml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("backprop-docgen:\n", "backprop-docgen:\n      installable: false\n"), "utf-8")
    result = build(folder, "--strict")
    assert result.returncode == 0, result.stderr
    assert not (folder / "site" / "manifest.webmanifest").exists()
    place.folder = folder / "site"
    page.goto(address)
    until(page, "() => caches.keys().then((all) => all.length === 0)")
    page.goto("about:blank")  # a worker goes when no page is its own any more
    page.goto(address)
    until(page, "() => navigator.serviceWorker.getRegistrations().then((all) => all.length === 0)")
    page.locator(".bp-door").click()
    expect(page.locator("#bp-menu")).to_be_visible()
    expect(page.locator("#bp-menu")).not_to_contain_text("red")


def test_a_reader_takes_the_kept_copy_away(host: tuple[Host, str], page: Page) -> None:
    kept(page, host[1])
    neighbour = f"backprop-docgen:{MOUNT}@other/#1"
    page.evaluate("async (name) => { await caches.open(name) }", neighbour)
    page.get_by_role("button", name="Quita la copia guardada").click()
    expect(page.get_by_role("button", name="Mantén este sitio para cuando no haya red")).to_be_visible()
    assert page.evaluate("caches.keys()") == [neighbour]


def test_where_there_is_no_room_the_rest_is_not_fetched(host: tuple[Host, str], page: Page) -> None:
    page.goto(host[1])
    session = page.context.new_cdp_session(page)
    origin = host[1].removesuffix(MOUNT)
    session.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 300_000})
    page.locator(".bp-door").click()
    page.get_by_role("button", name="Mantén este sitio para cuando no haya red").click()
    expect(page.get_by_text("No ha salido bien")).to_be_visible()
    assert "404.html" in host[0].asked
    assert "step/index.html" not in host[0].asked  # it would come near the end


def test_where_nothing_may_be_kept_nothing_is_offered(host: tuple[Host, str], page: Page) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_init_script(
        "navigator.serviceWorker.getRegistration = () => Promise.reject(new DOMException('no', 'SecurityError'))"
    )
    page.goto(host[1])
    page.locator(".bp-door").click()
    expect(page.locator("#bp-menu")).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(page.locator("#bp-menu")).not_to_contain_text("red")
    assert errors == []
