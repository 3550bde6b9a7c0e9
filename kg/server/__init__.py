"""`kg serve`: the graph over HTTP, and the pages that show it.

Three kinds of process keep a question from outside from hurting the server. The server itself (`app`,
`pool`) speaks HTTP and asyncio and never opens the store. One warm process (`warm`), single-threaded and
without a network where the system allows it, holds the store and forks the workers. A worker (`work`)
answers one request at a time under limits of memory and processor time; one that takes too long is
killed, one that died is replaced, and the server goes on. See docs/decisions/0007-server.md.
"""

from kg.server.settings import Settings

__all__ = ["Settings"]
