"""Markdown with mathematics in every kind of place, and what must come of it.

In ``shows`` an inline formula is written ⟨its plain text⟩ and a display formula ⟪its TeX⟫; each string must stand
in the page's HTML. ``count`` is the number of formulas in the page.
"""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    source: str
    count: int
    shows: tuple[str, ...]


CASES = {
    "inline": Case("a $`x^2`$ b", 1, ("<p>a ⟨x^2⟩ b</p>",)),
    "inline 2 ticks": Case("a $``x^2``$ b", 1, ("<p>a ⟨x^2⟩ b</p>",)),
    "inline _ * < &": Case(
        "a $`a_1*b_2*c < d \\& e_{3}`$ and $`x_1`$ _it_ b",
        2,
        ("<p>a ⟨a1*b2*c &lt; d &amp; e3⟩ and ⟨x1⟩ <em>it</em> b</p>",),
    ),
    "two same": Case("$`x`$ and $`x`$", 2, ("<p>⟨x⟩ and ⟨x⟩</p>",)),
    "start of line": Case("$`x`$ starts", 1, ("<p>⟨x⟩ starts</p>",)),
    "in bold and italic": Case(
        "**b $`x_1`$** and _i $`y_1`$_ *j $`z`$*",
        3,
        ("<strong>b ⟨x1⟩</strong> and <em>i ⟨y1⟩</em> <em>j ⟨z⟩</em>",),
    ),
    "link text": Case("[see $`x`$](a.md)", 1, ('<a href="a.md">see ⟨x⟩</a>',)),
    "dollar before code at a line's end": Case("cuesta $`x`", 0, ("<p>cuesta $<code>x</code></p>",)),
    "line starts with code": Case("`x`$ b", 0, ("<p><code>x</code>$ b</p>",)),
    "shown as code": Case("write `` $`x`$ `` to get math", 0, ("write <code>$`x`$</code> to",)),
    "escaped": Case("a \\$`x`$ b", 0, ("<p>a $<code>x</code>$ b</p>",)),
    "indented code": Case("para\n\n    $`x`$ literal\n", 0, ("$`x`$ literal\n</code>",)),
    "inside 3-tick fence": Case("```text\n$`x`$\n```", 0, ("<code>$`x`$\n</code>",)),
    "math fence inside 4-tick fence": Case("````text\n```math\nx\n```\n````", 0, ("<code>```math\nx\n```\n</code>",)),
    "inline multi-line": Case("a $`x +\ny`$ b", 1, ("<p>a ⟨x + y⟩ b</p>",)),
    "empty": Case("a $` `$ b", 0, ("<p>a $<code>",)),
    "block": Case("p\n\n```math\nx^2\n```\n\nq", 1, ("<p>p</p>\n⟪x^2⟫\n<p>q</p>",)),
    "block without blank lines": Case("p\n```math\nx^2\n```\nq", 1, ("<p>p\n⟪x^2⟫\nq</p>",)),
    "block of several lines": Case(
        "```math\n\\begin{aligned}\na &= b \\\\\nc &= d\n\\end{aligned}\n```", 1, ("⟪\\begin{aligned}\na &= b \\\\\nc",)
    ),
    "block ~~~": Case("~~~math\nx\n~~~", 1, ("⟪x⟫",)),
    "block with an attribute list": Case("```math {#eq-1 .wide data-n=2}\nx\n```", 1, ("⟪x⟫",)),
    "unclosed block": Case("```math\nx\n\ntext", 0, ("```math\nx</p>", "<p>text</p>")),
    "mathematica fence": Case("```mathematica\nPlot[x]\n```", 0, ('<span class="n">Plot</span>',)),
    "list item block (loose)": Case("- a\n\n    ```math\n    x^2\n    ```\n\n- b", 1, ("<p>a</p>\n⟪x^2⟫\n</li>",)),
    "list item block (tight)": Case("- a\n    ```math\n    x^2\n    ```\n- b", 1, ("⟪x^2⟫</li>\n<li>b</li>",)),
    "ordered list": Case("1. a\n\n    ```math\n    x^2\n    ```\n\n2. $`y`$", 2, ("⟪x^2⟫\n</li>", "⟨y⟩")),
    "nested list": Case("- a\n    - b\n\n        ```math\n        x\n        ```\n", 1, ("<p>b</p>\n⟪x⟫\n</li>",)),
    "admonition": Case("!!! note\n    t $`x`$\n\n    ```math\n    x^2\n    ```\n", 2, ("<p>t ⟨x⟩</p>\n⟪x^2⟫\n</div>",)),
    "admonition title": Case('!!! note "T $`x`$"\n    t\n', 1, ('<p class="admonition-title">T ⟨x⟩</p>',)),
    "details": Case('??? note "T $`x`$"\n    ```math\n    x^2\n    ```\n', 2, ("<summary>T ⟨x⟩</summary>\n⟪x^2⟫",)),
    "tabs": Case(
        '=== "A $`x`$"\n\n    ```math\n    x^2\n    ```\n\n=== "B"\n\n    $`y`$\n',
        3,
        ('<label for="__tabbed_1_1">A ⟨x⟩</label>', '<div class="tabbed-block">\n⟪x^2⟫', "<p>⟨y⟩</p>"),
    ),
    "admonition in a tab": Case(
        '=== "A"\n\n    !!! note\n        ```math\n        x^2\n        ```\n', 1, ("Note</p>\n⟪x^2⟫\n</div>",)
    ),
    "table": Case("| a | b |\n|---|---|\n| $`x`$ | $`y`$ |", 2, ("<td>⟨x⟩</td>\n<td>⟨y⟩</td>",)),
    "table with |": Case("| a | b |\n|---|---|\n| $`|x|`$ | $`p(a|b)`$ |", 2, ("<td>⟨|x|⟩</td>\n<td>⟨p(a|b)⟩</td>",)),
    "footnote": Case(
        "t[^1]\n\n[^1]: note $`x`$ and\n\n    ```math\n    y\n    ```\n", 2, ("<p>note ⟨x⟩ and</p>", "⟪y⟫")
    ),
    "heading": Case(
        "# T $`w_1`$\n\n## S $`\\delta^{(2)}`$ y\n", 2, ('<h1 id="t-w1">T ⟨w1⟩<a', '<h2 id="s-2-y">S ⟨δ^(2)⟩ y<a')
    ),
    "heading of math alone": Case("## $`w_1`$\n", 1, ('<h2 id="w1">⟨w1⟩<a',)),
    "heading with an id": Case("## T $`x`$ {#myid}\n", 1, ('<h2 id="myid">T ⟨x⟩<a',)),
    "inline in a quotation": Case("> q $`x`$", 1, ("<blockquote>\n<p>q ⟨x⟩</p>",)),
    "block in a quotation": Case("> q\n>\n> ```math\n> x^2\n> ```\n", 1, ("<p>q</p>\n⟪x^2⟫\n</blockquote>",)),
    "definition list": Case(
        "term $`t`$\n:   def $`x`$\n\n    ```math\n    y\n    ```\n",
        3,
        ("<dt>term ⟨t⟩</dt>", "<p>def ⟨x⟩</p>\n⟪y⟫\n</dd>"),
    ),
    "HTML comment": Case("<!-- $`x`$ -->\n\ntext", 0, ("<!-- $`x`$ -->",)),
    "Markdown in HTML": Case(
        "<div markdown>\n\n$`x`$\n\n```math\ny\n```\n\n</div>", 2, ("<div>\n<p>⟨x⟩</p>\n⟪y⟫\n</div>",)
    ),
    "raw HTML": Case("<div>$`x`$</div>", 0, ("<div>$`x`$</div>",)),
    "image alt": Case("![alt $`x_1`$](a.png)", 0, ('alt="alt x1"',)),
    "smart symbols": Case("a $`x --> y`$ (c) b", 1, ("<p>a ⟨x --&gt; y⟩ &copy; b</p>",)),
    "abbreviation": Case("*[NN]: neural net\n\nNN $`NN`$", 1, ('<abbr title="neural net">NN</abbr> ⟨NN⟩',)),
    "other fence without blank lines": Case("p\n```text\nx\n```\nq", 0, ("<code>x\n</code>",)),
    "attribute list after": Case("$`x`${: .foo }", 1, ("<p>⟨x⟩</p>",)),
    "stars": Case("*$`a`$*, **$`a*b`$**", 2, ("<em>⟨a⟩</em>, <strong>⟨a*b⟩</strong>",)),
    "code next to math": Case(
        "`c` $`x`$ `d` $5 and `e`", 1, ("<code>c</code> ⟨x⟩ <code>d</code> $5 and <code>e</code>",)
    ),
    "code between math": Case("$`a`$`b`$`c`$", 2, ("<p>⟨a⟩<code>b</code>⟨c⟩</p>",)),
    "tab as a block": Case("/// tab | T $`t`$\n\n```math\nx\n```\n\n///", 2, ("T ⟨t⟩</label>", "⟪x⟫\n</div>")),
    "plain dollars": Case("It costs $5, or $6 and \\(x\\); $$y$$.", 0, ("It costs $5, or $6 and (x); $$y$$.",)),
}
