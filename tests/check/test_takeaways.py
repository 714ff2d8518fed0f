"""``check`` reads the spreadsheets and the notebooks of a site, which may come from anybody."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from backprop_docgen.check.digests import REWRITTEN
from backprop_docgen.check.site import check_site
from backprop_docgen.published.workbook_text import workbook_text

pytestmark = pytest.mark.build
WORKBOOK, NOTEBOOK = "downloads/en/values.xlsx", "downloads/es/tutorial.ipynb"


@pytest.fixture(scope="module")
def copy(excerpted: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the excerpt's site; a test that alters it puts it back."""
    return Path(shutil.copytree(excerpted / "site", tmp_path_factory.mktemp("takeaways") / "site"))


def packed(data: bytes, change: Callable[[str, str], str | None], **more: bytes) -> bytes:
    """A spreadsheet file with its parts changed (None: left out), and with more of them; not compressed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as new:
        for name in archive.namelist():
            text = change(name, archive.read(name).decode())
            if text is not None:
                new.writestr(name, text)
        for name, part in more.items():
            new.writestr(name, part)
    return out.getvalue()


def altered_workbook(data: bytes) -> bytes:
    def alter(name: str, text: str) -> str:
        text = text.replace("<f>w_5-eta*dE_total_dw_5</f>", "<f>w_5+eta*dE_total_dw_5</f>")
        text = text.replace("<v>0.3775</v></c>", "<v>0.3776</v></c>", 1)
        return text.replace('name="b_1">', 'name="b_3">')

    return packed(data, alter, **{"xl/vbaProject.bin": b"!"})


def lzma_packed(data: bytes) -> bytes:
    """A spreadsheet file packed in another way."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as new:
        for name in archive.namelist():
            new.writestr(name, archive.read(name))
    return out.getvalue()


def garbled(data: bytes) -> bytes:
    """The same with bytes of its first part changed."""
    return data[:60] + bytes(each ^ 0x5A for each in data[60:200]) + data[200:]


IN_WORKBOOK = ("vbaProject.bin", "'b_3'", "'+'", "'0.3776' stands where the worksheet gives '0.3775'")
IN_NOTEBOOK = {
    "no page has this formula": (r"(E_\{o1\} & = .*?)\\\\frac\{1\}\{2\}", r"\1\\\\frac{1}{3}"),
    "no page has this cell with this output": (r'"text": \[\n +"0\.', r"\g<0>9"),
    "no part of a text": (r'"# ', r'"<script>alert(1)</script>\\n", \g<0>'),
    "no page has this code": (r'"# ', r'"`<b>$x$`\\n", \g<0>'),
    "this link leads nowhere": (r'"# ', r'"[a](javascript:x)\\n", \g<0>'),
    "no page has the number 0.123454321": (r'"# ', r'"0.123454321\\n", \g<0>'),
    "no page has this figure": (r'"# ', r'"<img alt=\\"x\\" src=\\"data:image/svg+xml;base64,PHN2Zz4=\\">\\n", \g<0>'),
}


def altered_notebook(text: str) -> str:
    for message, (old, new) in IN_NOTEBOOK.items():
        text, count = re.subn(old, new, text, count=1, flags=re.DOTALL)
        assert count == 1, message
    book = json.loads(text)
    book["cells"].append({"cell_type": "code", "id": "x", "metadata": {}, "source": [], "outputs": [{"data": "x"}]})
    return json.dumps(book, ensure_ascii=False)


def test_whatever_was_altered_is_found(copy: Path) -> None:
    workbook, notebook = (copy / WORKBOOK).read_bytes(), (copy / NOTEBOOK).read_text("utf-8")
    (copy / WORKBOOK).write_bytes(altered_workbook(workbook))
    (copy / NOTEBOOK).write_text(altered_notebook(notebook), "utf-8")
    findings = check_site(copy)
    said = {
        name: "\n".join(each.message for each in findings if each.file == str(copy / name))
        for name in (WORKBOOK, NOTEBOOK)
    }
    (copy / WORKBOOK).write_bytes(workbook)
    (copy / NOTEBOOK).write_text(notebook, "utf-8")
    for message in IN_WORKBOOK:
        assert message in said[WORKBOOK], said[WORKBOOK]
    for message in (*IN_NOTEBOOK, "shows something that no cell of a page does"):
        assert message in said[NOTEBOOK], said[NOTEBOOK]


def test_one_that_was_written_anew_is_noted_and_a_lost_one_missed(copy: Path) -> None:
    kept, notebook = (copy / WORKBOOK).read_bytes(), (copy / NOTEBOOK).read_bytes()
    rewritten = packed(kept, lambda name, text: text)
    assert rewritten != kept
    (copy / WORKBOOK).write_bytes(rewritten)
    (copy / NOTEBOOK).unlink()
    findings = check_site(copy)
    (copy / WORKBOOK).write_bytes(kept)
    (copy / NOTEBOOK).write_bytes(notebook)
    found = {finding.file: (finding.code, finding.message) for finding in findings}
    assert found == {
        str(copy / WORKBOOK): ("note", REWRITTEN),
        str(copy / NOTEBOOK): ("missing", "the site has lost this download"),
    }


def test_what_is_no_spreadsheet_is_refused(copy: Path) -> None:
    data = (copy / WORKBOOK).read_bytes()
    bomb = io.BytesIO(data)
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/more.xml", bytes(40_000_000))
    book = "xl/workbook.xml"
    for wrong, message in {
        b"PK\x03\x04": "no spreadsheet file: File is not a zip file",
        bomb.getvalue(): "too large",
        garbled(lzma_packed(data)): "no spreadsheet file",
        packed(data, lambda name, text: None if name == book else text): f"has no {book}",
        packed(data, lambda name, text: "<" if name == book else text): "no spreadsheet file",
        packed(data, lambda name, text: text, **{f"p{number}": b"" for number in range(300)}): "too many parts",
    }.items():
        with pytest.raises(ValueError, match=message):
            workbook_text(wrong)
    names = "<definedNames><definedName>&a;</definedName></definedNames>"
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    entity = f'<!DOCTYPE x [<!ENTITY a "expanded">]><workbook {main}>{names}</workbook>'
    assert "expanded" not in workbook_text(packed(data, lambda name, text: entity if name == book else text))
