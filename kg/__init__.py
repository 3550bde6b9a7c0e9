"""Chinese prose in, a knowledge graph out: every fact knows its characters in the source."""

__version__ = "0.1.0"
