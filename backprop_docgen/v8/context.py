"""JavaScript in this process: one V8 context, made when first needed."""

from __future__ import annotations

import json
import os
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from backprop_docgen.errors import BackpropError, Problem

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

# A build is over before optimized code would pay, and what is made lives for a moment (sizes in MiB).
_FLAGS: Final = ("--single-threaded", "--max-lazy", "--no-opt", "--max-semi-space-size=1", "--max-old-space-size=64")
_INHERITED: Final[list[MiniRacer]] = []
Script = Callable[[], str]
"""Makes the text of a script; a context evaluates each once."""


class V8Error(BackpropError):
    """V8 ran out of time or of memory, or a script is wrong."""


def initialise() -> None:
    """Load V8, in the thread that all who use it come from, before they are made: each process once.

    Where the processor has protection keys, V8's memory is closed to all other threads: entering it ends the process.
    """
    from py_mini_racer import init_mini_racer  # not at the top: not all platforms have it

    init_mini_racer(flags=_FLAGS, ignore_duplicate_init=True)


class Context:
    """Scripts and their functions. ``seconds`` bounds each call (for what nobody has to trust).

    In a copy of this process V8 starts anew: its threads are not copied. Who uses a context from several threads calls
    :func:`initialise` before.
    """

    def __init__(self, seconds: float | None = None) -> None:
        self.seconds = seconds
        self._v8: MiniRacer | None = None
        self._process = 0
        self._loaded: set[Script] = set()
        self._finalizer: weakref.finalize[[MiniRacer, int], Context] | None = None

    def load(self, *scripts: Script) -> None:
        """Start V8 and evaluate scripts, as far as that has not been done."""
        if self._v8 is None or self._process != os.getpid():
            self._v8, self._process = self._start(), os.getpid()
            self._loaded.clear()
        for script in scripts:
            if script not in self._loaded:
                self._v8.eval(script())
                self._loaded.add(script)

    def call(self, script: Script, function: str, argument: str) -> Any:
        """What a function of a script makes of an argument, which is JSON text already. Raises V8Error."""
        from py_mini_racer import JSEvalException

        self.load(script)
        assert self._v8 is not None
        try:
            code = f"JSON.stringify({function}(JSON.parse({json.dumps(argument)})))"
            return json.loads(str(self._v8.eval(code, timeout_sec=self.seconds)))
        except JSEvalException as error:
            raise V8Error(Problem(str(error))) from None

    def close(self) -> None:
        """Free V8; a later call starts it again."""
        if self._finalizer is not None:
            self._finalizer()
        self._v8 = self._finalizer = None

    def _start(self) -> MiniRacer:
        from py_mini_racer import MiniRacer

        initialise()
        v8 = MiniRacer()
        # An open context can hang the interpreter's exit; this closes it with this object, or at exit.
        self._finalizer = weakref.finalize(self, _close, v8, os.getpid())
        return v8


def _close(v8: MiniRacer, process: int) -> None:
    """Free V8 in the process in which it lives; in a copy that would wait for threads that are not there."""
    if process == os.getpid():
        v8.close()
    else:
        _INHERITED.append(v8)
