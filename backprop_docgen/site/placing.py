"""The second phase of a build: every file is there, and has its address."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mkdocs.structure.files import File, Files, InclusionLevel

from backprop_docgen.assets import asset_files, script_texts
from backprop_docgen.disk import require_file
from backprop_docgen.errors import Problem, SiteError
from backprop_docgen.latex import katex_files
from backprop_docgen.pages.draft import SHARED, page_text, require_name
from backprop_docgen.settings.allowances import FILE as ALLOWANCES
from backprop_docgen.site import data_files, multilingual, notebooks
from backprop_docgen.site.downloads import value_files
from backprop_docgen.site.practice_data import network_files, practice_files
from backprop_docgen.site.rendering import Rendered
from backprop_docgen.site.theme import StyleSheet, join_search_worker, style_sheet

log: Final = logging.getLogger("mkdocs.plugins.backprop_docgen")


@dataclass(frozen=True)
class Placed:
    """``urls`` has the addresses of the pages that come from templates, by their source files."""

    rendered: Rendered
    style: StyleSheet
    urls: Mapping[str, str]


def place(rendered: Rendered, files: Files) -> Placed:
    """``on_files``: add what the pages need and offer; place every language. Raises SiteError."""
    config, tutorial = rendered.config, rendered.tutorial
    if unusable := list(_unusable(files, rendered)):
        raise SiteError(unusable)
    for file in [file for file in files if file.src_uri == ALLOWANCES or file.src_uri.startswith(f"{SHARED}/")]:
        files.remove(file)  # they speak of the sources; the site carries what they say
    style = style_sheet(files, config)
    if not style.replaced:
        config.extra_css[:0] = [style.path]
    join_search_worker(files)
    course = tutorial.course
    texts: dict[str, str | bytes] = {**script_texts(), style.path: style.text}
    texts |= value_files(tutorial, rendered.project.store)
    texts |= practice_files(course, network_files(rendered.project.practice), rendered.project.store)
    for language in tutorial.languages:
        name, text = f"assets/live/{language.code}.json", data_files.live_json(course, language)
        texts |= dict([(name, text), data_files.as_script(name, text)])
    for name, path in (katex_files.asset_files() | asset_files()).items():
        files.append(File.generated(config, name, abs_src_path=str(path)))
    texts |= {notebooks.address(language.code): "" for language in tutorial.languages}  # until pages are converted
    for name, content in texts.items():
        files.append(File.generated(config, name, content=content))
    for warning in [*rendered.lacking, *multilingual.place_files(rendered.site, files, config)]:
        log.warning(warning)
    urls = {file.src_uri: file.url for file in files.documentation_pages()}
    return Placed(rendered, style, {key: urls[key] for key in rendered.pages if key in urls})


def _unusable(files: Files, rendered: Rendered) -> Iterator[Problem]:
    """What MkDocs would wait for, copy without end or stumble over: pipes, devices, links to nowhere, no text."""
    for file in files:
        path = file.abs_src_path
        if path is None or file.inclusion is InclusionLevel.EXCLUDED or file.src_uri in rendered.pages:
            continue
        name = rendered.file(file.src_uri)
        try:
            require_name(name)
            require_file(Path(path))
            if file.is_documentation_page():
                page_text(Path(path), name)
        except OSError as error:
            advice = "Move it away, or list it in exclude_docs."
            yield Problem(f"cannot be published ({error.strerror})", name, advice=advice)
        except SiteError as error:
            yield from error.problems
