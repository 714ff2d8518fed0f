"""V8 on the other core: figures and formulas from one copy, the same as here, and nothing where it fails."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from backprop_docgen.figures.scene import KINDS, OnDemand, Scene
from backprop_docgen.latex.katex import Formula, Renderer
from backprop_docgen.network.file import read_network
from backprop_docgen.numbers.language import load_language
from backprop_docgen.speed import v8_copy
from backprop_docgen.speed.drawings import KeptFigures
from backprop_docgen.speed.formulas import Typesetting
from backprop_docgen.speed.parallel import cores
from backprop_docgen.speed.store import Store
from backprop_docgen.speed.v8_copy import V8Copy
from backprop_docgen.v8.context import Context
from backprop_docgen.worksheet.course import build_course
from built import ROOT

two_cores = pytest.mark.skipif(cores() < 2, reason="needs Linux and two cores")


@pytest.fixture
def v8() -> Iterator[V8Copy]:
    found = V8Copy()
    yield found
    found.end()


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    sheet = build_course(read_network(ROOT / "network.toml")).default
    return [Scene(kind, sheet, load_language(code)) for kind in KINDS if kind != "regions" for code in ("en", "es")]


class Idle(Context):
    """Must not be needed: its V8 would be in the original."""

    def load(self, *scripts: object) -> None:
        pytest.fail("V8 starts here")


@two_cores
def test_results_of_several_jobs_come_to_who_asked(v8: V8Copy) -> None:
    v8.work = {"count": range, "where": lambda _: [os.getpid()]}
    first, second, third = v8.ask("count", 3), v8.ask("where", None), v8.ask("count", 2)
    assert list(third) == [0, 1]
    assert next(first) == 0
    assert next(second) != os.getpid()
    assert list(first) == [1, 2]


@two_cores
def test_a_copy_that_fails_gives_what_it_has(v8: V8Copy) -> None:
    def some(count: int) -> Iterator[int]:
        yield from range(count)
        os._exit(1)

    v8.work = {"some": some}
    assert list(v8.ask("some", 2)) == [0, 1]
    assert list(v8.ask("some", 2)) == []
    v8.end()
    assert list(v8.ask("some", 1)) == [0]  # another copy


def test_one_core_has_no_results(v8: V8Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(v8_copy, "cores", lambda: 1)
    v8.work = {"count": range}
    assert list(v8.ask("count", 3)) == []


@two_cores
def test_one_copy_draws_and_typesets_and_this_process_starts_no_v8(
    v8: V8Copy, scenes: list[Scene], tmp_path: Path
) -> None:
    store = Store(tmp_path, "p")
    with closing(Renderer()) as here, closing(Context()) as context:
        alone, formula = OnDemand(context).draw(scenes), Formula("x^2")
        typeset = here.render_many([formula])[formula]
    renderer = Renderer()
    kept, typesetting = KeptFigures(renderer.context, store, v8), Typesetting(renderer, store, v8)
    kept.begin(scenes[:3])
    typesetting.begin({"page.md": "its text"}, lambda _: [formula])
    kept.begin(scenes)
    kept.finish()
    typesetting.finish()
    v8.end()
    renderer.context.load = Idle.load  # type: ignore[method-assign, assignment]  # from here on nothing is to be made
    assert kept.draw(scenes) == alone
    assert typesetting.page("page.md", {"page.md": [formula]})[formula][0] == typeset
    assert KeptFigures(Idle(), store, V8Copy()).draw(scenes) == alone  # the next build


def test_what_the_copy_does_not_draw_is_drawn_here(
    v8: V8Copy, scenes: list[Scene], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(v8_copy, "cores", lambda: 1)
    with closing(Context()) as context:
        kept = KeptFigures(context, Store(tmp_path, "p"), v8)
        assert kept.draw([*scenes[:2], scenes[0]]) == OnDemand(context).draw([*scenes[:2], scenes[0]])
    assert KeptFigures(Idle(), Store(tmp_path, "p"), v8).draw(scenes[:2])
