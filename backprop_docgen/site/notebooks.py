"""``tutorial.ipynb``: the counted pages of a language as one notebook (:mod:`backprop_docgen.plain.notebook`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from mkdocs.structure.files import Files

from backprop_docgen.numbers.language import Language
from backprop_docgen.plain.notebook import PageSource, notebook
from backprop_docgen.published.address import published_at
from backprop_docgen.site.project import Project
from backprop_docgen.site.rendering import Rendered
from backprop_docgen.speed.store import digest

_KIND: Final = "notebook"


def address(language: str) -> str:
    """Where the notebook of a language is, below the site."""
    return f"downloads/{language}/tutorial.ipynb"


def in_notebook(project: Project) -> Sequence[str]:
    """The pages of a notebook: those that are counted, or else all of the navigation."""
    return project.numbered or project.order


def notebook_of(
    pages: Sequence[PageSource],
    language: Language,
    title: str,
    home: str | None,
    elsewhere: Callable[[str], str | None],
) -> str:
    """The text of a language's notebook; ``home`` is where its site is, ``elsewhere`` gives the address of a page."""
    introduction = [language.translate(_RUN), *([f"<{home}>"] if home else [])]
    return notebook(pages, title, introduction, elsewhere)


_RUN: Final = "Run the cells from the first one on: each goes on with what those before it have defined."


def write_notebooks(rendered: Rendered, files: Files) -> None:
    """Give each notebook its content, now that all pages are converted."""
    store, base = rendered.project.store, published_at(rendered.config.site_url)
    for each in rendered.site.languages:
        language = next(one for one in rendered.tutorial.languages if one.code == each.code)
        pages = []
        for name in in_notebook(rendered.project):
            source = f"{each.code}/{name}"
            file = files.get_file_from_path(source)
            if source in rendered.pages and file is not None and file.page is not None:
                pages.append(PageSource(file.url.removeprefix("./"), file.page.content or ""))
        words = (str(each.site_name), language.translate(_RUN), base or "")
        key = digest(*words, *(part for page in pages for part in page))
        text = store.load(_KIND, key) if store else None
        if text is None:
            home = None if base is None else base + each.prefix
            text = notebook_of(pages, language, each.site_name or "", home, lambda url: base and base + url)
            if store:
                store.save(_KIND, key, text)
        target = files.get_file_from_path(address(each.code))
        if target is not None:
            target.content_string = text
