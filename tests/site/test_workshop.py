"""Whatever happens to a build at whatever moment, the last good site or the new one is there, and nothing else."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

from backprop_docgen.errors import SiteError
from backprop_docgen.site.workshop import Workshop
from processes import running
from sample import some
from site_fixture import snapshot

OLD = {"index.html": b"old", "gone.html": b"", "en/index.html": b"old", "en/old/index.html": b"", "file": b"no folder"}
NEW = {"index.html": b"new", "en/index.html": b"new", "en/new/index.html": b"", "file/index.html": b"", "well": b"."}
HIDDEN = {".git/HEAD": b"main", ".nojekyll": b""}
STEPS = ("os.rename", "os.mkdir", "os.rmdir", "os.remove")
"""What changes folders; Python tells of each before it is done."""


def write(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


@pytest.fixture(params=["beside", "inside", "layers"])
def site(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site whose builds are made beside it, in it (as in a mount), or where folders cannot be renamed."""
    site = tmp_path / "parent" / "site"
    write(site, OLD | HIDDEN)
    if request.param == "inside":
        site.parent.chmod(0o1777)
    if request.param == "layers":
        replace = Path.replace

        def files_alone(self: Path, target: Path) -> Path:
            if self.name in ("en", "old"):
                raise OSError(errno.EXDEV, "Invalid cross-device link")
            return replace(self, target)

        monkeypatch.setattr(Path, "replace", files_alone)
    return site


def is_whole(site: Path) -> bool:
    """Whether the site is one of both, with what is hidden in it, and nothing of a build is left."""
    assert [path.name for path in site.parent.iterdir()] == [site.name]
    return snapshot(site) in (OLD | HIDDEN, NEW | HIDDEN)


def build(site: Path) -> None:
    workshop = Workshop(site)
    try:
        write(workshop.new, NEW)
        workshop.publish()
    except OSError as error:  # in what MkDocs writes
        raise SiteError(workshop.refused(error)) from None
    finally:
        workshop.close()


def strike(number: int, blow: Callable[[], None], lasting: bool = False) -> None:
    """Before the step with this number, or from that one on, there comes a blow. It cannot be taken back."""
    left = [number]

    def hook(event: str, arguments: Any) -> None:
        if event in STEPS:
            left[0] -= 1
            if left[0] == 0 or (lasting and left[0] < 0):
                blow()

    sys.addaudithook(hook)


def in_a_copy(work: Callable[[], None]) -> int:
    """How a copy of this process has ended that does some work: 0, or minus the signal."""
    process = os.fork()
    if process == 0:
        try:
            work()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def steps_of_a_build(site: Path) -> int:
    """How many steps a build takes, as counted in a copy of the process, on a copy of the site."""
    seen: list[str] = []
    other = site.parent.parent / "other" / "site"
    write(other, OLD | HIDDEN)
    other.parent.chmod(stat.S_IMODE(site.parent.stat().st_mode))
    reading, writing = os.pipe()

    def count() -> None:
        sys.addaudithook(lambda event, arguments: seen.append(event) if event in STEPS else None)
        build(other)
        os.write(writing, str(len(seen)).encode())

    assert in_a_copy(count) == 0
    os.close(writing)
    return int(os.read(reading, 20))


def begin_again(site: Path) -> None:
    """The site is the old one again."""
    for path in sorted(site.rglob("*"), reverse=True):
        if path.is_file() and path.relative_to(site).as_posix() not in HIDDEN:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    write(site, OLD)


def test_killed_at_any_step_it_loses_nothing(site: Path) -> None:
    count, ends = steps_of_a_build(site), set()
    assert count > 20
    for number in range(1, count + 1):
        begin_again(site)

        def killed(number: int = number) -> None:
            strike(number, lambda: os.kill(os.getpid(), signal.SIGKILL))
            build(site)

        assert in_a_copy(killed) == -signal.SIGKILL
        Workshop(site).close()  # the next build, which fails
        assert is_whole(site), number
        ends.add(snapshot(site)["index.html"])
        build(site)
        assert snapshot(site) == NEW | HIDDEN
    assert ends == {b"old", b"new"}


@pytest.mark.parametrize("lasting", [False, True])
@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EACCES, errno.EIO, KeyboardInterrupt])
def test_what_fails_at_any_step_leaves_the_site_whole(site: Path, fault: int | type, lasting: bool) -> None:
    def blow() -> None:
        raise OSError(fault, os.strerror(fault)) if isinstance(fault, int) else KeyboardInterrupt

    for number in some(f"faults {fault} {lasting}", range(1, steps_of_a_build(site) + 1), 4):
        begin_again(site)

        def fails(number: int = number) -> None:
            strike(number, blow, lasting)
            with suppress(SiteError, KeyboardInterrupt):
                build(site)

        assert in_a_copy(fails) == 0  # nothing else is raised
        if lasting:
            Workshop(site).close()  # the disk works again
        elif any(path.name.startswith(".site-build-") for folder in (site, site.parent) for path in folder.iterdir()):
            Workshop(site).close()  # it could not be removed
        assert is_whole(site), number


def test_several_builds_at_once_publish_one_whole_site(site: Path) -> None:
    workshops = [Workshop(site) for _ in range(3)]
    for number, workshop in enumerate(workshops):
        write(workshop.new, {f"{number}.html": b"", "en/index.html": str(number).encode()})
    for workshop in (workshops[1], workshops[0], workshops[2]):
        workshop.publish()
        workshop.close()
    assert snapshot(site) == HIDDEN | {"2.html": b"", "en/index.html": b"2"}
    assert [path.name for path in site.parent.iterdir()] == ["site"]


def test_many_processes_at_once_publish_one_whole_site(tmp_path: Path) -> None:
    site = tmp_path / "site"
    script = """
import sys
from pathlib import Path
from backprop_docgen.site.workshop import Workshop
for turn in range(20):
    workshop = Workshop(Path(sys.argv[1]))
    for name in range(8):
        folder = workshop.new / str(name)
        folder.mkdir()
        (folder / "page").write_text(sys.argv[2])
    if turn % 5:
        workshop.publish()
    workshop.close()
"""
    write(site, HIDDEN)
    with ExitStack() as stack:
        command = [sys.executable, "-c", script, str(site)]
        builds = [stack.enter_context(running([*command, str(number)])) for number in range(4)]
        assert [process.wait(timeout=120) for process in builds] == [0] * 4
    found = snapshot(site)
    assert found.keys() - HIDDEN.keys() == {f"{name}/page" for name in range(8)}
    assert len({content for name, content in found.items() if name not in HIDDEN}) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_what_lives_is_left_alone_and_what_is_dead_goes(site: Path) -> None:
    living = Workshop(site)
    write(living.new, NEW)
    dead = site.parent / ".site-build-dead"
    write(dead, {"new/index.html": b"half"})
    other = site.parent / ".site-build-a file"
    other.write_text("somebody's own")
    build(site)
    assert living.new.is_dir()
    assert not dead.exists()
    assert other.exists()
    living.close()
    other.unlink()
    assert is_whole(site)


def test_copies_of_a_killed_build_do_not_keep_it_alive(tmp_path: Path) -> None:
    script = """
import sys, time
from pathlib import Path
from backprop_docgen.site.workshop import Workshop
from backprop_docgen.speed.parallel import Copy
workshop = Workshop(Path(sys.argv[1]))
copy = Copy(lambda jobs: time.sleep(60) or ())
print(copy._process, flush=True)
time.sleep(60)
"""
    with running([sys.executable, "-c", script, str(tmp_path / "site")], stdout=subprocess.PIPE) as build:
        assert build.stdout is not None
        copy = int(build.stdout.readline())
        build.kill()
        build.wait()
        for _ in range(200):
            if ended(copy):
                break
            time.sleep(0.05)
        Workshop(tmp_path / "site").close()
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_sites_of_like_names_are_no_business_of_each_other(tmp_path: Path) -> None:
    other = tmp_path / "site-build"
    write(other, OLD)
    left = tmp_path / ".site-build-build-killed"
    write(left, {"leaving/index.html": b"theirs"})
    build(tmp_path / "site")
    assert snapshot(tmp_path / "site") == NEW
    assert left.exists()
    Workshop(other).close()
    assert snapshot(other) == OLD | {"index.html": b"theirs"}
    assert not left.exists()


# --- places where no site can be


def reason(target: Path) -> str:
    with pytest.raises(SiteError) as raised:
        Workshop(target)
    (problem,) = raised.value.problems
    return str(problem)


def test_what_is_no_folder_stays(tmp_path: Path) -> None:
    file, pipe, link, circle = (tmp_path / name for name in ("file", "pipe", "link", "circle"))
    file.write_text("mine")
    os.mkfifo(pipe)
    link.symlink_to(file)
    circle.symlink_to(circle)
    for place in (file, pipe, link):
        assert "is a file where a folder is needed" in reason(place)
    assert "circle" in reason(circle)
    assert "Not a directory" in reason(file / "site")
    assert file.read_text() == "mine"
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert len(list(tmp_path.iterdir())) == 4


def test_a_link_to_a_folder_that_is_not_there_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("real")
    build(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert snapshot(tmp_path / "real") == NEW


@pytest.mark.parametrize("made", [True, False])
def test_a_build_that_fails_leaves_no_folder_that_was_not_there(tmp_path: Path, made: bool) -> None:
    if made:
        (tmp_path / "site").mkdir()
    Workshop(tmp_path / "site").close()
    assert [path.name for path in tmp_path.iterdir()] == (["site"] if made else [])


def test_a_name_too_long_for_a_workshop_is_named(tmp_path: Path) -> None:
    assert "File name too long" in reason(tmp_path / ("site" * 62))
    assert list(tmp_path.iterdir()) == []


# --- as another user, who is not root


def ended(process: int) -> bool:
    """Whether a process is gone, or waits to be: its locks are free."""
    try:
        return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def as_nobody(work: Callable[[], None]) -> int:
    def change() -> None:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        work()

    return in_a_copy(change)


def owned(folder: Path, user: int = 65534) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user, user)


needs_root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root changes users")


@pytest.fixture
def everybodys(tmp_path: Path) -> Path:
    """A folder that other users get to, as they do to those around it: other tests may want that, too, so it stays."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder == tmp_path or folder.name.startswith(("pytest-", "popen-")):
            folder.chmod(0o755)
    return tmp_path


@needs_root
@pytest.mark.parametrize("place", [".", "en", "en/old"])
def test_another_users_files_are_named_and_stay(everybodys: Path, place: str) -> None:
    site = everybodys / "site"
    write(site, OLD | HIDDEN)
    owned(everybodys)
    owned(site / place, 0)

    def refused() -> None:
        said = reason(site)
        assert str(site / place) in said
        assert "belongs to root" in said
        assert "Make it yours" in said

    assert as_nobody(refused) == 0
    assert is_whole(site)


@needs_root
def test_a_site_in_a_folder_of_another_user_is_filled(everybodys: Path) -> None:
    site = everybodys / "site"
    write(site, OLD | HIDDEN)
    owned(everybodys)
    owned(site.parent.parent / site.parent.name, 0)
    owned(site)
    assert as_nobody(lambda: build(site)) == 0
    assert snapshot(site) == NEW | HIDDEN


# --- disks


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 kB at ``site``."""
    site = tmp_path / "site"
    site.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(site)]
    if not shutil.which("mount") or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    yield site
    subprocess.run(["umount", str(site)], check=True)


def test_a_full_mount_keeps_its_site(mounted: Path) -> None:
    write(mounted, OLD | HIDDEN)
    workshop = Workshop(mounted)
    with pytest.raises(OSError, match="No space") as raised:
        write(workshop.new, NEW | {"large": bytes(300_000)})
    raised.value.filename = str(workshop.new / "large")
    assert str(workshop.refused(raised.value)).startswith(f"{mounted}/large: there is no room left")
    workshop.close()
    assert is_whole(mounted)
    build(mounted)
    assert snapshot(mounted) == NEW | HIDDEN


def test_a_mount_that_is_only_read_is_named(mounted: Path) -> None:
    write(mounted, OLD | HIDDEN)
    subprocess.run(["mount", "-o", "remount,ro", str(mounted)], check=True)
    assert "Read-only" in reason(mounted) or "may not be read or written" in reason(mounted)
    assert is_whole(mounted)


def test_where_folders_cannot_be_opened_a_site_is_published_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows, which has neither these locks nor open folders: only its age tells that a build is dead."""
    monkeypatch.setattr("backprop_docgen.site.workshop._LOCKS", False)
    for name in ("O_DIRECTORY", "O_NOFOLLOW"):
        monkeypatch.delattr(os, name)
    site = tmp_path / "site"
    write(site, OLD | HIDDEN)
    young, old = (tmp_path / f".site-build-{name}" for name in ("young", "old"))
    for folder in (young, old):
        write(folder, {"new/index.html": b"half"})
    os.utime(old, (0, 0))
    workshop = Workshop(site)
    workshop.fill(NEW)
    workshop.publish()
    workshop.close()
    assert young.exists()
    shutil.rmtree(young)
    assert is_whole(site)
    assert snapshot(site) == NEW | HIDDEN
