"""JavaScript in this process: one V8 context, made when first needed."""

from __future__ import annotations

import json
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from backprop_docgen.errors import BackpropError, Problem

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

# A build is over before optimized code would pay, and what is made lives for a moment (sizes in MiB).
_FLAGS: Final = ("--single-threaded", "--max-lazy", "--no-opt", "--max-semi-space-size=1", "--max-old-space-size=64")
Script = Callable[[], str]
"""Makes the text of a script; a context evaluates each once."""


class V8Error(BackpropError):
    """V8 ran out of time or of memory, or a script is wrong."""


class Context:
    """Scripts and their functions. ``seconds`` bounds each call (for what nobody has to trust).

    A process in which V8 has started must not be copied: the copy could not use it.
    """

    def __init__(self, seconds: float | None = None) -> None:
        self.seconds = seconds
        self._v8: MiniRacer | None = None
        self._loaded: set[Script] = set()
        self._finalizer: weakref.finalize[[], Context] | None = None

    def load(self, *scripts: Script) -> None:
        """Start V8 and evaluate scripts, as far as that has not been done."""
        if self._v8 is None:
            self._v8 = self._start()
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
        self._loaded.clear()

    def _start(self) -> MiniRacer:
        from py_mini_racer import MiniRacer, init_mini_racer  # not at the top: not all platforms have it

        init_mini_racer(flags=_FLAGS, ignore_duplicate_init=True)
        v8 = MiniRacer()
        # An open context can hang the interpreter's exit; this closes it with this object, or at exit.
        self._finalizer = weakref.finalize(self, v8.close)
        return v8
