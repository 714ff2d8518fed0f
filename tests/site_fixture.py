"""A small bilingual site with a throwaway wiring of the build's steps, and ways to build it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

MKDOCS_YML = """\
site_name: Un sitio
site_url: {site_url}
theme:
  name: material
  font: false
  features: [navigation.footer]
plugins:
  - search:
      separator: {separator}
markdown_extensions: [toc]
nav:
  - index.md
  - steps:
      - forward-pass.md
      - output-layer.md
hooks: [wiring.py]
"""
SEPARATOR = r"""'[\s\-−;:!?¡¿()\[\]{}"«»“”…=≈·×→∂/]+|[.,](?!\d)|&[a-z]+;'"""

WIRING = """\
from pathlib import Path

from mkdocs.plugins import event_priority, get_plugin_logger

from backprop_docgen.site import multilingual, navigation, swap, search_and_sitemap, theme

LANGUAGES = [
    {"code": "es", "name": "Español", "titles": {"steps": "Los pasos"}, "site_description": "Todo calculado"},
    {"code": "en", "name": "English", "prefix": "en/", "site_name": "A site", "titles": {"steps": "The steps"}},
]
state = {}
log = get_plugin_logger("wiring")

@event_priority(100)
def on_config(config):
    state["site"] = multilingual.prepare(config, LANGUAGES, "steps")

@event_priority(100)
def on_pre_build(config):
    state["aside"] = swap.begin(config)

@event_priority(-100)
def on_files(files, config):
    for warning in multilingual.place_files(state["site"], files, config):
        log.warning(warning)
    theme.join_search_worker(files)

def on_nav(nav, config, files):
    navigation.open_languages(state["site"], nav, files)
    navigation.split_navigation(state["site"], nav)

def on_env(env, config, files):
    multilingual.add_templates(state["site"], env, config)
    theme.mend_templates(env)

@event_priority(100)
def on_page_context(context, page, config, nav):
    theme.frame(context, multilingual.page_context(state["site"], context, page, config))

def on_page_markdown(markdown, page, config, files):
    if "STOP" in markdown:
        raise ValueError("this page stops the build")

def on_template_context(context, template_name, config):
    theme.frame(context, multilingual.template_context(state["site"], context, template_name, config))

@event_priority(-100)
def on_post_build(config):
    search_and_sitemap.split_search(state["site"], Path(config.site_dir))
    search_and_sitemap.write_sitemaps(state["site"], Path(config.site_dir), config.site_url)
    state["aside"].commit()

def on_build_error(error):
    state["aside"].abandon()

def on_serve(server, config, builder):
    swap.keep_serving(server)
"""

PAGES = {
    "es/index.md": "# Inicio\n\nLa retropropagación, paso a paso. [Sigue](forward-pass.md).\n",
    "es/forward-pass.md": "# Hacia delante\n\nLa salida out_h1 vale 0.593269992; el peso w5 no cambia todavía.\n",
    "es/output-layer.md": "# La capa de salida\n\n¿Qué hace la (Retropropagación)? Deriva ∂E_total/∂w5.\n",
    "en/index.md": "# Home\n\nBackpropagation, step by step, in a naïve reader's words. [Go on](forward-pass.md).\n",
    "en/forward-pass.md": "# Forward\n\nThe output out_h1 is 0.593269992; a weight such as w5 stays.\n",
    "en/output-layer.md": "# The output layer\n\nA cafe visit; the derivative of E_total.\n",
}


def write_project(folder: Path, site_url: str = "https://example.org/sub/") -> Path:
    """Write the project's sources into ``folder``."""
    for name, text in PAGES.items():
        page = folder / "docs" / name
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, "utf-8")
    (folder / "mkdocs.yml").write_text(MKDOCS_YML.format(site_url=site_url, separator=SEPARATOR), "utf-8")
    (folder / "wiring.py").write_text(WIRING, "utf-8")
    return folder


def mkdocs(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run MkDocs in a project, as a person does."""
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", *arguments],
        cwd=folder,
        env=mkdocs_environment(**environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def build_site(folder: Path, mount: str) -> Path:
    """A strict build, to be mounted at ``mount`` of its host; returns the site's folder."""
    run = mkdocs(write_project(folder, f"https://example.org{mount}"), "build", "--strict")
    assert run.returncode == 0, run.stderr
    return folder / "site"


def mkdocs_environment(**changes: str) -> dict[str, str]:
    """The environment of a MkDocs run: this checkout's package, no notice of the theme."""
    own = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    path = str(Path(__file__).parents[1])
    return {**own, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": path, **changes}


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder`` with its content."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
