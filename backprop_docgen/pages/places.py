"""Where a token stands, and so what it becomes: in text, in maths, in code, in words that are only heard.

The one way in which pieces get into a page: into its finished Markdown (:func:`fill_markdown`), or into what MkDocs
has made of :func:`source` (:func:`fill_html`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

from backprop_docgen.errors import Problem, TemplateError
from backprop_docgen.latex.plain_tex import plain
from backprop_docgen.pages.pieces import (
    TOKEN,
    CellPiece,
    EndPiece,
    EquationPiece,
    FigurePiece,
    NumberPiece,
    Piece,
    in_maths,
    in_plain,
    index_of,
    pieces_in,
    said_in_maths,
)
from backprop_docgen.private_characters import TOKENS

_FRONT: Final = r"(?P<front>\A---\n(?:(?!---\n)[^\n]*\n)*---\n)"
_FENCE: Final = (
    r"^(?P<indent>[\x20\t>]*)(?P<ticks>`{3,}|~{3,})(?P<info>[^\n`]*)\n"
    r"(?P<body>(?:.*?\n)?)(?P=indent)(?P=ticks)[\x20]*$"
)
_MARKDOWN: Final = re.compile(
    rf"""
    {_FRONT}
    |{_FENCE}
    |\$`(?P<math>[^`\n]+)`\$
    |(?P<code>(?P<quote>`+)(?!`).+?(?<!`)(?P=quote)(?!`))
    |(?P<said><!--.*?-->|<[A-Za-z/](?:[^<>"']|"[^"]*"|'[^']*')*>          # a tag
      |\]\([^()\s]*\s+(?:"[^"\n]*"|'[^'\n]*')\s*\)|!\[[^\]\n]*\])         # the title of a link, an image's words
    |(?P<token>[{TOKENS}])
    """,
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)
_FORMULAS: Final = re.compile(
    rf"{_FENCE}|\$`(?P<math>[^`\n]+)`\$|(?P<quote>`+)(?!`).+?(?<!`)(?P=quote)(?!`)|(?P<token>[{TOKENS}])",
    re.MULTILINE | re.DOTALL,
)
_BEFORE_MARKDOWN: Final = re.compile(f"{_FRONT}|{_FENCE}", re.MULTILINE | re.DOTALL)
_OWN_LINE: Final = re.compile(r"[ \t>]*(?:(?:[-*+:]|\d+[.)]|\[\^[^\]]+\]:)[ \t]+)?")
"""What may stand before a block on its line."""
_MARKER: Final = re.compile(r" *(?:[-*+]|\d+\.) +")
_FLOAT: Final = re.compile(r"(-?)(\d+\.\d+(?:e[-+]?\d+)?)")
_STAND_IN: Final = re.compile(r"\b81726354\.(\d+)\b")
"""In Python a float stands for a literal, so that it is highlighted as one."""

_MARKED: Final = re.compile(r"\b81726355(\d{6})\b")
"""In any other language a whole number stands for a number of the site, which is marked there."""

_HTML: Final = re.compile(
    rf"""
    <bp-math(?P<kind>(?:-block)?)\b(?P<before>[^<>]*?\ data-tex=")(?P<tex>[^"]*)(?P<after>"[^<>]*>)[^<]*(?=</)
    |(?P<code><(?P<raw>pre|script|style)\b.*?</(?P=raw)>|<!--.*?-->)
    |(?P<token>(?:\n<p>|\n|<p>)?[{TOKENS}](?:</p>)?)
    |</?[A-Za-z][^<>{TOKENS}%]*>                                    # a tag without
    |(?P<tag><[A-Za-z][^<>]*>)                                      # a tag that may hold one
    """,
    re.DOTALL | re.VERBOSE,
)
_ADDRESS: Final = re.compile(r"%F[34](?:%[0-9A-F]{2}){3}")
"""A token in an address, or in the TeX of a placeholder."""
_TAG_NAME: Final = re.compile(r"<[A-Za-z][\w-]*")
_INLINE: Final = re.compile(r"<(/?)(a|abbr|b|bdi|cite|code|del|em|i|ins|kbd|mark|q|s|small|span|strong|sub|sup|u)\b")
_EMPTY: Final = re.compile(r"<p>\s*</p>\n?")


class Filled(NamedTuple):
    """A finished text, and the quantities that it shows, in order, with repeats."""

    text: str
    names: list[str]


def source(text: str, pieces: Sequence[Piece]) -> str:
    """A page's Markdown for MkDocs: its tokens stay, but for those in front matter and code, which would harm them."""

    def put(match: re.Match[str]) -> str:
        if match["front"] is not None:
            return in_plain(match[0], pieces)
        if _is_math(match) or not TOKEN.search(match["body"]):
            return match[0]
        python = match["info"].strip() == "python" and _in_cell(match, pieces)
        return TOKEN.sub(lambda found: _in_code(found, pieces, python), match[0])

    return _BEFORE_MARKDOWN.sub(put, text)


def _in_cell(match: re.Match[str], pieces: Sequence[Piece]) -> bool:
    """Whether a fence is the source of a cell."""
    before = match.string[max(match.start() - 50, 0) : match.start()].rstrip(" >\n")[-1:]
    return bool(TOKEN.match(before)) and isinstance(pieces[index_of(before)], CellPiece)


def _in_code(found: re.Match[str], pieces: Sequence[Piece], python: bool) -> str:
    """What stands in a fence for a piece: a number is read there, of an output its token stays."""
    index = index_of(found[0])
    piece = pieces[index]
    if not isinstance(piece, NumberPiece):
        return found[0] if type(piece) is Piece else piece.plain
    if python:
        number = _FLOAT.fullmatch(piece.plain) if piece.behind else None
        return f"{number[1]}81726354.{index}" if number else piece.plain
    beside = found.string[max(found.start() - 1, 0) : found.start()] + found.string[found.end() : found.end() + 1]
    return piece.plain if re.search(r"[\w.]", beside) or not piece.said else f"81726355{index:06}"


def fill_markdown(text: str, pieces: Sequence[Piece]) -> Filled:
    """Finished Markdown, for any generator."""
    names: list[str] = []

    def put(match: re.Match[str]) -> str:
        if match["token"] is not None:
            piece = pieces[index_of(match["token"])]
            names.extend(piece.names)
            return indented(_line_before(match), piece.markdown())
        if match["front"] is None and (match["math"] is not None or _is_math(match)):
            names.extend(name for piece in pieces_in(match[0], pieces) for name in piece.maths_names)
            return in_maths(match[0], pieces)
        if match["said"] is not None:
            return escape_said(match[0], pieces)
        before = match["indent"] or ""
        return TOKEN.sub(lambda found: indented(before, pieces[index_of(found[0])].plain), match[0])

    return Filled(_MARKDOWN.sub(put, text), names)


def escape_said(text: str, pieces: Sequence[Piece]) -> str:
    """Words that can hold no marks (between quotes, in a title), with their pieces put in, as HTML."""
    return TOKEN.sub(lambda found: escape(pieces[index_of(found[0])].plain), text)


def formulas(text: str, pieces: Sequence[Piece]) -> Iterator[tuple[str, bool]]:
    """The TeX of each formula of a page's Markdown, and whether it stands on a line of its own."""
    for match in _FORMULAS.finditer(text):
        if match["token"] is not None:
            piece = pieces[index_of(match["token"])]
            if isinstance(piece, EquationPiece):
                yield piece.maths.strip(), True
        elif (tex := _written(match)) is not None:
            yield in_maths(tex, pieces), match["math"] is None


def written_formulas(text: str) -> Iterator[str]:
    """The TeX, with its tokens, of each formula that stands as such in a page's Markdown."""
    return (tex for match in _MARKDOWN.finditer(text) if (tex := _written(match)) is not None)


def _written(match: re.Match[str]) -> str | None:
    if match["math"] is not None:
        return match["math"].strip()
    if match["body"] is None or not _is_math(match):
        return None
    return re.sub(rf"(?m)^{match['indent']}", "", match["body"]).strip()


def misplaced(text: str, pieces: Sequence[Piece]) -> Iterator[Problem]:
    """The equations, figures and cells of a page's Markdown that stand where there is no room for them."""
    for match in _MARKDOWN.finditer(text):
        for found in TOKEN.finditer(match[0]):
            piece = pieces[index_of(found[0])]
            if not piece.block or isinstance(piece, EndPiece):
                continue
            what, line = _called(piece)
            after = text[match.end() :].split("\n", 1)[0]
            if match["token"] is None:
                yield Problem(f"{what} stands inside code, a formula or an attribute", line=line)
            elif not _OWN_LINE.fullmatch(_line_before(match)) or (piece.closes and after.strip()):
                yield Problem(f"{what} stands in the middle of a line", line=line, advice="Give it a line of its own.")


def _called(piece: Piece) -> tuple[str, int | None]:
    if isinstance(piece, EquationPiece):
        return "an equation", piece.line
    return ("a figure", piece.line) if isinstance(piece, FigurePiece) else ("a cell", None)


def fill_html(html: str, pieces: Sequence[Piece], address: Callable[[str], str] = str) -> Filled:
    """What MkDocs has made of a page, with its pieces in their places; ``address`` gives that of another page.

    Raises TemplateError for an equation or a figure inside a sentence.
    """
    filling = _Filling(pieces, address)
    text = _HTML.sub(filling.put, html)
    if filling.problems:
        raise TemplateError(filling.problems)
    return Filled(_EMPTY.sub("", text) if filling.split else text, filling.names)


@dataclass
class _Filling:
    """One pass through a page's HTML."""

    pieces: Sequence[Piece]
    address: Callable[[str], str]
    names: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    split: bool = False

    def put(self, match: re.Match[str]) -> str:
        """What stands in the place of a match."""
        if match.lastgroup is None:
            return match[0]
        if match["token"] is not None:
            return self._piece(match)
        if match["tex"] is not None:
            return self._maths(match)
        if match["code"] is not None:
            code = TOKEN.sub(lambda found: escape(self.pieces[index_of(found[0])].plain, quote=False), match[0])
            return _MARKED.sub(self._in_code, _STAND_IN.sub(self._literal, code))
        tag = _ADDRESS.sub(self._quoted, escape_said(match[0], self.pieces))
        numbers = [piece for piece in pieces_in(match[0], self.pieces) if isinstance(piece, NumberPiece)]
        said = " ".join(piece.said for piece in numbers if piece.said)
        return _TAG_NAME.sub(lambda name: f'{name[0]} data-said="{said}"', tag, count=1) if said else tag

    def _quoted(self, match: re.Match[str]) -> str:
        """A number in an address."""
        spoken = unquote(match[0])
        ours = TOKEN.fullmatch(spoken) and index_of(spoken) < len(self.pieces)
        return quote(in_plain(spoken, self.pieces), safe="") if ours else match[0]

    def _in_code(self, match: re.Match[str]) -> str:
        """A number of the site under its mark; one of the author's own that looks like a stand-in stays."""
        index = int(match[1])
        piece = self.pieces[index] if index < len(self.pieces) else None
        if not isinstance(piece, NumberPiece):
            return match[0]
        self.names += piece.names
        return piece.html(self.address)

    def _literal(self, match: re.Match[str]) -> str:
        """The digits of a literal; a number of the author's own that looks like a stand-in stays."""
        index = int(match[1])
        piece = self.pieces[index] if index < len(self.pieces) else None
        ours = isinstance(piece, NumberPiece) and piece.behind and _FLOAT.fullmatch(piece.plain)
        return piece.plain.removeprefix("-") if piece is not None and ours else match[0]

    def _maths(self, match: re.Match[str]) -> str:
        if not _ADDRESS.search(match["tex"]):
            return match[0]
        tex = unquote(match["tex"])
        found, said = pieces_in(tex, self.pieces), said_in_maths(tex, self.pieces)
        self.names += (name for piece in found for name in piece.maths_names)
        tex = in_maths(tex, self.pieces)
        words = "" if match["kind"] else escape(plain(tex), quote=False)
        return f"<bp-math{match['kind']}{said}{match['before']}{quote(tex, safe='')}{match['after']}{words}"

    def _piece(self, match: re.Match[str]) -> str:
        found = match["token"]
        closing = found.endswith("</p>")
        token = found[-5] if closing else found[-1]
        piece = self.pieces[index_of(token)]
        self.names += piece.names
        html = piece.html(self.address)
        if not piece.block:
            return found.replace(token, html)
        opening, gap = "<p>" in found, "\n" if found.startswith("\n") else ""
        at = match.start() + found.index(token)
        if (opening and closing) or not self._in_paragraph(match.string, at, piece, opening):
            return gap + html
        before = gap if opening or not piece.opens else "</p>\n"
        after = "" if closing or not piece.closes else "\n<p>"
        self.split = self.split or before == "</p>\n" or bool(after)
        return f"{before}{html}{after}"

    def _in_paragraph(self, page: str, at: int, piece: Piece, opening: bool) -> bool:
        """Whether a block stands in a paragraph, which then ends before it; ``opening``: it is the first there."""
        start = page.rfind("<p", 0, at)
        if start < 0 or page[start + 2] not in " >" or page.find("</p>", start, at) >= 0:
            return False
        if piece.opens and not opening:
            tags = _INLINE.findall(page, start, at)
            if sum(-1 if closing else 1 for closing, _ in tags):
                what, line = _called(piece)
                self.problems.append(Problem(f"{what} stands inside a sentence", line=line))
        return True


def indented(before: str, text: str) -> str:
    """A text of several lines as it stands after ``before`` on its line: set in as far as that is."""
    lines = text.split("\n")
    if len(lines) == 1:
        return text
    if _MARKER.fullmatch(before):  # under a list marker the rest is set in by four, as Python-Markdown wants it
        before = " " * (len(before) - len(before.lstrip()) + 4)
    elif before.strip(" >"):  # in the middle of a line there is nothing to indent
        return text
    return "\n".join([lines[0], *(before + line if line.strip() else "" for line in lines[1:])])


def _line_before(match: re.Match[str]) -> str:
    """What stands before a match on its line."""
    return match.string[match.string.rfind("\n", 0, match.start()) + 1 : match.start()]


def _is_math(match: re.Match[str]) -> bool:
    """Whether a fence holds a formula."""
    return match["info"] is not None and match["info"].split(maxsplit=1)[:1] in (["math"], ["{.math"], ["{.math}"])
