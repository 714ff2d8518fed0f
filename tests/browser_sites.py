"""Excerpts of the tutorial with other settings, for tests in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from built import build
from small_site import excerpt

WORKER: Final = """\
window.Worker = class extends EventTarget {
  constructor(url) {
    super();
    const frame = document.createElement("iframe");
    frame.hidden = true;
    document.body.append(frame);
    const inside = frame.contentWindow;
    window.IFrameWorker = inside.IFrameWorker = true;
    const run = (src) => new Promise((done) => {
      const script = inside.document.createElement("script");
      script.src = new URL(src, location.href).href;
      script.onload = done;
      inside.document.body.append(script);
    });
    inside.importScripts = (...urls) => urls.reduce((before, src) => before.then(() => run(src)), Promise.resolve());
    inside.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
    this.ready = run(url);
    const tell = (data) => inside.dispatchEvent(new inside.MessageEvent("message", { data }));
    this.postMessage = (data) => this.ready.then(() => tell(data));
  }
};
"""
"""A stand-in for the frame that takes a worker's place where there is no server; the plugin asks a CDN for one."""


def offline_site(folder: Path) -> Path:
    """The excerpt as the theme's plugin ``offline`` makes it; its site."""
    excerpt(folder)
    (folder / "docs" / "iframe-worker.js").write_text(WORKER, "utf-8")
    edited(folder, "  - backprop-docgen:\n", "  - offline\n  - backprop-docgen:\n")
    edited(folder, "extra:\n", "extra:\n  polyfills: [iframe-worker.js]\n")
    return _built(folder)


def instant_site(folder: Path) -> Path:
    """The excerpt with the theme's instant navigation; its site."""
    edited(excerpt(folder), "  features:\n", "  features:\n    - navigation.instant\n")
    return _built(folder)


def edited(folder: Path, old: str, new: str) -> None:
    """Change the settings of a project in one place."""
    path = folder / "mkdocs.yml"
    text = path.read_text("utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), "utf-8")


def _built(folder: Path) -> Path:
    result = build(folder)
    assert result.returncode == 0, result.stderr
    return folder / "site"
