"""Mentions to entities: one node for one thing, whatever the document calls it."""

from kg.linking.aliases import core_name, link
from kg.linking.slips import apply_slips, find_slips, is_one_slip

__all__ = ["apply_slips", "core_name", "find_slips", "is_one_slip", "link"]
