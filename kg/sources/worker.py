"""The parent's side of the child process: one is started when it is first needed, and used again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from threading import Timer
from types import TracebackType
from typing import Any, Self

from kg.errors import SourceError
from kg.sources.archives import Member
from kg.sources.child import receive, send
from kg.sources.kinds import Kind
from kg.sources.limits import Limits
from kg.sources.parsed import Parsed
from kg.types import Problem


class _ToldError(SourceError):
    """An error that the process itself tells of: it goes on."""


class Worker:
    """Takes formats and archives apart in another process, within limits.

    A process that breaks down or runs over its time is ended, and the next source gets a new one.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None

    def parse(self, kind: Kind, data: bytes, encoding: str | None) -> Parsed:
        """The text of a source. Raises SourceError with the reason where there is none."""
        request = {"kind": kind.value, "encoding": encoding}
        with self._asked(request, data):
            header, _ = self._hear()
            self._hear()  # the end
        return Parsed.of_json(header["parsed"])

    def members(self, name: str, path: str | None, data: bytes = b"") -> Iterator[Member | Problem]:
        """The files of the archive at a path, or in ``data``. Raises SourceError where it breaks off."""
        with self._asked({"archive": name, "path": path}, data):
            while "end" not in (message := self._hear())[0]:
                header, payload = message
                if "member" in header:
                    yield Member(header["member"], payload)
                else:
                    yield Problem(**header["problem"])

    def close(self) -> None:
        """End the process."""
        if self._process is None:
            return
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):  # bytes that were still to be written
                    pipe.close()
        self._process.wait()
        self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _asked(self, request: dict[str, Any], data: bytes) -> Iterator[None]:
        """Send a request; a process that did not come to the end of its answer is ended."""
        is_done = False
        try:
            process = self._started()
            assert process.stdin is not None
            with self._deadline(process):
                send(process.stdin, request | {"limits": asdict(self._limits)}, data)
            yield
            is_done = True
        except _ToldError:
            is_done = True
            raise
        except (BrokenPipeError, ConnectionResetError) as error:
            raise SourceError("its reader broke down; is the file damaged?") from error
        finally:
            if not is_done:
                self.close()

    def _hear(self) -> tuple[dict[str, Any], bytes]:
        process = self._started()
        assert process.stdout is not None
        with self._deadline(process):
            message = receive(process.stdout)
        if message is None:
            raise SourceError("its reader broke down; is the file damaged?")
        if "error" in message[0]:
            if message[0]["is_last"]:
                self.close()
            raise _ToldError(message[0]["error"])
        return message

    @contextmanager
    def _deadline(self, process: subprocess.Popen[bytes]) -> Iterator[None]:
        """End the process where the block takes longer than a source may."""
        late: list[bool] = []

        def end() -> None:
            late.append(True)
            process.kill()

        timer = Timer(self._limits.seconds, end)
        timer.daemon = True
        timer.start()
        try:
            yield
        except (SourceError, OSError):
            if not late:
                raise
        finally:
            timer.cancel()
        if late:
            raise SourceError(
                f"takes longer than {self._limits.seconds} seconds; split it or raise the limit"
            )

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            # -P: a file docx.py in the working directory is not what is meant
            command = [sys.executable, "-P", "-m", "kg.sources.child"]
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        return self._process
