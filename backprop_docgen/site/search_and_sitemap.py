"""The files every language of the site has for itself beside its pages: search index and sitemap."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from backprop_docgen.figures.picture import Picture
from backprop_docgen.numbers.language import Language
from backprop_docgen.site.language_option import SiteLanguage
from backprop_docgen.site.multilingual import Site, hreflang


def split_search(site: Site, site_dir: Path) -> None:
    """``on_post_build``, after Material's search: one index per language, at its prefix.

    Where Material's plugin ``offline`` has written the index as a script, too, each language has one.
    """
    written = site_dir / "search" / "search_index.json"
    if not written.exists():
        return  # the site has no search
    script = written.with_suffix(".js").exists()
    index = json.loads(written.read_text("utf-8"))
    stemmers = site_dir / "assets" / "javascripts" / "lunr" / "min"
    for language in site.languages:
        # lunr speaks English by itself, and needs a file for any other language
        search = language.code if (stemmers / f"lunr.{language.code}.min.js").exists() else "en"
        content = language_index(site, index, language, search)
        path = site_dir / language.prefix / written.relative_to(site_dir)
        _write(path, content)
        if script:
            _write(path.with_suffix(".js"), index_script(content.decode()).encode())


def index_script(index: str) -> str:
    """A search index as the theme's plugin ``offline`` writes it for pages that are opened without a server."""
    return f"var __index = {index}"


def language_index(site: Site, index: Mapping[str, Any], language: SiteLanguage, search: str) -> bytes:
    """The part of a search index that is published in ``language``; addresses relative to its home page."""
    docs = [
        {**doc, "location": doc["location"].removeprefix(language.prefix)}
        for doc in index["docs"]
        if site.language_at(doc["location"]) is language
    ]
    config = {**index["config"], "lang": [search]}
    return json.dumps({"config": config, "docs": docs}, separators=(",", ":")).encode()


def write_sitemaps(site: Site, site_dir: Path, site_url: str | None) -> None:
    """``on_post_build``: ``sitemap.xml`` and ``sitemap.xml.gz`` for every language.

    They carry no date, so that two builds of the same sources are equal; with SOURCE_DATE_EPOCH
    (seconds since 1970) in the environment, that one.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    date = datetime.fromtimestamp(int(epoch), UTC).date().isoformat() if epoch else None
    for language in site.languages:
        content = sitemap(site, language, site_url, date).encode()
        _write(site_dir / language.prefix / "sitemap.xml", content)
        _write(site_dir / language.prefix / "sitemap.xml.gz", gzip.compress(content, mtime=0))


def sitemap(site: Site, language: SiteLanguage, site_url: str | None, date: str | None) -> str:
    """The sitemap of one language, each page with its translations (empty without ``site_url``)."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">',
    ]
    for urls in site.urls.values():
        links = hreflang(site, urls, site_url)
        if language.code not in links:
            continue
        lines += ["  <url>", f"    <loc>{escape(links[language.code])}</loc>"]
        lines += [f"    <lastmod>{date}</lastmod>"] if date else []
        lines += [
            f'    <xhtml:link rel="alternate" hreflang="{code}" href="{escape(link)}"/>'
            for code, link in links.items()
        ]
        lines += ["  </url>"]
    return "\n".join([*lines, "</urlset>", ""])


def languages_data(
    site: Site, spoken: Iterable[Language], locales: Path | None, previews: Mapping[str, Picture]
) -> dict[str, dict[str, object]]:
    """Each language's prefix, its strings where they come from the project's own catalogue, its preview's texts."""
    strings = {language.code: language.strings for language in spoken}
    return {
        each.code: {"prefix": each.prefix}
        | ({"strings": dict(strings[each.code])} if locales and (locales / f"{each.code}.po").is_file() else {})
        | ({"preview": [previews[each.code].name, previews[each.code].about]} if each.code in previews else {})
        for each in site.languages
    }


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
