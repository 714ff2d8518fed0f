"""``check`` on sites that somebody has altered, also with every digest made anew: nothing is missed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import sample
from alteration import FILES, OTHER, PAGE, alterations, apply, digests_made_anew, rounds
from backprop_docgen.check.rebuilt_site import check_rebuilt
from backprop_docgen.check.site import check_site, read_copy, shared
from backprop_docgen.check.stored_site import SiteCopy
from backprop_docgen.finding import Finding
from backprop_docgen.worksheet.course import train_network
from mutation import Mutation

pytestmark = pytest.mark.build
EACH = 8  # of a kind, with --all; without, one of some kinds
FEW = 12
NEAR = 6  # lines between an alteration and what is found

train = shared(train_network)


@pytest.fixture
def sound(excerpted: Path) -> Path:
    return excerpted / "site"


def wrong(folder: Path) -> list[Finding]:
    return [finding for finding in check_site(folder, run=train) if finding.wrong]


def rebuilt(folder: Path, sound: Path) -> list[Finding]:
    site = SiteCopy(folder)
    return list(check_rebuilt(site, read_copy(site), sound))


def told(mutation: Mutation, text: str, folder: Path, found: list[Finding]) -> bool:
    """Whether something is found in the file, at the place or of the file as a whole."""
    line = text.count("\n", 0, mutation.start) + 1
    own = [finding for finding in found if Path(finding.file) == folder / mutation.file]
    return any(abs(finding.line - line) <= NEAR or finding.line == finding.column == 1 for finding in own)


def altered(sound: Path, tmp_path: Path) -> Iterator[tuple[Path, list[tuple[Mutation, bool]]]]:
    made = alterations(sound, sample.seed, EACH if sample.everything else 1)
    if sample.everything:
        assert len(made) >= 460
    for number, batch in enumerate(rounds(sample.some("alterations", made, FEW))):
        folder = Path(shutil.copytree(sound, tmp_path / str(number)))
        for mutation, _ in batch:
            apply(folder, mutation)
        yield folder, batch
        shutil.rmtree(folder)


def test_every_alteration_is_found_and_those_that_matter_without_the_digests(sound: Path, tmp_path: Path) -> None:
    missed = []
    for folder, batch in altered(sound, tmp_path):
        texts = {mutation.file: (sound / mutation.file).read_text("utf-8") for mutation, _ in batch}
        for way in ("as it is", "digests made anew"):
            alone = wrong(folder)
            anew = [] if way == "as it is" else rebuilt(folder, sound)
            for mutation, judged in batch:
                by = alone if way == "as it is" or judged else anew
                named = way == "as it is" and not judged and any(Path(f.file) == folder / mutation.file for f in by)
                if not named and not told(mutation, texts[mutation.file], folder, by):
                    missed.append(f"{way}: {mutation.shown(texts[mutation.file])}")
            digests_made_anew(folder)
    assert missed == []


def test_there_are_as_many_kinds_as_faults_were_seen() -> None:
    assert len({*PAGE, *FILES, *OTHER}) > 80
