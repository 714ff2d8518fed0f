"""What somebody can do to a published site to change what its readers see, beside its marked numbers themselves.

Each alteration is one change of one file. Of a ``judged`` one the copy alone tells, even with all digests made anew.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from backprop_docgen.published.file_list import WORKSHEET, file_list
from backprop_docgen.settings.ignored import Ignored
from backprop_docgen.site.data_files import seal, unsealed
from mutation import ARTICLE, DATA, FORMULA, Mutation

Places = Iterator[tuple[int, int, str]]
GONE = "\0gone"
"""Instead of a file's text: the file is deleted."""

AROUND = {
    "bdo": '<bdo dir="rtl">%s</bdo>',
    "del": "<del>%s</del>",
    "s": "<s>%s</s>",
    "display": '<span style="display:none">%s</span>',
    "display, spaced": '<span style="text-align:left; DISPLAY : none">%s</span>',
    "opacity": '<b style="opacity:0">%s</b>',
    "far away": '<i style="position:absolute;left:-9999px">%s</i>',
    "no size": '<em style="font-size:0">%s</em>',
    "turned": '<span style="transform:scaleX(-1)">%s</span>',
    "sup": "<sup>%s</sup>",
    "sub": "<sub>%s</sub>",
    "noscript": "<noscript>%s</noscript>",
    "hidden": "<span hidden>%s</span>",
    "inert": "<span inert>%s</span>",
    "aria": '<span aria-hidden="true">%s</span>',
    "template": "<template>%s</template>",
    "dir": '<span dir="rtl">%s</span>',
    "font": '<font color="white">%s</font>',
    "textarea": "<textarea>%s</textarea>",
    "dialog": "<dialog>%s</dialog>",
    "ruby": "<ruby>x<rt>%s</rt></ruby>",
    "comment": "<!-- %s -->",
}
"""What a number, or a formula, can be put into, so that it is not read as it is."""

ACTIVE = {
    "script": "<script>document.querySelectorAll('data.q').forEach(e=>e.textContent='0.5')</script>",
    "module": '<script type="module">document.body.textContent="0.5"</script>',
    "script from elsewhere": '<script src="https://example.org/x.js"></script>',
    "script from nowhere": '<script src="x.js"></script>',
    "style": "<style>data.q{display:none}</style>",
    "content": '<style>data.q{font-size:0}data.q::after{font-size:1rem;content:"0.5"}</style>',
    "style sheet": '<link rel="stylesheet" href="https://example.org/x.css">',
    "srcdoc": '<iframe srcdoc="&lt;p&gt;0.5&lt;/p&gt;"></iframe>',
    "frame": '<iframe src="https://example.org/"></iframe>',
    "object": '<object data="https://example.org/"></object>',
    "embed": '<embed src="https://example.org/">',
    "base": '<base href="https://example.org/">',
    "refresh": '<meta http-equiv="refresh" content="0;url=https://example.org/">',
    "refresh, in capitals": '<META HTTP-EQUIV="Refresh" CONTENT="0;url=https://example.org/">',
    "handler": '<img src="x" alt="" onerror="document.body.textContent=1">',
    "address": '<a href="javascript:alert()">x</a>',
    "svg": '<svg onload="document.body.textContent=1"></svg>',
}
"""What can be put into a page's head or text to change it when it is shown."""

WORDS = {
    "en": {
        "first": "second", "second": "third", "third": "first", "half": "third", "once": "twice", "twice": "once",
        "both": "none", "double": "triple",
    },
    "es": {
        "primer": "tercer", "primero": "segundo", "primera": "segunda", "segunda": "tercera", "mitad": "tercera",
        "ambos": "otros", "doble": "triple", "medio": "tercio", "primeros": "segundos",
    },
}  # fmt: skip
"""Places, shares and multiples in words."""


def _article(html: str) -> tuple[int, int]:
    found = ARTICLE.search(html)
    assert found
    return found.span()


def around(pattern: re.Pattern[str], frame: str) -> Callable[[str], Places]:
    def make(html: str) -> Places:
        for match in pattern.finditer(html, *_article(html)):
            yield match.start(), match.end(), frame % match[0]

    return make


def within(pattern: str, change: Callable[[re.Match[str]], str | None]) -> Callable[[str], Places]:
    """The first group of a pattern, anywhere in a file, changed."""
    compiled = re.compile(pattern, re.DOTALL)

    def make(text: str) -> Places:
        for match in compiled.finditer(text):
            changed = change(match)
            if changed is not None and changed != match[1]:
                yield match.start(1), match.end(1), changed

    return make


def put(pattern: str, text: str) -> Callable[[str], Places]:
    return within(f"({pattern})", lambda match: match[1] + text)


def order_words(html: str) -> Places:
    table = WORDS["en" if '<html lang="en"' in html[:200] or "<html lang=en" in html[:200] else "es"]
    for match in re.finditer(rf"(?<= )({'|'.join(table)})(?=[ ,.])(?![^<]*>)", html[slice(*_article(html))]):
        start = _article(html)[0]
        yield start + match.start(1), start + match.end(1), table[match[1]]


def prose(html: str) -> Places:
    """A word of the running text that is no number, outside formulas, code and chosen sentences: another instead."""
    for match in re.finditer(r"(?<=<p>)[^<>]*?\b([a-zñáéíóú]{5,9})\b", html):
        yield match.start(1), match.end(1), match[1][::-1]


def heads(html: str) -> Places:
    """The first two heads of a table change places."""
    for match in re.finditer(r"<tr>\s*(<th\b[^>]*>(?:(?!</th>).)*</th>)(\s*)(<th\b[^>]*>(?:(?!</th>).)*</th>)", html):
        if match[1] != match[3]:
            yield match.start(1), match.end(3), match[3] + match[2] + match[1]


def _reversed(match: re.Match[str]) -> str | None:
    words = match[1].split(" ")
    return " ".join(reversed(words)) if len(words) > 1 and not re.search(r"\d", match[1]) else None


PAGE: dict[str, Callable[[str], Places]] = {
    **{f"number in {name}": around(DATA, frame) for name, frame in AROUND.items()},
    **{f"formula in {name}": around(FORMULA, AROUND[name]) for name in ("bdo", "display", "hidden", "noscript")},
    **{f"{name} in the head": put(r"</title>", text) for name, text in ACTIVE.items()},
    **{f"{name} in the text": put(r"</h1>", text) for name, text in ACTIVE.items()},
    "hidden article": within(r"<article()", lambda match: " hidden"),
    "hidden body": within(r"<body()", lambda match: ' style="visibility:hidden"'),
    "hidden table": within(r"<table()>", lambda match: ' style="display:none"'),
    "handler of the body": within(r"<body()", lambda match: ' onload="document.body.textContent=1"'),
    "order": order_words,
    "meaning in words": within(r'<span class="meaning" data-means="[^"]*">([^<]* [^<]*)</span>', _reversed),
}
"""Of these a page alone tells."""

OTHER: dict[str, tuple[str, Callable[[str], Places]]] = {
    "prose": (r"\.html$", prose),
    "heads": (r"\.html$", heads),
    "caption": (r"\.html$", within(r"<figcaption>.*?</a>\. ([^<]+)", _reversed)),
    "heading": (r"\.html$", within(r'<h2 id="[^"]*">([^<]+)', _reversed)),
    "label for who listens": (r"\.html$", within(r' aria-label="([^"]+)"', lambda match: match[1][::-1])),
    "title of a link": (r"\.html$", within(r' title="([^"]+)"', lambda match: match[1][::-1])),
    "other language": (r"\.html$", within(r'hreflang="en" href="([^"]+)"', lambda match: match[1] + "error/")),
    "canonical": (r"\.html$", within(r'<link rel="canonical" href="([^"]+)"', lambda match: match[1] + "x/")),
    "class": (r"\.html$", within(r"<p()>", lambda match: ' class="md-search__overlay"')),
    "sitemap": (r"sitemap\.xml$", within(r"<loc>([^<]*)</loc>", lambda match: match[1] + "x/")),
}
"""Of these a site that is built anew tells."""

MODULES = (
    r"(?:numbers/(?:evaluate|rounding|interval|rational)|formulas/\w+|page/\w+|network/\w+|live)\.mjs$|katex\.min\.js$"
)
FILES: dict[str, tuple[str, Callable[[str], Places]]] = {
    "module, a sign": (
        MODULES,
        within(r" ([-+*/]) ", lambda match: {"+": "-", "-": "+", "*": "/", "/": "*"}[match[1]]),
    ),
    "module, a digit": (MODULES, within(r"[^\w.](\d)[^\w.]", lambda match: str((int(match[1]) + 1) % 10))),
    "module, gone": (MODULES, lambda text: iter([(0, len(text), GONE)])),
    "module, empty": (MODULES, lambda text: iter([(0, len(text), "")])),
    "theme's script": (r"bundle\.\w+\.min\.js$", lambda text: iter([(0, 0, "document.body.textContent=1;")])),
    "style sheet": (
        r"main\.\w+\.min\.css$",
        lambda text: iter([(len(text), len(text), 'data.q::after{content:"0.5"}'), (0, 0, "data.q{display:none}")]),
    ),
}
"""Of these a file of the program, or of the theme, tells."""


def alterations(site: Path, seed: int, each: int) -> list[tuple[Mutation, bool]]:
    """At most ``each`` of every kind, drawn from all their places; whether the copy alone must tell."""
    chance = random.Random(seed)
    kinds = [(kind, r"(?<!404)\.html$", make, True) for kind, make in PAGE.items()]
    kinds += [(kind, files, make, True) for kind, (files, make) in FILES.items()]
    kinds += [(kind, files.replace(r"\.html", r"(?<!404)\.html"), make, False) for kind, (files, make) in OTHER.items()]
    texts = {
        path.relative_to(site).as_posix(): path.read_text("utf-8")
        for path in sorted(site.rglob("*"))
        if path.suffix in (".html", ".mjs", ".js", ".css", ".xml")
    }
    found = []
    for kind, files, make, judged in kinds:
        named = [name for name in texts if re.search(files, name)]
        places = [Mutation(kind, name, *place) for name in named for place in make(texts[name])]
        assert places, kind
        found += [(place, judged) for place in chance.sample(places, min(each, len(places)))]
    return found


def rounds(found: Iterable[tuple[Mutation, bool]]) -> Iterator[list[tuple[Mutation, bool]]]:
    """As many at once as leave the file, and its pages in other languages, alone."""
    left = list(found)
    while left:
        taken: set[str] = set()
        now, rest = [], []
        for each in left:
            stem = each[0].file.removeprefix("en/")
            (rest if stem in taken else now).append(each)
            taken.add(stem)
        yield now
        left = rest


def apply(folder: Path, mutation: Mutation) -> None:
    path = folder / mutation.file
    text = path.read_text("utf-8")
    if mutation.text == GONE:
        path.unlink()
    else:
        path.write_text(text[: mutation.start] + mutation.text + text[mutation.end :], "utf-8", newline="")


def digests_made_anew(folder: Path) -> None:
    """The list of files as it would be if the site had been built so, and the seal of the list."""
    path = folder / WORKSHEET
    text = path.read_text("utf-8")
    ignored = [Ignored(**each) for each in json.loads(text)["ignore"]]
    lines = ",\n".join(
        f"{json.dumps(name, ensure_ascii=False)}:{json.dumps(digests, separators=(',', ':'))}"
        for name, digests in file_list(folder, {}, ignored).items()
    )
    at = text.index('"files":{')
    text, _ = unsealed(text)
    body = f'{text[:at]}"files":{{\n{lines}\n}}\n}}\n'
    path.write_text(f'{body[:-2].rstrip()},\n"digest":"{seal(body)}"\n}}\n', "utf-8")
