"""The graph as one HTML file that opens from the disk and loads nothing; the same records for a server."""

from kg.view.page import SCRIPTS, render

__all__ = ["SCRIPTS", "render"]
