"""What a notebook shows: tables, and the page of a graph in a frame of its own."""

from __future__ import annotations

import html
import os
import tempfile
import webbrowser
from collections.abc import Sequence
from pathlib import Path

from kg.files import write_whole

# Scripts run, but as those of another site: what a hostile document put into the page reaches no notebook.
_SANDBOX = "allow-scripts allow-downloads allow-popups"
_HEIGHT = 600  # CSS pixels of the frame


class Page:
    """The page of a graph: shown as the value of a notebook's cell, else written or opened in a browser.

    ``html`` is the whole page, which loads nothing.
    """

    def __init__(self, content: str) -> None:
        self.html = content

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it as a file, whole or not at all."""
        write_whole(Path(path), self.html.encode())

    def open(self) -> None:
        """Open it in a browser, from a file in the folder for temporary ones."""
        path = Path(tempfile.mkdtemp(prefix="kg-"), "graph.html")
        self.save(path)
        webbrowser.open(path.as_uri())

    def __repr__(self) -> str:
        return f"<page of {len(self.html):,} characters; .save(path) writes it, .open() shows it>"

    def _repr_html_(self) -> str:
        return (
            f'<iframe sandbox="{_SANDBOX}" srcdoc="{html.escape(self.html)}" '
            f'style="width: 100%; height: {_HEIGHT}px; border: 1px solid #8888"></iframe>'
        )


def html_table(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, title: str = "", note: str = ""
) -> str:
    """A table as HTML, a line above and one below; all of it escaped."""
    head = "".join(_cell("th", name) for name in header)
    body = "".join(f"<tr>{''.join(_cell('td', cell) for cell in row)}</tr>" for row in rows)
    above, below = (f"<p>{html.escape(text)}</p>" if text else "" for text in (title, note))
    return f"{above}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{below}"


def _cell(tag: str, text: str) -> str:
    return f'<{tag} style="text-align: left">{html.escape(text)}</{tag}>'
