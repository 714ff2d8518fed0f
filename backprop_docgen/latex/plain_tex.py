"""TeX → the few plain words that titles, the table of contents, search and alt texts show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)
_SIZED = re.compile(r"\\(?:left|right|middle|[bB]igg?[lrm]?)(?![A-Za-z])\s*\.?")
_ATOM = re.compile(r"\d+(?:\.\d+)?|\w+′*|\([^()]*\)")

_SIGNS = {
    "partial": "∂", "cdot": " · ", "times": " × ", "div": " ÷ ", "pm": " ± ", "sum": "∑", "prod": "∏", "sqrt": "√",
    "infty": "∞", "nabla": "∇", "ldots": "…", "dots": "…", "cdots": "…", "odot": " ⊙ ", "prime": "′", "top": "⊤",
    "approx": " ≈ ", "neq": " ≠ ", "ne": " ≠ ", "le": " ≤ ", "leq": " ≤ ", "ge": " ≥ ", "geq": " ≥ ", "equiv": " ≡ ",
    "to": " → ", "rightarrow": " → ", "leftarrow": " ← ", "gets": " ← ", "mapsto": " ↦ ", "Rightarrow": " ⇒ ",
    "in": " ∈ ", "lt": " < ", "gt": " > ", "mid": " | ", "vert": "|", "lvert": "|", "rvert": "|",
    "quad": " ", "qquad": " ",
}  # fmt: skip
_SILENT = {
    "text", "textrm", "textbf", "textit", "mathrm", "mathbf", "mathit", "mathsf", "mathtt", "mathcal", "boldsymbol",
    "operatorname", "displaystyle", "textstyle", "limits", "nolimits", "boxed", "underbrace", "overbrace",
}  # fmt: skip
_UNSEEN_ARGUMENT = {"htmlData", "htmlClass", "htmlId", "begin", "end", "tag", "label", "color", "phantom"}


def plain(tex: str) -> str:
    r"""Readable text of a formula: ``\frac{\partial E}{\partial w_5}`` → ``∂E/∂w5``; no error for unknown TeX."""
    tokens = (match[0] for match in _TOKEN.finditer(_SIZED.sub("", tex)))
    return _tidy(_group(tokens))


def _tidy(text: str) -> str:
    """Single spaces, none after a sign that belongs to what follows it."""
    return re.sub(r"([∂∇Δ√]) ", r"\1", " ".join(text.split()))


def _group(tokens: Iterator[str]) -> str:
    """What stands before the closing brace, or the end."""
    text = ""
    for token in tokens:
        if token == "}":
            break
        if token in {"_", "^"}:
            text = text.rstrip() + _script(token, _argument(tokens))
        else:
            text += _piece(token, tokens)
    return text


def _argument(tokens: Iterator[str]) -> str:
    """The next argument of a command: a group or a single token."""
    token = next((token for token in tokens if not token.isspace()), "")
    return _piece(token, tokens)


def _piece(token: str, tokens: Iterator[str]) -> str:
    """The text of one token and of the arguments it takes."""
    if token == "{":
        return _group(tokens)
    if token in {"&", "~"}:
        return " "
    if not token.startswith("\\"):
        return token
    name = token[1:]
    if not name.isalpha():
        return name if name in {"{", "}", "%", "$", "#", "&", "_", "|"} else "" if name == "!" else " "
    if name in {"frac", "dfrac", "tfrac"}:
        numerator = _argument(tokens)
        return f"{_parenthesised(numerator)}/{_parenthesised(_argument(tokens))}"
    if name in _UNSEEN_ARGUMENT:
        _argument(tokens)
        return ""
    return _SIGNS.get(name, "" if name in _SILENT else _greek(name))


def _script(kind: str, text: str) -> str:
    """``w_5`` → w5, ``E_{total}`` → E_total, ``x^2`` → x^2, ``f^{\\prime}`` → f′."""
    if not text.strip("′⊤"):
        return text
    if kind == "_":
        return text if text.isdigit() else f"_{text}"
    return f"^{text if _ATOM.fullmatch(text) else f'({text})'}"


def _parenthesised(text: str) -> str:
    text = _tidy(text)
    return f"({text})" if re.search(r".[-+−/·=\s]", text) and not _ATOM.fullmatch(text) else text


def _greek(name: str) -> str:
    """A Greek letter for its TeX name; any other command (sin, exp, …) stands for itself."""
    letter = name.removeprefix("var").lower().replace("lambda", "lamda")
    size = "CAPITAL" if name[0].isupper() else "SMALL"
    try:
        return unicodedata.lookup(f"GREEK {size} LETTER {letter}")
    except KeyError:
        return name
