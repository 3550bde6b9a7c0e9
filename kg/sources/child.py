"""The child process in which formats are taken apart: ``python -m kg.sources.child``.

A parser meets what strangers wrote. Here it has no more memory and time than the limits give it, may
write no file, and can be ended without harm. Messages are a JSON object and bytes, each with its length
before it: nothing that comes back is executed.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import IO, Any

from kg.errors import SourceError
from kg.sources.kinds import Kind
from kg.sources.limits import Limits, size
from kg.sources.parsed import Parsed

Pipe = IO[bytes] | io.BufferedRWPair  # the latter is what a socket's `makefile` gives

_LENGTH = 4  # bytes of each of a message's two lengths
_HEAD = 4096  # bytes of a part in which a document type would be declared
_FULL = 0.8  # share of the memory that was taken when a library failed for the lack of it
_SHOWN = 200  # characters of a library's message
_HELD_BACK = 30_000_000  # bytes let go of to tell of the lack of memory


def send(pipe: Pipe, header: dict[str, Any], payload: bytes = b"") -> None:
    """Write one message."""
    head = json.dumps(header).encode()
    pipe.write(b"".join(len(part).to_bytes(_LENGTH, "big") for part in (head, payload)))
    pipe.write(head)
    pipe.write(payload)
    pipe.flush()


def receive(pipe: Pipe) -> tuple[dict[str, Any], bytes] | None:
    """Read one message; None where there is none any more."""
    lengths = pipe.read(2 * _LENGTH)
    if len(lengths) < 2 * _LENGTH:
        return None
    head, body = (int.from_bytes(lengths[at : at + _LENGTH], "big") for at in (0, _LENGTH))
    header, payload = pipe.read(head), pipe.read(body)
    if len(header) < head or len(payload) < body:
        return None
    fields = json.loads(header)
    assert isinstance(fields, dict)
    return fields, payload


def parse(kind: Kind, data: bytes, limits: Limits, encoding: str | None) -> Parsed:
    """The text of a source of a kind that needs a parser; a library is loaded when it is first needed."""
    if kind is Kind.PDF:
        from kg.sources.pdf import read_pdf

        return read_pdf(data, limits)
    if kind in (Kind.HTML, Kind.MHTML):
        from kg.sources.html import read_html, read_mhtml

        return (read_html if kind is Kind.HTML else read_mhtml)(data, limits, encoding)
    _check_parts(data, limits)
    if kind is Kind.DOCX:
        from kg.sources.word import read_docx

        return read_docx(data, limits)
    from kg.sources.sheets import read_xlsx

    return read_xlsx(data, limits)


def _check_parts(data: bytes, limits: Limits) -> None:
    """The sum of what an Office file says it unpacks to; zipfile unpacks no more than is said."""
    from zipfile import ZipFile

    with ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if any(part.flag_bits & 1 for part in parts):
            raise SourceError("encrypted; save it without a password")
        unpacked = sum(part.file_size for part in parts)
        if unpacked > limits.office_bytes:
            raise SourceError(f"unpacks to {size(unpacked)}, more than {size(limits.office_bytes)}: a bomb?")
        for part in parts:
            with archive.open(part) as opened:
                if b"<!DOCTYPE" in opened.read(_HEAD):
                    # OPC, section 8.1.4: there shall be none; entities are what XML bombs are made of
                    raise SourceError(f"its part {part.filename} declares a document type: a bomb?")


def _answer(request: dict[str, Any], data: bytes) -> Iterator[tuple[dict[str, Any], bytes]]:
    limits = Limits(**request["limits"])
    if "archive" in request:
        from kg.sources.archives import Member, read_members

        path = request["path"]
        with open(path, "rb") if path is not None else io.BytesIO(data) as file:
            for found in read_members(file, request["archive"], limits):
                if isinstance(found, Member):
                    yield {"member": found.name}, found.data
                else:
                    yield {"problem": asdict(found)}, b""
    else:
        parsed = parse(Kind(request["kind"]), data, limits, request["encoding"])
        yield {"parsed": parsed.as_json()}, b""
    yield {"end": True}, b""


def _hold(limits: Limits) -> None:
    """Give this process its share of memory, of files to write none, and a while of CPU from now on.

    The parent ends it at its deadline; the limit of CPU is for when there is no parent any more.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    spent = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    wanted = {
        resource.RLIMIT_AS: limits.memory_bytes,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: int(spent) + 2 * limits.seconds + 1,
    }
    for what, most in wanted.items():
        _, hard = resource.getrlimit(what)
        try:
            resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
        except (ValueError, OSError):  # macOS has no limit of address space that holds
            continue


def main() -> None:
    """Answer requests on standard input until there are none."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what a library prints is no message
    while (message := receive(requests)) is not None:
        request, data = message
        limits = Limits(**request["limits"])
        _hold(limits)
        reserve = bytearray(_HELD_BACK)
        try:
            for header, payload in _answer(request, data):
                send(answers, header, payload)
        except SourceError as error:
            send(answers, {"error": str(error), "is_last": False})
        except MemoryError:
            del reserve
            send(answers, {"error": f"needs more memory than {size(limits.memory_bytes)}", "is_last": True})
            return  # what is left of the memory is in pieces
        except Exception as error:
            # whatever a library makes of a broken file: KeyError, BadZipFile, XMLSyntaxError, ...
            if _peak() > _FULL * limits.memory_bytes:  # libxml2 says only "unknown error"
                send(
                    answers, {"error": f"needs more memory than {size(limits.memory_bytes)}", "is_last": True}
                )
                return
            send(answers, {"error": f"broken: {_line(error)}; open it and save it again", "is_last": False})


def _peak() -> int:
    """The most bytes of address space that this process had, where the system tells."""
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as status:
            return next((int(line.split()[1]) * 1024 for line in status if line.startswith("VmPeak")), 0)
    except OSError:
        return 0


def _line(error: Exception) -> str:
    return (" ".join(str(error).split()) or type(error).__name__)[:_SHOWN]


if __name__ == "__main__":
    main()
