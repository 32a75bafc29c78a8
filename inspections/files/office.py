"""Old Word and WPS files turned into today's by LibreOffice, where the machine has it: in a room of its own.

What comes in may be hostile. So the program runs as a process of its own with limits of time, memory and file size, in
a folder and with a profile that are gone afterwards, with neither macros nor links nor a way to any other host; and
what it writes is read like any file that comes in.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path

from inspections.words.errors import InspectionsError

# A plan takes two or three seconds; the first start on a slow disk a few more.
SECONDS = 60
_MEMORY_KILOBYTES = 4_000_000
_FILE_BLOCKS = 400_000_000 // 512
# A name tells LibreOffice nothing that its bytes do not: this says which reader it is to take.
_READERS = {"doc": "MS Word 97", "rtf": "Rich Text Format", "odt": "writer8", "ods": "calc8"}
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
{items}
</oor:items>
"""
_ITEM = (
    '<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
)
_SETTING = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    # 2 is "never": neither a picture nor a sheet that lies elsewhere is fetched.
    ("Office.Writer/Content/Update", "Link", "2"),
    ("Office.Calc/Content/Update", "Link", "2"),
    # A proxy that nobody answers at: whatever asks for another host ends here.
    ("Inet/Settings", "ooInetProxyType", "2"),
    *(("Inet/Settings", f"ooInet{kind}ProxyName", "127.0.0.1") for kind in ("HTTP", "HTTPS", "FTP")),
    *(("Inet/Settings", f"ooInet{kind}ProxyPort", "9") for kind in ("HTTP", "HTTPS", "FTP")),
    ("Inet/Settings", "ooInetNoProxy", ""),
)
# One at a time: each takes a processor and some hundred megabytes.
_ONE_AT_A_TIME = threading.Lock()


def converted(content: bytes, kind: str, to: str) -> bytes:
    """A file of `kind` (doc, rtf, odt, et, ods) as LibreOffice saves it as `to` (docx, xlsx).

    Raises InspectionsError `save_as_docx` or `save_as_xlsx` where LibreOffice cannot read it, `office_missing_docx` or
    `office_missing_xlsx` where there is none, and `conversion_too_long` (with the seconds).
    """
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        raise InspectionsError(f"office_missing_{to}")
    with _ONE_AT_A_TIME, tempfile.TemporaryDirectory(prefix="inspections-office-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source = folder / f"file.{kind}"
        source.write_bytes(content)
        profile = folder / "profile"
        (profile / "user").mkdir(parents=True)
        items = "\n".join(_ITEM.format(path=path, name=name, value=value) for path, name, value in _SETTING)
        (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS.format(items=items), "utf-8")
        order = [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nolockcheck"]
        order += [f"--infilter={_READERS[kind]}"] if kind in _READERS else []
        order += ["--convert-to", to, "--outdir", str(folder / "out"), str(source)]
        _run(order, folder)
        made = folder / "out" / f"file.{to}"
        if not made.is_file() or made.is_symlink():
            raise InspectionsError(f"save_as_{to}")
        return made.read_bytes()


def _run(order: list[str], folder: Path) -> None:
    """Run a program under limits; when its time is up, it and all that it started are ended."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), "TMPDIR": str(folder)}
    environment |= {"LC_ALL": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"}
    if os.name == "posix":
        # The shell sets the limits: a function run between fork and exec may lock up a server of many threads.
        limits = f"ulimit -c 0; ulimit -f {_FILE_BLOCKS}; ulimit -v {_MEMORY_KILOBYTES}; ulimit -t {SECONDS}"
        order = ["/bin/sh", "-c", f'{limits}; exec "$@"', "sh", *order]
    else:
        environment |= {key: os.environ[key] for key in ("SYSTEMROOT", "TEMP", "APPDATA") if key in os.environ}
    process = subprocess.Popen(  # noqa: S603 - no shell reads a word of it, and the file's name is ours
        order,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired as error:
        raise InspectionsError("conversion_too_long", seconds=SECONDS) from error
    finally:
        if os.name == "posix":
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()
