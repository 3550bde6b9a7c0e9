"""The corrections file: JSON lines that a person can read, keep in version control and delete."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kg.corrections.types import Correction, Statement, Verdict, Words
from kg.errors import DecisionError
from kg.files import show_path, write_whole
from kg.types import Modality

CORRECTIONS = "corrections.jsonl"  # beside the decisions file, wherever that lies

_KEYS = {"source", "sentence", "verdict", "type", "modality", "trigger", "roles", "was"}
_STATED = ("type", "modality", "trigger", "roles")


def read(path: Path) -> tuple[Correction, ...]:
    """The corrections of a file in its order, each once; none where there is no file.

    Raises DecisionError, ``file:line: what is wrong``.
    """
    if not path.exists():
        return ()
    shown = show_path(path)
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise DecisionError(f"{shown}: not UTF-8: {error.reason}; save it as UTF-8") from None
    found = (parse(line, f"{shown}:{number}") for number, line in enumerate(lines, 1) if line.strip())
    return tuple(dict.fromkeys(found))


def parse(line: str, where: str) -> Correction:
    """One record; ``where`` begins the message of a DecisionError."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DecisionError(f"{where}: not JSON: {error}") from None
    if not isinstance(said, dict):
        raise DecisionError(f"{where}: a correction is a JSON object")
    for key in said.keys() - _KEYS:
        raise DecisionError(f"{where}: unknown key {key!r}; known are {', '.join(sorted(_KEYS))}")
    source, sentence = (_text(said, key, where) for key in ("source", "sentence"))
    if (verdict := said.get("verdict")) not in set(Verdict):
        raise DecisionError(f"{where}: unknown verdict {verdict!r}; known are {', '.join(Verdict)}")
    verdict = Verdict(verdict)
    if verdict is Verdict.WRONG:
        for key in _STATED:
            if key in said:
                raise DecisionError(f"{where}: {key!r} of a wrong fact stands in 'was'")
        stated = None
    else:
        stated = _statement(said, where)
    was = None
    if verdict in (Verdict.WRONG, Verdict.CORRECTED):
        if not isinstance(said.get("was"), dict):
            raise DecisionError(
                f"{where}: a {verdict} fact needs 'was', what was read: type, modality, roles"
            )
        for key in said["was"].keys() - set(_STATED):
            raise DecisionError(f"{where}: unknown key {key!r} in 'was'; known are {', '.join(_STATED)}")
        was = _statement(said["was"], f"{where}: 'was'")
    elif "was" in said:
        raise DecisionError(f"{where}: a fact that is {verdict} has no 'was'")
    correction = Correction(source, sentence, verdict, stated, was, where)
    try:
        correction.line.encode()
    except UnicodeEncodeError:
        raise DecisionError(f"{where}: half of a surrogate pair, which is no character") from None
    return correction


def append(path: Path, corrections: tuple[Correction, ...]) -> None:
    """Add records that are not there yet; the file is made where there is none, the rest stays as it is."""
    known = set(read(path))
    new = [one for one in dict.fromkeys(corrections) if one not in known]
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    text += "" if text.endswith("\n") or not text else "\n"
    if new:
        write_whole(path, text + "".join(f"{one.line}\n" for one in new))


def take_out(path: Path, corrections: tuple[Correction, ...]) -> None:
    """Remove records; the other lines stay as they are."""
    gone = set(corrections)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True) if path.exists() else []
    kept = [line for line in lines if not line.strip() or parse(line.strip(), str(path)) not in gone]
    if len(kept) < len(lines):
        write_whole(path, "".join(kept))


def _statement(said: dict[str, Any], where: str) -> Statement:
    modality = said.get("modality", Modality.ASSERTED)
    if modality not in set(Modality):
        raise DecisionError(f"{where}: unknown modality {modality!r}; known are {', '.join(Modality)}")
    roles = said.get("roles")
    if not isinstance(roles, dict) or not roles:
        raise DecisionError(f"{where}: 'roles' gives each role a list of words, and there is one at least")
    trigger = _text(said, "trigger", where) if "trigger" in said else ""
    filled = tuple((role, _fillers(role, words, where)) for role, words in roles.items())
    return Statement(_text(said, "type", where), Modality(modality), filled, trigger)


def _fillers(role: str, said: Any, where: str) -> tuple[Words, ...]:
    if not isinstance(said, list) or not said:
        raise DecisionError(f"{where}: role {role!r} needs a list of words; leave out a role that has none")
    return tuple(_words(role, one, where) for one in said)


def _words(role: str, said: Any, where: str) -> Words:
    if isinstance(said, str) and said.strip():
        return Words(said)
    if isinstance(said, dict) and said.keys() == {"text", "sentence"}:
        return Words(_text(said, "text", where), _text(said, "sentence", where))
    message = f"{where}: a filler of {role!r} is its words, or {{'text': ..., 'sentence': ...}}"
    raise DecisionError(message)


def _text(said: dict[str, Any], key: str, where: str) -> str:
    value = said.get(key)
    if not isinstance(value, str) or not value.strip():
        raise DecisionError(f"{where}: {key!r} must be a text")
    return value
