"""What the documents show is what the program says: sessions, the reference, links, pictures."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from kg.cli import cli
from scripts.ontology_page import ontology_page
from scripts.renew_docs import (
    CLI,
    MOST_BYTES,
    PICTURE,
    ROOT,
    SESSIONS,
    TERMS,
    cli_reference,
    commands_of,
    make_place,
    renew_session,
)

PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        ROOT / "queries" / "README.md",
        *(ROOT / "ontology").rglob("README.md"),
        *(ROOT / "docs").rglob("*.md"),
    ]
)
RENEW = "; `make docs` writes it again, read the difference"


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", SESSIONS, ids=name_of)
def test_docs_session_is_what_the_commands_say(page: Path, tmp_path: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert renew_session(text, make_place(tmp_path)) == text, f"the session is old{RENEW}"


def test_docs_chinese_page_runs_every_command_but_those_of_set_up() -> None:
    blocks = re.findall(
        r"^```(\w*)\n(.*?)^```$", (ROOT / "README.zh.md").read_text(encoding="utf-8"), re.M | re.S
    )
    kinds = {kind for kind, text in blocks if re.search(r"^(\$ )?kg ", text, re.M)}
    assert kinds == {"console"}
    assert {kind for kind, _ in blocks} <= {"console", "sh", "turtle", "yaml"}


def test_docs_reference_of_the_commands_is_what_help_says() -> None:
    assert CLI.read_text(encoding="utf-8") == cli_reference(), f"docs/cli.md is old{RENEW}"


def test_docs_page_of_the_ontology_is_what_the_ontology_says() -> None:
    assert TERMS.read_text(encoding="utf-8") == ontology_page(ROOT / "ontology"), (
        f"docs/ontology.md is old{RENEW}"
    )


def test_docs_reference_has_every_command_and_option() -> None:
    text = CLI.read_text(encoding="utf-8")
    for name, command in cli.commands.items():
        assert f"## kg {name}\n" in text
        for param in command.params:
            assert not isinstance(param, click.Option) or all(option in text for option in param.opts)


def test_docs_picture_is_small_and_a_png() -> None:
    picture = PICTURE.read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) <= MOST_BYTES


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_docs_links_lead_to_files(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def anchors_of(page: Path) -> set[str]:
    """The anchors that GitHub makes of the headings of a page."""
    headings = re.findall(r"^#+ (.*)", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_docs_links_into_pages_lead_to_headings(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]*\.md|)#([^)]+)\)", page.read_text(encoding="utf-8"))
    assert [
        link for link in links if link[1] not in anchors_of((page.parent / link[0]) if link[0] else page)
    ] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_docs_name_only_files_of_the_project_that_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"`((?:kg|ontology|tests|scripts|docs|seeds|queries)/[\w./-]*)`", text)
    named += [f"tests/{name}" for name in re.findall(r"`(test_\w+\.py|conftest\.py)`", text)]
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_docs_readme_leads_to_every_page() -> None:
    told = set(re.findall(r"\]\(docs/([\w-]+\.md)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert sorted({page.name for page in (ROOT / "docs").glob("*.md")} - told) == []


def test_docs_every_decision_names_what_was_rejected() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [page.name[:4] for page in pages] == [f"{number:04}" for number in range(1, len(pages) + 1)]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {page.name[:4]}. ")
        assert "**Rejected" in text and "**Why.**" in text, page.name


def test_docs_architecture_tells_of_every_module() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(\w+)`", text.partition("## The modules")[2].partition("##")[0]))
    modules = {
        path.stem
        for path in (ROOT / "kg").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert sorted(modules - told - {"__init__"}) == []


def test_docs_session_commands_continue_over_lines() -> None:
    assert commands_of("$ a 1 \\\n    b\nout\n$ c\n") == ["a 1 \\\n    b", "c"]
