"""The wrong numbers of public texts: each is really wrong, of a quantity that exists, and what its working gives."""

from __future__ import annotations

import ast
import math
import operator
import tomllib
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from backprop_docgen.network.file import read_network
from backprop_docgen.slips.table import RULES
from backprop_docgen.worksheet.course import Course, build_course

FOLDER: Final = Path(__file__).parent / "posts"
FILE: Final = FOLDER / "posts.toml"
DATA: Final = tomllib.loads(FILE.read_text(encoding="utf-8"))
POSTS: Final[list[dict[str, Any]]] = DATA["post"]
REQUIRED: Final = {"source", "at", "network", "quantity", "number", "right", "label"}
OPTIONAL: Final = {"printed", "working", "follows", "together"}
OPERATORS: Final[Mapping[type[ast.operator], Callable[[float, float], float]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
FUNCTIONS: Final = {"exp": math.exp, "log": math.log}


def name(post: dict[str, Any]) -> str:
    return f"{post['network'].removesuffix('.toml')}:{post['quantity']}={post['number']}"


each_post = pytest.mark.parametrize("post", POSTS, ids=name)
each_worked_post = pytest.mark.parametrize("post", [post for post in POSTS if "working" in post], ids=name)


@cache
def course_of(network: str) -> Course:
    return build_course(read_network(FOLDER / network), network)


def unit(number: str) -> Decimal:
    """One unit of the last place written."""
    exponent = Decimal(number).as_tuple().exponent
    assert isinstance(exponent, int)
    return Decimal(1).scaleb(exponent)


def calculated(working: str) -> float:
    """The value of an arithmetic of numbers, + - * / **, exp and log; anything else is an error."""

    def value(node: ast.expr) -> float:
        match node:
            case ast.Constant(value=int() | float() as number):
                return number
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -value(operand)
            case ast.BinOp(left=left, op=sign, right=right):
                return OPERATORS[type(sign)](value(left), value(right))
            case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]):
                return FUNCTIONS[name](value(argument))
        raise ValueError(ast.unparse(node))

    return value(ast.parse(working, mode="eval").body)


def test_fifty_numbers_that_follow_from_no_other() -> None:
    assert sum(not post.get("follows", False) for post in POSTS) >= 50


def test_every_network_is_used() -> None:
    assert {path.name for path in FOLDER.glob("*.toml")} == {post["network"] for post in POSTS} | {FILE.name}


def test_no_number_is_listed_twice() -> None:
    listed = [(post["source"], post["network"], post["quantity"], post["number"]) for post in POSTS]
    assert len(set(listed)) == len(listed)


def test_the_known_ones_are_in() -> None:
    known = {(post["network"], post["quantity"], post["number"]) for post in POSTS}
    assert {
        ("two-two-two.toml", "net_h1", "0.3825"),
        ("two-two-two.toml", "net_h2", "0.3900"),
        ("four-times.toml", "dE_total/dw1", "0.00571675240882"),
        ("always-one.toml", "dE_total/dw1", "1"),
    } <= known


def test_what_is_left_out_says_why() -> None:
    assert all(
        set(left_out) == {"source", "at", "number", "reason"} and left_out["reason"] for left_out in DATA["outside"]
    )


@each_post
def test_keys(post: dict[str, Any]) -> None:
    assert set(post) >= REQUIRED
    assert set(post) <= REQUIRED | OPTIONAL
    assert post["label"]
    assert "://" not in post["at"]


@each_post
def test_right_is_what_the_worksheet_gives(post: dict[str, Any]) -> None:
    assert course_of(post["network"]).quantity(post["quantity"]).value == pytest.approx(post["right"], rel=1e-12)


@each_post
def test_number_is_wrong_at_the_digits_written(post: dict[str, Any]) -> None:
    right, number = Decimal(repr(post["right"])), Decimal(post["number"])
    assert right != number
    if "." in post["number"]:
        assert right.quantize(unit(post["number"]), ROUND_HALF_EVEN) != number


@each_worked_post
def test_working_gives_the_number(post: dict[str, Any]) -> None:
    """Rounded or cut, so less than one unit of the last place away; without a point the number is exact."""
    away = abs(Decimal(calculated(post["working"])) - Decimal(post["number"]))
    assert away < (unit(post["number"]) if "." in post["number"] else Decimal("1e-12"))


def test_what_follows_follows_from_something() -> None:
    first = {post["source"] for post in POSTS if not post.get("follows", False)}
    assert {post["source"] for post in POSTS if post.get("follows", False)} <= first


def test_every_label_says_which_rules_agree() -> None:
    labels = {post["label"] for post in POSTS if not post.get("follows", False)}
    known = {
        label for label in labels if not label.startswith(("unknown", "rounded too early", "cut instead of rounded"))
    }
    assert set(DATA["accepted"]) == known
    rules = {rule for accepted in DATA["accepted"].values() for rule in accepted}
    assert rules <= {*RULES, "carried"}
