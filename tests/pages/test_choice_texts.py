"""The texts of chosen sentences go through Markdown with their page, and out of it again."""

from __future__ import annotations

import markdown

from backprop_docgen.pages.choice_texts import branches_markdown, take_branches


def test_each_text_comes_back_as_html_and_the_page_is_as_if_it_had_none() -> None:
    texts = {"1.0": "it *rises* to <data>1</data>", "1.1": "[it falls](x.md)", "2.0": "one\n\ntwo"}
    page = "# Title\n\nText."
    html = markdown.markdown(page + branches_markdown(texts), extensions=["md_in_html"])
    rest, found = take_branches(html)
    assert rest == markdown.markdown(page)
    assert found == {
        "1.0": "it <em>rises</em> to <data>1</data>",
        "1.1": '<a href="x.md">it falls</a>',
        "2.0": "<p>one</p>\n<p>two</p>",
    }


def test_a_page_without_choices_stays_as_it_is() -> None:
    assert take_branches("<p>Text.</p>") == ("<p>Text.</p>", {})
