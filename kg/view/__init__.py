"""The graph as one HTML file that opens from the disk and loads nothing."""

from kg.view.page import render

__all__ = ["render"]
