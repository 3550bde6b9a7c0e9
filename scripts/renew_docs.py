#!/usr/bin/env python3
"""Write again what the documents show of the program.

The sessions of README.md, README.zh.md and CONTRIBUTING.md, docs/cli.md, docs/ontology.md, docs/graph.png.

`make docs` runs it. The tests compare the sessions and the reference with what the program says now; the
picture needs chromium and chromedriver and is left as it is where they are missing.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the package of this checkout

from scripts.ontology_page import ontology_page  # noqa: E402 - the path comes first

# Pages whose `console` blocks are sessions: what they show is what the commands say.
SESSIONS = tuple(ROOT / name for name in ("README.md", "README.zh.md", "CONTRIBUTING.md"))
CLI, PICTURE = ROOT / "docs" / "cli.md", ROOT / "docs" / "graph.png"
TERMS = ROOT / "docs" / "ontology.md"
MOST_BYTES = 300_000  # of the picture: it is loaded with README
_FILE = re.compile(r"^```(?:turtle|yaml|sparql)\n# (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SESSION = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
_PROMPT = "$ "
_WIDTH = 88  # columns of a help text; click's own default depends on the terminal
_WINDOW = (1300, 960)
_SHOWN = "栖霞区人民政府"  # the entity whose facts the panel shows


def main() -> None:
    """Renew all of them."""
    CLI.write_text(cli_reference(), encoding="utf-8")
    TERMS.write_text(ontology_page(ROOT / "ontology"), encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        for page in SESSIONS:
            here = make_place(Path(folder, page.stem))
            page.write_text(renew_session(page.read_text(encoding="utf-8"), here), encoding="utf-8")
        chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
        if chromium and driver:
            built = Path(folder, SESSIONS[0].stem, "out", "graph.html")
            PICTURE.write_bytes(take_picture(built, chromium, driver))
        else:
            print(
                "docs/graph.png is left as it was: no chromium and chromedriver on the path", file=sys.stderr
            )


# --- The sessions --------------------------------------------------------------------------------


def make_place(folder: Path) -> Path:
    """A folder as a reader's checkout is: with seeds/ and ontology/, and a `kg` that is this checkout's."""
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    (folder / "ontology").symlink_to(ROOT / "ontology")
    script = folder / "bin" / "kg"
    script.parent.mkdir()
    code = "from kg.cli import main; main()"
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -c "{code}" "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    return folder


def files_of(text: str) -> dict[str, str]:
    """The content of each code block of a page by the file that its first line names: ``# mine/gift.ttl``."""
    return dict(_FILE.findall(text))


def renew_session(text: str, here: Path) -> str:
    """The text with the output of every command in its ``console`` blocks as the program gives it now.

    The commands run in their order in the folder, in which the page's files lie already; a line that ends in
    a backslash goes on in the next.
    """
    for name, content in files_of(text).items():
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(content, encoding="utf-8")
    return _SESSION.sub(lambda block: "".join(_renewed(block.group(), here)), text)


def _renewed(block: str, here: Path) -> Iterator[str]:
    for command in commands_of(block):
        yield f"{_PROMPT}{command}\n"
        yield _output(command, here)


def commands_of(block: str) -> list[str]:
    """The commands of a session, without the prompt; a continued one keeps its line breaks."""
    return re.findall(r"^\$ ((?:.*\\\n)*.*)", block, re.MULTILINE)


def _output(command: str, here: Path) -> str:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("KG_")},
        "PATH": f"{here / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
    }
    run = ["bash", "-o", "pipefail", "-c", command]  # what fails before a pipe fails
    done = subprocess.run(run, cwd=here, env=environment, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise RuntimeError(f"{command}: exit code {done.returncode}: {done.stderr.strip()}")
    return done.stdout


# --- The reference of the commands ---------------------------------------------------------------


def cli_reference() -> str:
    """docs/cli.md, made of the help texts."""
    import click

    from kg.cli import cli

    top = click.Context(cli, info_name="kg", terminal_width=_WIDTH, **cli.context_settings)
    parts = [_REFERENCE_HEAD, _help_of(top)]
    for name in cli.list_commands(top):
        command = cli.commands[name]
        context = click.Context(command, parent=top, info_name=name, **command.context_settings)
        parts += [f"## kg {name}\n", _help_of(context)]
    return "\n".join(parts)


_REFERENCE_HEAD = """\
# The commands

Made from the help texts by `make docs`; do not edit.

Data goes to standard output, everything else to standard error. Exit codes: 0 done; 1 done, and the
answer is no (`check`, `validate`, `evaluate --floor`); 2 could not run; 3 done in part, the sources that were
skipped are named; 130 interrupted. `KG_ONTOLOGY` and `KG_QUERIES` name folders to use instead of
those that came with `kg`; `KG_DEBUG=1` shows the traceback of an internal error.
"""


def _help_of(context: object) -> str:
    import click

    assert isinstance(context, click.Context)
    lines = [line.rstrip() for line in context.get_help().splitlines()]
    return "\n".join(["```text", *lines, "```", ""])


# --- The picture ---------------------------------------------------------------------------------


def take_picture(page: Path, chromium: str, driver: str) -> bytes:
    """The graph of the page as a PNG."""
    import base64

    from selenium import webdriver
    from selenium.webdriver.support.ui import WebDriverWait

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in _flags():
        options.add_argument(f"--{flag}")
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    try:
        browser.get(f"{page.as_uri()}#pick={quote(_SHOWN)}")
        WebDriverWait(browser, 10).until(
            lambda b: b.execute_script("return document.documentElement.dataset.ready === 'true'")
        )
        shot = browser.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": False})
    finally:
        browser.quit()
    picture = base64.b64decode(shot["data"])
    if len(picture) > MOST_BYTES:
        raise RuntimeError(f"docs/graph.png: {len(picture)} bytes; make the window smaller")
    return picture


def _flags() -> Sequence[str]:
    size = ",".join(map(str, _WINDOW))
    return ("headless=new", "no-sandbox", "disable-dev-shm-usage", "disable-gpu", f"window-size={size}")


if __name__ == "__main__":
    main()
