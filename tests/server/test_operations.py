"""What those who run a server hold in their hands: packages, unit, proxy; and what users see of an error."""

from __future__ import annotations

import gc
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.frame.operations import load_pages

ROOT = Path(__file__).resolve().parents[2]
SERVER = ROOT / "docs" / "server"


def _make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    return subprocess.run(["make", *arguments], cwd=folder, env=clean, capture_output=True, text=True, check=False)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """What `make` needs of the program."""
    for name in ("Makefile", "requirements.lock"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    return tmp_path


def _wheels(program: Path) -> Path:
    """A folder as `make wheels` leaves it, with one package in it that is none."""
    wheels = program / "wheels"
    wheels.mkdir()
    (wheels / "nothing-1.0-py3-none-any.whl").write_bytes(b"")
    shutil.copyfile(program / "requirements.lock", wheels / "requirements.lock")
    sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in sorted(wheels.iterdir())]
    (wheels / "SHA256SUMS").write_text("".join(sums), "utf-8")
    return wheels


def test_wheels_are_those_of_the_requirements_for_this_or_another_machine(program: Path) -> None:
    here = _make(program, "-n", "wheels").stdout
    assert re.search(r"pip wheel .*--wheel-dir wheels --require-hashes -r requirements.lock", here)
    there = _make(program, "-n", "wheels", "PLATFORM=manylinux_2_28_x86_64", "PYTHON_VERSION=3.12").stdout
    assert re.search(r"pip download .*--only-binary :all:", there)
    assert "--platform manylinux_2_28_x86_64 --python-version 3.12 --require-hashes -r requirements.lock" in there


def test_installing_offline_asks_no_index(program: Path) -> None:
    rule = _make(program, "-n", "install-offline").stdout
    installs = [line for line in rule.splitlines() if "pip install" in line]
    assert installs
    assert all("--no-index --find-links wheels" in line for line in installs)
    assert "--require-hashes -r requirements.lock" in rule
    assert "apt" not in rule


def test_installing_offline_says_in_a_sentence_what_is_missing(program: Path) -> None:
    def said() -> str:
        done = _make(program, "install-offline", f"PYTHON={sys.executable}")
        assert done.returncode != 0
        assert not (program / ".venv").exists()
        return done.stderr.splitlines()[0]

    assert said().startswith("wheels/ holds no packages: run make wheels")
    wheels = _wheels(program)
    (wheels / "nothing-1.0-py3-none-any.whl").write_bytes(b"x")
    assert said() == "A file in wheels/ is damaged or missing: copy the folder again."
    (wheels / "requirements.lock").write_text("numpy==1.0\n", "utf-8")
    assert said().startswith("wheels/ was made for another version of the program")


def test_unit_proxy_and_settings_agree() -> None:
    unit = (SERVER / "inspections.service").read_text("utf-8")
    proxy = (SERVER / "nginx.conf").read_text("utf-8")
    environment = dict(
        re.findall(r"^#?([A-Z_]+)=(.*)$", (SERVER / "environment.example").read_text("utf-8"), re.MULTILINE)
    )
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    (port,) = set(re.findall(r"--server.port (\d+)", unit))
    assert set(re.findall(r"proxy_pass http://127.0.0.1:(\d+)", proxy)) == {port}
    assert config["server"]["address"] == "127.0.0.1"
    assert environment["INSPECTIONS_ACCESS"] == "server"
    (writable,) = re.findall(r"^ReadWritePaths=(.*)$", unit, re.MULTILINE)
    for name in ("INSPECTIONS_DB", "INSPECTIONS_LOG", "HOME"):
        assert Path(environment[name]).is_relative_to(writable)
    (folder,) = re.findall(r"^WorkingDirectory=(.*)$", unit, re.MULTILINE)
    assert f"ExecStart={folder}/.venv/bin/python -m streamlit run app.py" in unit
    for name in ("environment.example", "inspections.service", "nginx.conf"):
        for readme in ("README.md", "README.zh-CN.md"):
            assert f"docs/server/{name}" in (ROOT / readme).read_text("utf-8")
    # The proxy lets through what the dashboard takes, with room for the form around it.
    largest = int(environment["STREAMLIT_SERVER_MAX_UPLOAD_SIZE"])
    assert config["server"]["maxUploadSize"] == largest
    (let_through,) = re.findall(r"client_max_body_size (\d+)m;", proxy)
    assert largest < int(let_through) <= 1.1 * largest


def test_the_proxy_hides_no_header_where_it_sets_its_own() -> None:
    """A location with an `add_header` of its own inherits none of the server's."""
    proxy = (SERVER / "nginx.conf").read_text("utf-8")
    everywhere = set(re.findall(r"^    add_header (\S+) ", proxy, re.MULTILINE))
    assert {"Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options"} <= everywhere
    for location in re.findall(r"location [^{]*\{([^}]*)\}", proxy):
        if "add_header" in location:
            assert set(re.findall(r"add_header (\S+) ", location)) == everywhere
        if "proxy_set_header" in location:
            assert all(f"proxy_set_header {name} " in location for name in ("Host", "X-Forwarded-For", "Forwarded"))


def _page_that_fails() -> None:
    import streamlit as st  # noqa: PLC0415 - the body of a page

    from pages.frame import operations  # noqa: PLC0415

    st.session_state["lang"] = st.session_state.get("asked", "zh")
    error = ValueError("王小明 13812345678")
    st.session_state["done"] = operations.failed(error)


@pytest.mark.parametrize(("language", "word"), [("zh", "未预见的错误"), ("en", "did not foresee")])
def test_a_user_sees_one_sentence_with_a_code(language: str, word: str) -> None:
    app = AppTest.from_function(_page_that_fails)
    app.session_state["asked"] = language
    app.run()
    (shown,) = app.error
    assert word in shown.value
    assert re.search(r"\bE[0-9A-F]{6}\b", shown.value)
    assert "王小明" not in shown.value
    assert "ValueError" not in shown.value
    assert app.session_state["done"] is True
    assert not app.exception


def test_what_stays_until_the_end_is_not_looked_through_after_every_run() -> None:
    load_pages()
    parts = {path.stem for path in (ROOT / "pages").glob("*/parts/*.py")}
    assert parts <= {name.rpartition(".")[2] for name in sys.modules if name.startswith("pages.")}
    assert len(gc.get_objects()) < gc.get_freeze_count() / 10
