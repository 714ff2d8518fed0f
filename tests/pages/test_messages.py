"""Whatever a template does wrong is told with file and line, in its author's words, with the nearest valid name."""

from __future__ import annotations

import re
from functools import cache

import pytest

from backprop_docgen.errors import Problem
from backprop_docgen.network.file import read_network
from backprop_docgen.numbers.language import Language
from backprop_docgen.pages.draft import Template
from backprop_docgen.pages.render_template import render_template
from backprop_docgen.pages.taking_in import taken_in
from backprop_docgen.slips.mistakes import add_variations
from backprop_docgen.worksheet.course import Course, build_course
from built import ROOT

INTERNAL = re.compile(
    r"backprop_docgen|<class|<function|<bound|object at 0x|lambda|locals|Traceback|NoneType|'\w+ object'"
    r"|\b(?:Type|Attribute|Value|Key|Index|Name|Recursion|Runtime|ZeroDivision|Undefined|Template)Error\b"
    r"|\b(?:Reference|Weight|Counted|ModelView|NetworkView|LayerView|MistakeView|Situations|Condition|Undefined)\b"
)
SAID = {
    # what a thing has not: the nearest name is one that it offers
    "{{ model.output_wieght }}": ("model has no output_wieght", "Did you mean output_weight"),
    "{{ E_total.afterr }}": ("E_total has no afterr", "Did you mean after"),
    "{{ model.output_weight.afterr.num }}": ("w5 has no afterr", "Did you mean after"),
    "{{ network.hiden[0] }}": ("network has no hiden", "Did you mean hidden"),
    "{{ network.outputs[0].nett }}": ("o1 has no nett", "Did you mean net"),
    "{{ network.layers[0].wieghts }}": ("network.layers[0] has no wieghts", "Did you mean weights"),
    "{{ network.training_examples[0].out }}": ("example 1 has no out", "Did you mean outs"),
    "{{ (E_total + 1).sym }}": ("a number of the page has no sym", "It has after"),
    "{{ network.weights.first }}": ("a list has no first", "[0]"),
    "{{ network.weights[99] }}": ("a list has no item [99]; it has 8",),
    "{{ E_total[0] }}": ("E_total has no item [0]",),
    "{{ E_total.__class__ }}": ("E_total has no __class__",),
    "{{ E_total.text() }}": ("E_total has no text",),
    '{{ {"a": 1}.b }}': ("a dictionary has no b", "It has a"),
    "{{ E_totl }}": ("'E_totl' is undefined", "Did you mean E_total"),
    '{{ q("w55") }}': ("w55: no quantity has this name", "Did you mean w5"),
    # arguments: how many, their names, their kinds
    '{{ figure("circuit", nmber=false) }}': ("figure(…) has no argument named nmber", "caption, at=''", "number?"),
    '{{ figure("circuit") }}': ("figure(…): missing a required argument: 'caption'", "expected figure("),
    '{{ figure("circuit", "a", "loss", "", "", "", true, 1) }}': ("figure(…): too many positional arguments",),
    '{{ figure("output-path", "a", weight="w1") }}': ("w1: the figure output-path does not follow", "w5, w6, w7, w8"),
    '{{ figure("hidden-paths", "a", weight=w5) }}': ("w5: the figure hidden-paths does not follow", "w1, w2, w3, w4"),
    '{{ figure("small-circuit", "a", weight=w1) }}': ("w1: the figure small-circuit does not follow this weight",),
    '{{ figure("circuit", "a", weight="w77") }}': ("w77: there is no weight of this name", "Did you mean w7?"),
    '{{ figure("circuit", "a", weight=b1) }}': ("b1: there is no weight of this name",),
    '{{ figure("circuit", "a", weight=w7.after) }}': ("w7@1: a figure follows a weight of its own network", '"w7"'),
    '{{ figure("loss-curve", "a", weight="w7") }}': ("loss-curve: a figure of this kind follows no weight", "circuit"),
    '{{ figure("circuit", "a", weight=7) }}': ("weight is 7; expected a weight, such as w7",),
    '{{ figure("circuit", "a", label="a b") }}': ('label is the text "a b"; expected letters, digits, - and _',),
    '{{ figure("circuit", "a", label="x", number=false) }}': ("x: a figure without a number cannot be referred to",),
    '{% include "note.md" %}': ("there is no file docs/shared/note.md",),
    '{% include "../../secret.md" %}': ("../../secret.md: is no file that a template can take in", "below docs/shared"),
    '{% import "/etc/passwd" as m %}': ("/etc/passwd: is no file that a template can take in",),
    '{% include "a.txt" %}': ("a.txt: is no Markdown file", "below docs/shared"),
    '{% include lang ~ ".md" %}': ("en.md: a template takes in what it names in quotes",),
    "{{ config.site_nam }}": ("config has no site_nam", "Did you mean site_name?"),
    "{{ config.extra }}": ("config.extra cannot be printed", "course"),
    "{{ config.extra.curse }}": ("config.extra has no curse", "Did you mean course?"),
    "{{ page.meta.teacher }}": ("page.meta has no teacher",),
    "{{ page.titel }}": ("page has no titel", "Did you mean title?"),
    '{{ figure("circuit", "a", at="forwards") }}': ('at is the text "forwards"; expected one of inputs, forward',),
    '{{ figure("loss-curve", "a", at="loss") }}': ("loss-curve: a figure of this kind has no steps",),
    '{{ figure("circuit", "a", of="warm-up") }}': ("circuit: there is no worksheet 'warm-up' with a network",),
    '{{ figure("circuit", "a", of=[3]) }}': ("of is 3; expected the name of a worksheet in quotes",),
    '{{ figure("circit", "x") }}': ("circit: there is no figure of this kind", "Did you mean circuit"),
    "{{ eq() }}": ("eq(…): missing a required argument: 'x'", "expected eq(x, number=true, result=false)"),
    "{{ eq(net_h1, nmber=false) }}": ("eq(…) has no argument named nmber", "Did you mean number?"),
    "{{ eq(network) }}": ("eq(…): x is network; expected a quantity",),
    '{{ table(network.weights, columnz=["name"]) }}': ("no argument named columnz", "Did you mean columns?"),
    '{{ table(network.weights, columns=["nam"]) }}': ("nam: a table has no such column", "Did you mean name?"),
    "{{ table([1, 2]) }}": ("1 stands in a table; expected quantities",),
    "{{ table(5) }}": ("table(…): items is 5; expected a list",),
    "{{ count(5) }}": ("count(…): what is 5; expected a list of the network",),
    '{{ count(network.weights, "a", "b", gender="x") }}': ('gender is the text "x"; expected one of m, f',),
    '{{ listing(network.weights, show="symbl") }}': ("expected one of sym, shown, value, name", "Did you mean sym?"),
    "{{ listing([1, 2]) }}": ("1 has no sym",),
    "{{ E_total.fixed('x') }}": ('fixed(…): places is the text "x"; expected a whole number from 0 to 30',),
    "{{ E_total.fixed(-1) }}": ("fixed(…): places is -1; expected a whole number",),
    "{{ E_total.fixed() }}": ("fixed(…): missing a required argument: 'places'",),
    '{{ E_total.percent("a") }}': ('percent(…): places is the text "a"', "percent(places=1)"),
    "{{ E_total.at(-1) }}": ("at(…): step is -1; expected a whole number of updates",),
    '{{ E_total.at("x") }}': ('at(…): step is the text "x"',),
    '{{ falls("a") }}': ('falls(…): number is the text "a"; expected a number of the page',),
    "{{ alike(3, E_total) }}": ("alike(…): one is 3",),
    "{{ log(none) }}": ("log(…): number is none",),
    '{{ download("xyz") }}': ("expected one of csv, json",),
    '{{ mistake("plsu") }}': ("mistake(…): key is", "Did you mean plus"),
    '{{ inline_rule("slop") }}': ("inline_rule(…): kind is", "Did you mean slope"),
    '{{ slope_rule("logstic") }}': ("slope_rule(…): name is", "Did you mean logistic?"),
    "{{ d(E_total, 3) }}": ("d(…): by is 3",),
    "{{ invite(out_o1, w5) }}": ("is no number that a reader can change", "model.output_weight"),
    "{{ invite(w5, w5 * 1) }}": ("an invitation leads nowhere",),
    "{{ invite(eta, w5 - 1) }}": ("an invitation leads nowhere",),
    "{{ invite(w5, 3) }}": ("invite(…): to is 3",),
    "{{ ask(3) }}": ("ask(…): x is 3; expected a quantity, such as w5, or a list of two or three",),
    '{{ ask(w5, "sing") }}': ("ask(…): kind is", "Did you mean sign"),
    "{{ ask(w5, digits=0) }}": ("ask(…): digits is 0; expected a whole number from 1 to 12",),
    "{{ ask([w5, w6]) }}": ("a question has too many quantities, or too few", "An order takes a list of two or three"),
    '{{ ask(w5, "order") }}': ("a question has too many quantities, or too few",),
    '{{ ask(w5, "choice", choices=[1]) }}': ("ask(…): choices is 1; expected a list of wrong numbers",),
    "{{ relation() }}": ("relation(…) is given no number",),
    '{{ relation("a") }}': ("relation(…): groups is",),
    "{{ matrix([1, 2]) }}": ("rows of quantities",),
    "{{ network.layers[0].printed(1) }}": ("printed(…): missing a required argument: 'edge'",),
    "{{ all_of(E_total) }}": ("E_total is a number, and no condition", "Compare it"),
    "{{ network.weights | without(3) }}": ("without(…): unwanted is 3",),
    "{% set s = situations(3) %}": ("situations(…): too many positional arguments",),
    # filters and tests
    "{{ E_total | round }}": ("E_total cannot go through the filter round", "x.fixed(3)"),
    "{{ E_total | int }}": ("E_total cannot go through the filter int",),
    "{{ E_total | rond }}": ("there is no filter named rond", "Did you mean round"),
    "{{ E_total is prim }}": ("there is no test named prim",),
    "{{ range(3) | fw }}": ("there is no filter named fw", "Did you mean few"),
    "{{ 5 | sort }}": ("the filter sort cannot take 5",),
    # arithmetic, comparisons, loops
    "{{ 1 / 0 }}": ("1 / 0: division by zero",),
    "{{ E_total / 0 }}": ("E_total / 0: division by zero",),
    "{{ 5 % 0 }}": ("5 % 0: division by zero",),
    '{{ E_total + "a" }}': ('the text "a" is not a number',),
    '{{ "a" + E_total }}': ('the text "a" is not a number',),
    '{{ "a" + 3 }}': ('the text "a" + 3', "Texts are joined by ~."),
    "{{ E_total + none }}": ("none is not a number",),
    "{{ E_total * network }}": ("network is not a number",),
    "{{ E_total ** 2 }}": ("E_total ** 2", "A square is x * x."),
    "{{ (-network) }}": ("- stands before network; expected a number",),
    '{{ E_total < "a" }}': ('the text "a" is not a number',),
    '{{ "a" < 3 }}': ('the text "a" < 3: these cannot be compared',),
    "{% for x in E_total %}{% endfor %}": ("a loop goes through E_total; expected a list", "network.weights"),
    "{% for x in 5 %}{% endfor %}": ("a loop goes through 5; expected a list",),
    "{% for a, b in network.weights %}{% endfor %}": ("cannot unpack",),
    "{% if E_total %}a{% endif %}": ("a number stands in a plain {% if %}",),
    '{{ "a" if E_total < 1 else "b" }}': ("a condition about numbers stands in a plain {% if %}",),
    # what is printed
    "{{ none }}": ("none cannot be printed",),
    "{{ network }}": ("network cannot be printed", "It has"),
    "{{ model }}": ("model cannot be printed", "output_weight"),
    "{{ [E_total] ~ 'a' }}": ("a list cannot be printed",),
    "{{ 'a' ~ model }}": ("model cannot be printed",),
    "{{ network.weights }}": ("a list cannot be printed", "listing(…)"),
    "{{ (E_total < 3) }}": ("a condition about numbers cannot be printed", "{% when … %}"),
    "{{ eq }}": ("the function eq cannot be printed", "Call it: eq(…)."),
    "{{ E_total() }}": ("E_total is no function",),
    # cells and equations
    "{% cell shows=E_total %}\nprint(1)\n{% endcell %}": ("shows= is given E_total; expected a list",),
    '{% cell shows=["a"] %}\nprint(1)\n{% endcell %}': ('shows= is given the text "a"',),
    "{% equation 5 %}\n1\n{% endequation %}": ("the label of an equation is 5; expected a text in quotes",),
    "{% choose %}{% when 3 %}a{% endchoose %}": ("{% when %} needs a condition about numbers, and is given 3",),
    # what cannot be read at all
    "{% choose %}{% when falls(E_total) %}a": ("{% choose %} is never closed; expected {% endchoose %}",),
    "{% for x in network.weights %}a": ("{% for %} is never closed; expected {% endfor %}",),
    "{% if true %}{% if true %}a{% endif %}": ("{% if %} is never closed; expected {% endif %}",),
    "{% cell %}\nprint(1)": ("{% cell %} is never closed; expected {% endcell %}",),
    '{% equation "x" %}\n1': ("{% equation %} is never closed; expected {% endequation %}",),
    "{% raw %}\na": ("{% raw %} is never closed; expected {% endraw %}",),
    "{% choose %}{% when falls(E_total) %}a{% endchose %}": ("unknown tag 'endchose'", "Did you mean endchoose"),
    "{% choose %}{% whn falls(E_total) %}a{% endchoose %}": ("unknown tag 'whn'", "Did you mean when"),
    "{% endif %}": ("unknown tag 'endif' here; expected it after {% if %}",),
    "{% otherwise %}": ("expected it inside of {% choose %}",),
    "{% for x in [1] %}{% endif %}{% endfor %}": ("{% endif %} stands in the wrong place; expected {% endfor %}",),
    "{% cell show=[] %}\nprint(1)\n{% endcell %}": ("show stands here; expected %}", "{% cell shows=[…] %}"),
    "{% equation %}\n1\n{% endequation %}": ('{% equation "label" %}',),
    "{{ E_total": ("{{ is never closed; expected }}",),
    "{{ E_total + }}": ("}} stands here; expected a value",),
    "{{ eq(net_h1 }}": ("expected )",),
    "{{ E_total }": ("} stands here; expected }}",),
    "{{ E_total) }}": (") stands here; expected ( before it",),
    "<<<<<<< yours": ("a conflict of a merge is left here (<<<<<<< yours)", "Choose what stays"),
    "{{ 'abc }}": ("a text in quotes has no end",),
    "{{ E_total ’x’ }}": ("’ cannot stand here", "straight quotes"),
    "{## a": ("{## is never closed; expected ##}",),
}


@cache
def course() -> Course:
    found = build_course(read_network(ROOT / "network.toml"), "network.toml")
    add_variations(found)
    return found


def problems(source: str, shared: str = "") -> tuple[Problem, ...]:
    folder = ROOT / "docs" / "shared"
    taken = taken_in(iter((source, shared)), folder, "en", (".md",), lambda name: (folder / name).read_text("utf-8"))
    more = ("docs/shared/page.md" if shared else "", shared, taken)
    settings = {"site_name": "A site", "extra": {"course": "Networks"}}
    template = Template(Language("en"), "page.md", "docs/en/page.md", source, *more, settings)
    return render_template(template, course()).problems


@pytest.mark.parametrize("text", SAID)
def test_a_mistake_is_told_in_its_author_s_words(text: str) -> None:
    found = problems(f"# A page\n\nFine: {{{{ E_total }}}}.\n\n{text}\n")
    said = "\n".join(map(str, found))
    assert len(found) == 1, said
    assert (found[0].file, found[0].line) == ("docs/en/page.md", 5)
    assert all(part in said for part in SAID[text]), said
    assert not INTERNAL.search(said)


def test_all_mistakes_of_a_page_are_told_at_once() -> None:
    lines = ["---", "title: '{{ E_totl }}'", "---", "# {{ network.hiden }}", ""]
    lines += [text for text in SAID if "\n" not in text and "{%" not in text and "}}" in text][:60]
    readable = [text for text in lines if text in SAID and not problems(f"a\n{text}\n")[0].message.startswith(_UNREAD)]
    source = "\n".join([*lines[:5], *readable]) + "\n"
    told = {problem.line for problem in problems(source)}
    assert told == {2, 4, *range(6, 6 + len(readable))}
    assert len(readable) > 40


_UNREAD = ("{{ is never", "}} stands", "} stands", ") stands", "a text in quotes has", "’ cannot")


FRONT = {
    'title: A\nteacher: "Ada': (3, "a text in quotes has no end"),
    "title: A\nteacher: Ada: Countess": (3, "mapping values are not allowed here"),
    "title: A\n{## a note\nof two lines ##}\nteacher: Ada: Countess": (5, "stands in quotes"),
    "tags: [a, b\ntitle: A": (2, "expected"),
    "title: A\n\tteacher: B": (3, "'\\t'"),
}


@pytest.mark.parametrize("front", FRONT)
@pytest.mark.parametrize("asked", ["", " {{ page.meta.teacher }}"])
def test_front_matter_that_cannot_be_read_is_told_once_at_its_line(front: str, asked: str) -> None:
    (found,) = problems(f"---\n{front}\n---\n# A page\n\nWords{asked}.\n")
    line, said = FRONT[front]
    assert (found.file, found.line) == ("docs/en/page.md", line)
    assert said in str(found)


def test_what_failed_is_not_told_again_where_it_is_used() -> None:
    source = "{% set x = model.output_wieght %}\n{{ x }} {{ x.after.num }} {{ eq(x) }} {{ x + 1 }}\n"
    source += "{{ (x - 1).percent() }} {% for y in x.weights %}{{ y }}{% endfor %}{% if x %}a{% endif %}\n"
    source += "{% choose %}{% when x < 1 %}a{% endchoose %}\n"
    source += '{% equation "e" %}\na = {{ x.num }}\n{% endequation %}\n{{ table([x]) }}\n'
    told = problems(source)
    assert [problem.line for problem in told if "output_wieght" in problem.message] == [1]
    assert len(told) <= 2  # a list with something undefined in it is no table


def test_a_mistake_in_what_is_shared_has_the_line_of_that_file() -> None:
    shared = "{% set a = E_total.afterr %}\n{% macro m(x) %}\n{{ x.fixed('y') }}\n{% endmacro %}\n"
    found = problems("{% shared %}\n\n{{ m(E_total) }} {{ a }}\n", shared)
    assert {problem.file for problem in found} == {"docs/shared/page.md"}
    assert [problem.line for problem in found] == [1, 3]


def test_an_open_tag_is_told_by_the_line_that_opened_it() -> None:
    source = "# A\n\n{% choose %}\n{% when falls(E_total) %} {% if true %} a {% endif %}\n{% otherwise %} b\n\nMore.\n"
    (found,) = problems(source)
    assert (found.line, found.message) == (3, "{% choose %} is never closed; expected {% endchoose %}")
    (wrong,) = problems("{% if true %}\n{% for x in [1] %}\n{% endif %}\n{% endfor %}\n")
    assert (wrong.line, wrong.advice) == (3, "{% for %} of line 2 is still open.")


@pytest.mark.parametrize(
    "text",
    [
        "{{ 5 }} {{ 1.5 }} {{ 'a' ~ 5 }} {{ network.small }}",
        "{{ E_total | abs }} {{ E_total ~ '!' }}",
        "{{ network.weights | map(attribute='name') | join(', ') }}",
        "{{ E_total.fixed(0) }} {{ E_total.at(2) }}",
        "{% for x in network.weights | few(3) %}{{ x }}{% endfor %}",
        "{{ 'abc' | upper }} {{ 7 // 2 }} {{ 7 % 2 }}",
        "{{ E_total.at(network.iterations) }}",
        "{{ (E_total + '0.5').percent(places=2) }}",
        "{{ [1, 2] | length }}",
        "{{ E_total.value().double > 0 }}",
        "{% if 'a' in 'abc' %}x{% endif %}",
    ],
)
def test_what_is_right_goes_through(text: str) -> None:
    assert problems(f"# A page\n\n{text}\n") == ()
