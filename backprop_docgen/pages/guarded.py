"""A Jinja environment in which a mistake is told in words, at its line, and the page goes on: all are told at once.

Whatever a template does (a call, a sum, a comparison, a loop, a filter, printing) goes through a method here, as far as
Jinja lets it. What failed is undefined from then on, and nothing more is said of it.
"""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any, Final, cast

from jinja2 import ChainableUndefined, Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import TemplateNotFound, UndefinedError
from jinja2.ext import Extension
from jinja2.runtime import Context, Undefined
from jinja2.utils import missing

from backprop_docgen.errors import BackpropError, Problem, did_you_mean
from backprop_docgen.pages.arguments import misfit
from backprop_docgen.pages.number import Condition, Number
from backprop_docgen.pages.offered import function_name, is_internal, offer, offers, said, unprintable, what
from backprop_docgen.pages.page_state import PageState, error_place

_BINARY: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    **{"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv},
    **{"//": operator.floordiv, "%": operator.mod, "**": operator.pow},
}
_REFERENCE: Final = "The page “What a template can say” (reference.md) lists every name."
_UNARY: Final[Mapping[str, Callable[[Any], Any]]] = {"-": operator.neg, "+": operator.pos}
_COMPARED: Final[Mapping[str, tuple[str, Callable[[Any, Any], Any]]]] = {
    **{"eq": ("==", operator.eq), "ne": ("!=", operator.ne), "lt": ("<", operator.lt), "lteq": ("<=", operator.le)},
    **{"gt": (">", operator.gt), "gteq": (">=", operator.ge)},
    **{"in": ("in", lambda item, of: item in of), "notin": ("not in", lambda item, of: item not in of)},
}
_OF_NUMBERS: Final = frozenset({"abs", "string", "e", "escape", "safe", "forceescape", "default", "d"})
"""Jinja's own filters that make sense of a number of the page; others would take it for a plain one, or for a text."""
_NOT_FILTERED: Final = (Context, Environment, nodes.EvalContext)
"""What Jinja hands to some filters before the value."""
_ROUNDED: Final = "The site's rule rounds numbers; write x.fixed(3), x.percent(1) or x.signed for another form."
_LOOPS: Final = "A loop goes through a list, such as network.weights; so many times: {% for i in range(3) %}."


class Failed(ChainableUndefined):
    """What could not be made; that has been told."""


class _Generator(CodeGenerator):
    """Compiles what Jinja would leave to Python's own operators to methods of the environment."""

    def visit_Compare(self, node: nodes.Compare, frame: Frame) -> None:  # noqa: N802
        """``a < b``; a chain of them stays Python's."""
        if len(node.ops) != 1:
            super().visit_Compare(node, frame)
            return
        self.write(f"environment.compare({node.ops[0].op!r}, ")
        self.visit(node.expr, frame)
        self.write(", ")
        self.visit(node.ops[0].expr, frame)
        self.write(")")

    def visit_For(self, node: nodes.For, frame: Frame) -> None:  # noqa: N802
        """What a loop goes through."""
        node.iter = _asked("listed", node.iter)
        super().visit_For(node, frame)

    def visit_If(self, node: nodes.If, frame: Frame) -> None:  # noqa: N802
        """What a plain condition asks."""
        for each in (node, *node.elif_):
            each.test = _asked("truth", each.test)
        super().visit_If(node, frame)

    def visit_CondExpr(self, node: nodes.CondExpr, frame: Frame) -> None:  # noqa: N802
        """The same, between words."""
        node.test = _asked("truth", node.test)
        super().visit_CondExpr(node, frame)

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802
        """Texts that are joined are printed, too."""
        node.nodes = [_asked("text", each) for each in node.nodes]
        super().visit_Concat(node, frame)

    def start_write(self, frame: Frame, node: nodes.Node | None = None) -> None:
        """What a block leaves is text, even where it failed."""
        super().start_write(frame, node)
        self.write("str(")

    def end_write(self, frame: Frame) -> None:
        """The other end of it."""
        self.write(")")
        super().end_write(frame)

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:
        """Nothing but text is made before the page is rendered: a mistake has its line then."""
        if not isinstance(node, nodes.TemplateData):
            raise nodes.Impossible
        return super()._output_child_to_const(node, frame, finalize)


def _asked(method: str, expression: nodes.Node) -> nodes.Call:
    call = nodes.Call(nodes.EnvironmentAttribute(method), [cast(nodes.Expr, expression)], [], None, None)
    return call.set_lineno(expression.lineno)  # type: ignore[return-value]  # it returns the node itself


class _Known(dict[str, Callable[..., Any]]):
    """Filters or tests by name; one that is not there says so when it is used."""

    def __init__(self, known: Mapping[str, Any], other: Callable[[str], Callable[..., Any]]) -> None:
        super().__init__(known)
        self._other = other

    def __missing__(self, name: str) -> Callable[..., Any]:
        return self._other(name)

    def get(self, name: str, default: Any = None) -> Any:
        """The one of a name, in any case."""
        return self[name]


class GuardedEnvironment(Environment):
    """Renders one page, whose ``state`` hears of every mistake; ``names`` tells what a template may name."""

    sandboxed = True  # by this Jinja asks ``call``, ``call_binop`` and ``call_unop``
    intercepted_binops = frozenset(_BINARY)
    intercepted_unops = frozenset(_UNARY)
    code_generator_class = _Generator

    def __init__(self, state: PageState, names: Callable[[], Iterable[str]], **options: Any) -> None:
        self.state = state

        class Unknown(ChainableUndefined):
            """An undefined name: noted with its line."""

            def __init__(self, *details: Any, **more: Any) -> None:
                super().__init__(*details, **more)
                name, thing = self._undefined_name, self._undefined_obj
                if thing is missing:
                    near = did_you_mean(str(name), names()) if name else None
                    state.problem(self._undefined_message, advice=near or _REFERENCE)
                else:
                    state.problem(*_lacking(thing, name))

        super().__init__(undefined=Unknown, finalize=self.text, **options)
        own = {name: self._tried(each, name, jinja=True) for name, each in self.filters.items()}
        self.filters = cast(Any, _Known(own, self._no_filter))
        self.tests = cast(Any, _Known(self.tests, self._no_test))

    def add_filter(self, name: str, function: Callable[..., Any]) -> None:
        """A filter of our own, which takes whatever it says that it takes."""
        self.filters[name] = self._tried(function, name)

    # What a template does.

    def call(self, context: Context, function: Any, /, *arguments: Any, **named: Any) -> Any:
        """``f(x)``; what is undefined has been told, so that nothing is made of it. Tags look after that themselves."""
        if not isinstance(getattr(function, "__self__", None), Extension):
            for each in (function, *arguments, *named.values()):
                if isinstance(each, Undefined):
                    return each
        if not callable(function):
            message = f"{what(function)} is no function; expected it without parentheses"
            self.state.problem(message, None, offer(function))
            return Failed()
        try:
            return context.call(function, *arguments, **named)
        except TemplateNotFound:  # a macro takes in what is not there: told as it is elsewhere
            raise
        except Exception as error:
            given = {name: each for name, each in named.items() if name not in ("_loop_vars", "_block_vars", "caller")}
            return self._failed(error, lambda error: _miscalled(function, arguments, given, error))

    def getattr(self, obj: Any, attribute: str) -> Any:
        """``x.name``."""
        if is_internal(obj, attribute):
            return self.undefined(obj=obj, name=attribute)
        try:
            if isinstance(obj, Mapping) and attribute in obj:  # before its methods: a value may be named "items"
                return obj[attribute]
            return super().getattr(obj, attribute)
        except Exception as error:
            return self._failed(error, lambda error: Problem(f"{what(obj)} has no {attribute} here: {said(error)}"))

    def getitem(self, obj: Any, argument: Any) -> Any:
        """``x[0]``."""
        if isinstance(argument, Undefined):
            return argument
        try:
            return super().getitem(obj, argument)
        except Exception as error:
            return self._failed(error, lambda error: Problem(f"{what(obj)} has no item {argument}: {said(error)}"))

    def call_binop(self, context: Context, sign: str, left: Any, right: Any) -> Any:
        """``a + b``."""
        for each in (left, right):
            if isinstance(each, Undefined):
                return each
        try:
            if sign in ("/", "//", "%") and isinstance(right, int | float) and not right and not isinstance(left, str):
                raise ZeroDivisionError
            return _BINARY[sign](left, right)
        except Exception as error:
            return self._failed(error, lambda error: _uncomputable(sign, left, right, error))

    def call_unop(self, context: Context, sign: str, of: Any) -> Any:
        """``-a``."""
        if isinstance(of, Undefined):
            return of
        try:
            return _UNARY[sign](of)
        except Exception as error:
            return self._failed(error, lambda _: Problem(f"{sign} stands before {what(of)}; expected a number"))

    def compare(self, sign: str, left: Any, right: Any) -> Any:
        """``a < b``: a condition where one is a number of the page."""
        for each in (left, right):
            if isinstance(each, Undefined):
                return each
        written, compared = _COMPARED[sign]
        try:
            return compared(left, right)
        except Exception as error:
            message = f"{what(left)} {written} {what(right)}: these cannot be compared"
            return self._failed(error, lambda _: Problem(f"{message}; expected two numbers, or two texts"))

    def listed(self, things: Any) -> Any:
        """What a loop goes through."""
        try:
            iter(things)
        except TypeError:
            self.state.problem(f"a loop goes through {what(things)}; expected a list", None, _LOOPS)
            return ()
        except Exception as error:
            self._failed(error, lambda error: Problem(said(error)))
            return ()
        return things

    def truth(self, value: Any) -> bool:
        """What ``{% if %}`` asks; a number or a condition about numbers is asked by ``{% when %}`` instead."""
        try:
            return bool(value)
        except Exception as error:
            self._failed(error, lambda error: Problem(said(error)))
            return False

    def text(self, value: Any) -> str:
        """What is printed: a text or a number."""
        if not isinstance(value, str | int | float | Number | Undefined):
            problem = unprintable(value)
            if isinstance(value, Condition):
                problem = replace(problem, advice="Choose between words: {% choose %}{% when … %}.")
            self.state.problem(problem.message, problem.key, problem.advice)
            return ""
        try:
            return str(value)
        except Exception as error:
            self._failed(error, lambda error: Problem(f"{what(value)} cannot be printed: {said(error)}"))
            return ""

    # What is said of a mistake.

    def _failed(self, error: Exception, problem: Callable[[Exception], Problem]) -> Failed:
        """Note what failed where; it is undefined from now on. ``problem`` tells an error that tells nothing itself."""
        if isinstance(error, UndefinedError) and self.state.problems:
            return Failed()
        found = error.problems if isinstance(error, BackpropError) else (problem(error),)
        file, line = error_place(error)
        for each in found:
            self.state.note(replace(each, file=each.file or file, line=each.line or line))
        return Failed()

    def _tried(self, function: Callable[..., Any], name: str, jinja: bool = False) -> Callable[..., Any]:
        """A filter, one of Jinja's own or ours, whose failures are noted; it passes over what is undefined."""

        @wraps(function)
        def call(*arguments: Any, **named: Any) -> Any:
            for each in (*arguments, *named.values()):
                if isinstance(each, Undefined) and name not in ("default", "d"):
                    return each
            value = next((each for each in arguments if not isinstance(each, _NOT_FILTERED)), None)
            if jinja and isinstance(value, Number | Condition) and name not in _OF_NUMBERS:
                self.state.problem(f"{what(value)} cannot go through the filter {name}", None, _ROUNDED)
                return Failed()
            try:
                return function(*arguments, **named)
            except Exception as error:
                message = f"the filter {name} cannot take {what(value)}"
                return self._failed(error, lambda error: Problem(f"{message}: {said(error)}"))

        return call

    def _no_filter(self, name: str) -> Callable[..., Any]:
        return self._nothing("filter", name, self.filters)

    def _no_test(self, name: str) -> Callable[..., Any]:
        return self._nothing("test", name, self.tests)

    def _nothing(self, kind: str, name: str, known: Iterable[str]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            self.state.problem(f"there is no {kind} named {name}", None, did_you_mean(name, known))
            return Failed()

        return call


def _lacking(thing: object, name: object) -> tuple[str, str | None, str | None]:
    """Message, key and advice where a thing has not what is asked of it."""
    if not isinstance(name, str):
        size = f"; it has {len(thing)}, the first is [0]" if isinstance(thing, list | tuple) else ""
        return f"{what(thing)} has no item [{name}]{size}", None, None if size else offer(thing)
    advice = did_you_mean(name, offers(thing)) or offer(thing)
    if isinstance(thing, list | tuple):
        advice = "A list has items: take one, as [0], or go through them in a loop."
    return f"{what(thing)} has no {name}", None, advice


def _miscalled(
    function: Callable[..., Any], arguments: tuple[Any, ...], named: Mapping[str, Any], error: Exception
) -> Problem:
    name = function_name(function)
    if isinstance(error, TypeError):
        try:
            signature = inspect.signature(function)
            signature.bind(*arguments, **named)
        except TypeError as wrong:
            return misfit(name, signature, wrong, named)
        except ValueError:  # one of Python's own without a signature
            pass
    given = ", ".join(map(what, (*arguments, *named.values())))
    return Problem(f"{name}({given}): {said(error)}")


def _uncomputable(sign: str, left: object, right: object, error: Exception) -> Problem:
    message = f"{what(left)} {sign} {what(right)}: "
    if isinstance(error, ZeroDivisionError):
        return Problem(f"{message}division by zero; expected a divisor other than 0")
    if any(isinstance(each, Number) for each in (left, right)):
        if sign in ("//", "%", "**"):
            return Problem(f"{message}numbers of the page know +, −, * and /", advice="A square is x * x.")
        return Problem(f"{message}expected two numbers")
    advice = "Texts are joined by ~." if sign == "+" and str in (type(left), type(right)) else None
    return Problem(f"{message}expected two numbers, or two of a kind", advice=advice)

