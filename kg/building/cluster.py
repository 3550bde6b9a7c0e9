"""The same workers on the machines of a Ray cluster; Ray is loaded only here.

A worker is an actor on one core that holds a Maker. Before it gets work it reads a probe batch: only those
work whose sums come to the same bits, so that which machine reads a document makes no difference.
"""

from __future__ import annotations

import os
import pickle
import platform
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from typing import Any

from kg.building.making import Maker, Setting
from kg.building.workers import Gone, Made, share_out
from kg.errors import ClusterError, SourceError
from kg.types import Document

_PROBES = 3  # documents
_PROBED = 3_000  # characters of each
_SECONDS = 300  # for a worker to start, to load the models and to read the probe batch

Tell = Callable[[str], None]


class Actor:
    """What runs on the machines of the cluster."""

    def __init__(self, setting: bytes) -> None:
        self._make = Maker.of(pickle.loads(setting))  # from the driver, which Ray's own pickles come from too

    def probe(self, documents: Sequence[Document]) -> tuple[str, str, str]:
        """The fingerprint of ontology and program, the digest of the probes, and which machine this is."""
        machine = f"{platform.node()} (process {os.getpid()})"
        return self._make.fingerprint, self._make.probe(documents), machine

    def make(self, document: Document) -> bytes:
        """The content of the document's part."""
        return self._make(document)


class Cluster:
    """A crew of workers under Ray at an address; as many as the cluster has cores, unless it is said."""

    def __init__(self, address: str, setting: Setting, *, jobs: int | None = None, tell: Tell | None = None):
        self._ray = _loaded()
        self._address, self._setting, self._jobs = address, pickle.dumps(setting), jobs
        self._fingerprint = setting.ontology().fingerprint
        self._tell = tell or (lambda words: None)

    def run(self, documents: Iterator[Document]) -> Generator[Made, None, None]:
        """See Crew. Raises ClusterError where the cluster or no machine of it can be used."""
        few = list(islice(documents, _PROBES))
        if not few:
            return
        probes = [Document(document.source, document.text[:_PROBED]) for document in few]
        ray = self._ray
        try:
            ray.init(address=self._address, log_to_driver=False, logging_level="ERROR")
        except Exception as error:  # whatever a library makes of an address: ConnectionError, ValueError, ...
            said = " ".join(str(error).split())[:200]
            raise ClusterError(f"{self._address}: no Ray cluster can be reached: {said}") from error
        try:
            actor = ray.remote(num_cpus=1, max_restarts=0)(Actor)
            jobs = self._jobs or int(ray.cluster_resources().get("CPU", 1))

            def started() -> _Remote:
                return _Remote(ray, actor.remote(self._setting))

            agreed, right = self._agreeing([started() for _ in range(jobs)], probes)

            def worker() -> _Remote:
                """One of those that agreed, and then new ones that agree with them."""
                while True:
                    with suppress(IndexError):
                        return agreed.pop()
                    one, digest = self._agreeing([started()], probes)
                    if digest == right:
                        return one[0]
                    one[0].end()

            yield from share_out(chain(few, documents), worker, len(agreed))
        finally:
            ray.shutdown()

    def _agreeing(self, workers: Sequence[_Remote], probes: Sequence[Document]) -> tuple[list[_Remote], str]:
        """The workers whose sums come to what most come to, and to what; the others are told and ended."""
        found: list[tuple[_Remote, str, str]] = []
        asked = [(worker, worker.actor.probe.remote(probes)) for worker in workers]
        for worker, answer in asked:
            try:
                fingerprint, digest, machine = self._ray.get(answer, timeout=_SECONDS)
                if fingerprint == self._fingerprint:
                    found.append((worker, digest, machine))
                else:
                    self._tell(f"{machine}: has another version of kg or of the ontology; not used")
                    worker.end()
            except self._ray.exceptions.RayError as error:
                self._tell(f"a worker cannot be used: {' '.join(str(error).split())[-200:]}")
                worker.end()
        if not found:
            raise ClusterError(f"{self._address}: no worker can be used; is the same kg installed there?")
        # Of two that as many come to, either would do; the smaller digest is the same every time.
        counts = Counter(digest for _, digest, _ in found)
        right = min(counts, key=lambda digest: (-counts[digest], digest))
        for worker, digest, machine in found:
            if digest != right:
                self._tell(f"{machine}: its processor computes other numbers than the others'; not used")
                worker.end()
        return [worker for worker, digest, _ in found if digest == right], right


class _Remote:
    """A Worker in the cluster."""

    def __init__(self, ray: Any, actor: Any) -> None:
        self._ray, self.actor = ray, actor

    def make(self, document: Document) -> bytes:
        """See Worker."""
        exceptions = self._ray.exceptions
        try:
            part: bytes = self._ray.get(self.actor.make.remote(document))
        except exceptions.RayTaskError as error:
            if isinstance(error.cause, SourceError):
                raise SourceError(str(error.cause)) from error
            raise ClusterError(f"{document.source}: {' '.join(str(error).split())[-300:]}") from error
        except exceptions.RayError as error:  # the actor or its machine is not there any more
            raise Gone from error
        return part

    def end(self) -> None:
        """See Worker."""
        self._ray.kill(self.actor)

    def close(self) -> None:
        """See Worker; there is nothing to let go of."""


def _loaded() -> Any:
    """Ray, which reports nothing. Raises ClusterError where it is not installed."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        import ray
    except ImportError as error:
        raise ClusterError("--cluster needs Ray; install it: pip install 'tupu-kg[cluster]'") from error
    return ray
