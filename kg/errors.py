"""The errors of `kg`: one tree, split by who can act.

Every message says where, what and what to do, in one line:
``mine/patterns/gift.yaml:3: unknown role 'donnor' of Gift; did you mean 'donor'?``
"""


class KgError(Exception):
    """The root of all errors a user can act on; the command line prints it as one line, exit code 2."""


class SourceError(KgError):
    """A document cannot be read."""


class OntologyError(KgError):
    """A file of the ontology folder is wrong or contradicts another; the text begins ``file:line:``."""


class StoreError(KgError):
    """A graph store cannot be opened, read or written."""


class QueryError(KgError):
    """A query is unknown, cannot be parsed, or was given the wrong parameters."""


class DecisionError(KgError):
    """An entry of the decisions file is wrong; the text begins ``file:line:``."""


class ClusterError(KgError):
    """The machines of a cluster cannot be used."""
