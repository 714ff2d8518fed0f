"""Scripts in V8: evaluated once in each life of a context, within their time, in copies of the process too."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from backprop_docgen.speed.parallel import Copy, cores
from backprop_docgen.v8.context import Context, V8Error, initialise


def counter() -> str:
    return "let count = 0; const next = (by) => (count += by); const forever = () => { for (;;); };"


def test_a_script_is_evaluated_once_in_each_life() -> None:
    with closing(Context()) as context:
        assert [context.call(counter, "next", json.dumps(by)) for by in (1, 2)] == [1, 3]
        context.close()
        assert context.call(counter, "next", "5") == 5


@pytest.mark.parametrize(("function", "message"), [("nothing", "nothing is not defined"), ("forever", "time")])
def test_what_goes_wrong_is_said_and_the_next_call_is_answered(function: str, message: str) -> None:
    # in a thread of its own: the browser of another test may leave an event loop in this one
    initialise()
    with closing(Context(seconds=0.2)) as context, ThreadPoolExecutor(1) as other:
        wrong = other.submit(context.call, counter, function, "1")
        with pytest.raises(V8Error, match=message):
            wrong.result()
        assert other.submit(context.call, counter, "next", "1").result() == 1


@pytest.mark.skipif(cores() < 2, reason="needs Linux and two cores")
def test_a_copy_of_the_process_starts_its_own() -> None:
    with closing(Context()) as context:
        context.call(counter, "next", "1")
        copy = Copy(lambda _: [context.call(counter, "next", "7"), context.close()])
        try:
            assert list(copy) == [7, None]
        finally:
            copy.end()
        assert context.call(counter, "next", "1") == 2
