"""Old Word and WPS files are read through LibreOffice, which can do no harm; without it a sentence says what to do."""

from __future__ import annotations

import http.server
import shutil
import threading
import time
import zipfile
from pathlib import Path

import pytest

from inspections.files import office
from inspections.files.opening import read_document
from tests.files.refusal import refused, stand_in
from tests.hostile_files import with_parts
from tests.notice.formats import as_docx, as_xlsx
from tests.office import converted

HEADER = ["序号", "抽查任务名称", "抽查事项", "抽查对象范围", "抽查比例"]
ROWS = [HEADER, ["1", "任务甲", "事项甲", "全县企业", "5%"], ["2", "任务乙", "事项乙", "全县矿山", "10%"]]
PLAN = ["某县某局2024年度抽查计划", ROWS, "某县某局"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The plan as an old Word file and in other formats: LibreOffice takes seconds for each."""
    folder = tmp_path_factory.mktemp("made")
    plan, sheet = as_docx(PLAN, folder / "计划.docx"), as_xlsx(PLAN, folder / "计划.xlsx")
    return {
        kind: converted([source], kind, folder)[0]
        for kind, source in (("doc", plan), ("rtf", plan), ("odt", plan), ("ods", sheet))
    }


@pytest.mark.parametrize("kind", ["doc", "rtf", "odt"])
def test_old_and_other_word_files_are_read_and_leave_nothing_behind(
    made: dict[str, Path], tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = tmp_path / "rooms"
    rooms.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(rooms))
    document = read_document(made[kind])
    assert (document.name, document.format) == (f"计划.{kind}", kind)
    assert [paragraph.text for paragraph in document.paragraphs] == [PLAN[0], PLAN[2]]
    assert [list(row.cells) for row in document.tables[0].rows] == ROWS
    assert list(rooms.iterdir()) == []


def test_a_wps_file_is_an_old_word_file_by_another_name(made: dict[str, Path], tmp_path: Path) -> None:
    renamed = shutil.copyfile(made["doc"], tmp_path / "a.wps")
    assert [list(row.cells) for row in read_document(renamed).tables[0].rows] == ROWS


def test_spreadsheets_of_other_offices_are_read(made: dict[str, Path]) -> None:
    assert list(read_document(made["ods"]).tables[0].rows[0].cells) == HEADER


@pytest.mark.parametrize("kind", ["doc", "rtf"])
def test_a_machine_without_libreoffice_says_so(
    made: dict[str, Path], tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refused(made[kind]) == "office_missing_docx"


def test_a_web_page_called_doc_needs_no_libreoffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "a.doc").write_text("<html><table><tr><td>序号<td>名称<tr><td>1<td>甲</table>", "utf-8")
    assert read_document(tmp_path / "a.doc").tables[0].rows[1].cells == ("1", "甲")


def test_what_hangs_is_ended_with_all_that_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.rtf").write_bytes(rb"{\rtf1 x}")
    stand_in(tmp_path, monkeypatch, f'sleep 600 & echo $! $$ > "{tmp_path}/started"; sleep 600')
    monkeypatch.setattr(office, "SECONDS", 1)
    began = time.monotonic()
    assert refused(tmp_path / "a.rtf") == "conversion_too_long"
    assert time.monotonic() - began < 20
    time.sleep(0.2)
    for number in (tmp_path / "started").read_text().split():
        state = Path(f"/proc/{number}/stat")
        assert not state.exists() or state.read_text().split()[2] == "Z"


def test_what_wants_all_memory_or_writes_without_end_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.rtf").write_bytes(rb"{\rtf1 x}")
    monkeypatch.setattr(office, "_FILE_BLOCKS", 2_000)
    told = f'ulimit -v > "{tmp_path}/memory"; head -c 5000000 /dev/zero > "{tmp_path}/much"'
    stand_in(tmp_path, monkeypatch, told)
    assert refused(tmp_path / "a.rtf") == "save_as_docx"
    assert (tmp_path / "memory").read_text().strip() == "4000000"
    assert (tmp_path / "much").stat().st_size <= 2_000 * 1024


def test_what_it_writes_is_read_like_any_file_that_comes_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.rtf").write_bytes(rb"{\rtf1 x}")
    stand_in(tmp_path, monkeypatch, f'mkdir out; cp "{tmp_path}/made" out/file.docx')
    for made, code in ((b"PK\x03\x04 a broken archive", "file_broken"), (b"no archive", "save_as_docx")):
        (tmp_path / "made").write_bytes(made)
        assert refused(tmp_path / "a.rtf") == code


def test_a_file_that_links_elsewhere_asks_nobody(made: dict[str, Path], tmp_path: Path) -> None:
    asked = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815 - names of the protocol

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    with zipfile.ZipFile(made["odt"]) as archive:
        text = archive.read("content.xml").decode()
    picture = (
        '<draw:frame text:anchor-type="as-char" svg:width="1in" svg:height="1in">'
        f'<draw:image xlink:href="{address}/p.png" xlink:type="simple" xlink:actuate="onLoad"/></draw:frame>'
    )
    source = f'<text:section-source xlink:href="{address}/t.odt"/>'
    section = f'<text:section text:name="s">{source}<text:p>old</text:p></text:section>'
    text = text.replace(PLAN[2], f"{PLAN[2]}{picture}").replace("</office:text>", f"{section}</office:text>")
    (tmp_path / "a.odt").write_bytes(with_parts(made["odt"].read_bytes(), {"content.xml": text}))
    try:
        assert PLAN[2] in [paragraph.text.strip() for paragraph in read_document(tmp_path / "a.odt").paragraphs]
    finally:
        server.shutdown()
    assert asked == []


def test_a_protected_old_file_says_so(made: dict[str, Path], tmp_path: Path) -> None:
    content = bytearray(made["doc"].read_bytes())
    # The flag fEncrypted of the file's head (FIB), which begins with its magic number.
    content[content.index(b"\xec\xa5") + 11] |= 1
    (tmp_path / "a.doc").write_bytes(content)
    assert refused(tmp_path / "a.doc") == "file_encrypted"


def test_the_machine_of_the_tests_has_libreoffice() -> None:
    assert shutil.which("soffice")
