"""Results kept on disk: found again, never stale, never damaged, never in the way."""

from __future__ import annotations

import errno
import os
import sqlite3
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backprop_docgen.speed.parallel import Copy
from backprop_docgen.speed.store import FILE, Store, digest, fingerprint
from processes import running


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store", "this program")


def change(store: Store, content: Callable[[bytes], bytes]) -> None:
    """Damage the one entry in its place."""
    with closing(sqlite3.connect(store.folder / FILE)) as file, file:
        ((found,),) = file.execute("SELECT content FROM entries")
        file.execute("UPDATE entries SET content = ?", (content(found),))


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
    def damaged(content: bytes) -> bytes:
        changed = bytearray(content)
        changed[at] ^= 1
        return bytes(changed)

    store.save("things", "key", list(range(100)))
    change(store, damaged)
    assert store.load("things", "key") is None


@pytest.mark.parametrize("kept", [0, 10, 32, 50])
def test_a_short_entry_is_as_good_as_none(store: Store, kept: int) -> None:
    store.save("things", "key", list(range(100)))
    change(store, lambda content: content[:kept])
    assert store.load("things", "key") is None


@pytest.mark.parametrize("damaged", [b"", b"no such file", bytes(4096), b"SQLite format 3\0" + bytes(5000)])
def test_a_file_of_something_else_is_begun_anew(store: Store, damaged: bytes) -> None:
    store.folder.mkdir()
    (store.folder / FILE).write_bytes(damaged)
    assert store.load("things", "key") is None
    store.save("things", "key", 1)
    assert store.load("things", "key") == 1


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_whatever_happens_to_the_file_nothing_wrong_is_found(tmp_path: Path, data: st.DataObject) -> None:
    store = Store(tmp_path / "store", "this program")
    kept = {str(key): [key] * 1000 for key in range(20)}
    for key, thing in kept.items():
        store.save("things", key, thing)
    store.close()
    path = store.folder / FILE
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else content)
    for key, thing in kept.items():
        assert store.load("things", key) in (None, thing)
    store.save("things", "another", 1)
    store.prune()
    store.close()


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
    assert store.read("things", "1") is not None  # used just now
    store.prune()
    assert [store.holds("things", str(number)) for number in range(5)] == [False, True, False, False, True]


def test_the_file_shrinks_with_its_entries(tmp_path: Path) -> None:
    store = Store(tmp_path, "p", limit=1000)
    store.write("things", "key", bytes(10**6))
    store.prune()
    store.close()
    assert (tmp_path / FILE).stat().st_size < 10**5


def test_builds_may_share_a_folder(store: Store) -> None:
    script = """
import sys
from pathlib import Path
from backprop_docgen.speed.parallel import Copy
from backprop_docgen.speed.store import Store

def use(turns):
    for turn in range(turns):
        store.save("things", str(turn % 7), [turn % 7] * 1000)
        found = store.load("things", str((turn + 3) % 7))
        assert found in (None, [(turn + 3) % 7] * 1000), found
        if turn % 20 == 0:
            store.prune()

for build in range(5):
    store = Store(Path(sys.argv[1]), "this program", limit=20_000)
    use(20)
    copies = [Copy(lambda _: [use(20) or "used"]) for _ in range(2)]
    use(20)
    assert [list(copy) for copy in copies] == [["used"], ["used"]]
    for copy in copies:
        copy.end()
    store.close()
"""
    with ExitStack() as stack:
        command = [sys.executable, "-c", script, str(store.folder)]
        builds = [stack.enter_context(running(command)) for _ in range(3)]
        assert [process.wait(timeout=60) for process in builds] == [0, 0, 0]
    with closing(sqlite3.connect(store.folder / FILE)) as file:
        assert list(file.execute("PRAGMA integrity_check")) == [("ok",)]
    store.save("things", "key", 1)
    assert store.load("things", "key") == 1


@given(st.lists(st.text()), st.lists(st.text()))
def test_a_digest_tells_lists_of_texts_apart(first: list[str], second: list[str]) -> None:
    assert (digest(*first) == digest(*second)) == (first == second)


# --- what stands in the way


def hold(path: Path, *settings: str) -> sqlite3.Connection:
    """Another program that has locked the file."""
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for setting in settings:
        other.execute(setting)
    other.execute("BEGIN EXCLUSIVE")
    other.execute("UPDATE entries SET used = used")
    return other


@pytest.mark.parametrize("settings", [(), ("PRAGMA locking_mode = EXCLUSIVE",), ("PRAGMA journal_mode = DELETE",)])
def test_all_waiting_for_a_lock_is_bounded(store: Store, settings: tuple[str, ...]) -> None:
    store.save("things", "key", 1)
    store.close()
    with closing(hold(store.folder / FILE, *settings)):
        waiting = Store(store.folder, store.program)
        begun = time.monotonic()
        for number in range(200):
            waiting.save("things", str(number), number)
            waiting.load("things", str(number))
        waiting.prune()
        assert "locked" in str(waiting.trouble())
        assert 2 <= time.monotonic() - begun < 10  # 200 times two seconds otherwise
        assert slept(waiting) < 2.5
    waiting.save("things", "later", 1)
    assert waiting.load("things", "later") == 1


def slept(store: Store) -> float:
    return float(struct.unpack("d", store._waited[:8])[0])


def test_copies_of_a_build_wait_no_longer_than_all_together(store: Store) -> None:
    store.save("things", "key", 1)
    store.close()
    with closing(hold(store.folder / FILE)):
        copies = [Copy(lambda _: [store.save("things", "copy", 1) or "done"]) for _ in range(3)]
        store.save("things", "original", 1)
        assert [list(copy) for copy in copies] == [["done"]] * 3
        for copy in copies:
            copy.end()
    assert slept(store) < 2.5


def test_a_short_lock_costs_nothing_but_its_time(store: Store) -> None:
    store.save("things", "key", 1)
    other = hold(store.folder / FILE)
    threading.Timer(0.2, other.close).start()
    store.save("things", "key", 2)
    assert store.load("things", "key") == 2
    assert store.trouble() is None


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize("ending", ["", "-wal", "-shm", "-journal"])
@pytest.mark.parametrize("put", [a_pipe, Path.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_file_is_not_waited_for(store: Store, put: Callable[[Path], None], ending: str) -> None:
    store.folder.mkdir()
    put(store.folder / f"{FILE}{ending}")
    store.save("things", "key", 1)
    assert store.load("things", "key") is None
    store.prune()
    assert str(store.trouble()).startswith("this is a ")
    assert [path.name for path in store.folder.iterdir()] == [f"{FILE}{ending}"]


def test_a_damaged_file_that_cannot_be_removed_only_costs_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    store.folder.mkdir()
    (store.folder / FILE).write_bytes(b"no database" * 1000)
    monkeypatch.setattr(Path, "unlink", refuse)
    store.save("things", "key", 1)
    assert store.load("things", "key") is None
    assert store.trouble() == "Permission denied"


def test_a_full_disk_only_costs_time(store: Store) -> None:
    script = """
import resource, sys
from pathlib import Path
from backprop_docgen.speed.store import Store
from backprop_docgen.speed.template_bytecode import _write
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
store = Store(Path(sys.argv[1]), "this program")
for number in range(50):
    store.write("things", str(number), bytes(5_000))
store.prune()
store.close()
try:
    _write(store.folder / "template.jinja", bytes(50_000))
except OSError as error:
    print(error.strerror)
"""
    run = subprocess.run([sys.executable, "-c", script, str(store.folder)], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "File too large\n", "")
    assert [path.name for path in store.folder.iterdir() if not path.name.startswith(FILE)] == []
    store.save("things", "key", 1)
    assert store.load("things", "key") == 1
