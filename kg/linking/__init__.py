"""Mentions to entities: one node for one thing, whatever the document calls it."""

from kg.linking.aliases import link
from kg.linking.slips import apply_slips, find_slips

__all__ = ["apply_slips", "find_slips", "link"]
