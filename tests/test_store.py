"""Results kept on disk: found again, never stale, never damaged, never in the way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_docgen.store import Store, digest, fingerprint


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store", "this program")


def entry(store: Store, kind: str = "things") -> Path:
    (found,) = (store.folder / kind).iterdir()
    return found


def test_a_result_is_found_again(store: Store) -> None:
    store.save("things", "key", {"ñ": [1, None, "\ud800"]})
    assert store.holds("things", "key")
    assert store.load("things", "key") == {"ñ": [1, None, "\ud800"]}
    assert store.load("things", "another key") is None
    assert store.load("others", "key") is None


def test_another_program_finds_nothing(store: Store) -> None:
    store.save("things", "key", 1)
    assert Store(store.folder, "the next version").load("things", "key") is None


def test_the_fingerprint_is_that_of_the_code() -> None:
    assert fingerprint() == fingerprint()
    assert len(fingerprint()) == 64


@pytest.mark.parametrize("at", [0, 31, 32, 40, -1])
def test_a_damaged_entry_is_as_good_as_none(store: Store, at: int) -> None:
    store.save("things", "key", list(range(100)))
    content = bytearray(entry(store).read_bytes())
    content[at] ^= 1
    entry(store).write_bytes(content)
    assert store.load("things", "key") is None


@pytest.mark.parametrize("kept", [0, 10, 32, 50])
def test_a_short_entry_is_as_good_as_none(store: Store, kept: int) -> None:
    store.save("things", "key", list(range(100)))
    entry(store).write_bytes(entry(store).read_bytes()[:kept])
    assert store.load("things", "key") is None


def test_a_folder_that_cannot_be_made_only_costs_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    store = Store(tmp_path / "file", "p")
    store.save("things", "key", 1)
    assert store.load("things", "key") is None
    store.prune()


def test_the_least_recently_used_entries_go_first(tmp_path: Path) -> None:
    store = Store(tmp_path, "p", limit=2500)
    for number in range(5):
        store.write("things", str(number), bytes(968))  # a thousand with their seal
        os.utime(store._path("things", str(number)), (number, number))
    assert store.read("things", "1") is not None  # used just now
    store.prune()
    assert [store.holds("things", str(number)) for number in range(5)] == [False, True, False, False, True]


def test_builds_may_share_a_folder(store: Store) -> None:
    script = """
import sys
from pathlib import Path
from backprop_docgen.store import Store
store = Store(Path(sys.argv[1]), "this program", limit=20_000)
for turn in range(200):
    store.save("things", str(turn % 7), [turn % 7] * 1000)
    found = store.load("things", str((turn + 3) % 7))
    assert found in (None, [(turn + 3) % 7] * 1000), found
    store.prune()
"""
    running = [subprocess.Popen([sys.executable, "-c", script, str(store.folder)]) for _ in range(3)]
    assert [process.wait(timeout=60) for process in running] == [0, 0, 0]
    assert not list(store.folder.rglob("*.part"))


@given(st.lists(st.text()), st.lists(st.text()))
def test_a_digest_tells_lists_of_texts_apart(first: list[str], second: list[str]) -> None:
    assert (digest(*first) == digest(*second)) == (first == second)
