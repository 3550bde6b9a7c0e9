"""Stores elsewhere: any SPARQL 1.1 endpoint, by the protocol alone.

``wire`` speaks HTTP to the one host that the user named; ``store`` says in SPARQL what a Store does;
``mirror`` makes one store hold what another does.
"""

from kg.remote.mirror import mirror
from kg.remote.store import RemoteStore, open_remote

__all__ = ["RemoteStore", "mirror", "open_remote"]
