"""Corrections: the file, and what builds make of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.corrections import Correction, Statement, Verdict, Words, append, parse, read, take_out
from kg.errors import DecisionError
from kg.types import Modality

SENTENCE = "远山集团向长河中学捐赠50万元。"
GIFT = Statement(
    "Donation",
    Modality.ASSERTED,
    (("donor", (Words("远山集团"),)), ("recipient", (Words("长河中学", "长河中学位于青石县。"),))),
    trigger="捐赠",
)
WRONG = Correction("a.txt", SENTENCE, Verdict.WRONG, None, GIFT)
ADDED = Correction("a.txt", SENTENCE, Verdict.ADDED, GIFT)


def test_corrections_file_gives_back_what_was_added_and_keeps_other_lines(tmp_path: Path) -> None:
    path = tmp_path / "corrections.jsonl"
    append(path, (WRONG, ADDED, WRONG))
    assert read(path) == (WRONG, ADDED)
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + "\n\n", encoding="utf-8")
    append(path, (WRONG,))
    take_out(path, (WRONG,))
    assert path.read_text(encoding="utf-8") == (
        '{"source": "a.txt", "sentence": "远山集团向长河中学捐赠50万元。", "verdict": "added", '
        '"type": "Donation", "modality": "asserted", "trigger": "捐赠", "roles": {"donor": ["远山集团"], '
        '"recipient": [{"text": "长河中学", "sentence": "长河中学位于青石县。"}]}}\n\n'
    )


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "not JSON"),
        ("[]", "JSON object"),
        ('{"source": "a", "sentence": "b", "verdict": "maybe"}', "unknown verdict 'maybe'"),
        ('{"source": "a", "sentence": "b", "verdict": "wrong"}', "needs 'was'"),
        ('{"source": "a", "sentence": "b", "verdict": "right", "type": "T", "roles": {}}', "one at least"),
        ('{"source": "a", "verdict": "right"}', "'sentence' must be"),
        ('{"source": "a", "sentence": "b", "verdict": "added", "typ": "T"}', "unknown key 'typ'"),
        (
            '{"source": "a", "sentence": "b", "verdict": "added", "type": "T", "roles": {"r": [3]}}',
            "filler of 'r'",
        ),
    ],
    ids=["json", "list", "verdict", "was", "roles", "sentence", "key", "filler"],
)
def test_corrections_bad_line_is_told_with_its_number(tmp_path: Path, line: str, why: str) -> None:
    path = tmp_path / "corrections.jsonl"
    path.write_text(f"{ADDED.line}\n{line}\n", encoding="utf-8")
    with pytest.raises(DecisionError, match=rf"corrections\.jsonl:2: .*{why}"):
        read(path)


def test_corrections_modality_is_asserted_where_it_is_left_out() -> None:
    said = '{"source": "a", "sentence": "b", "verdict": "added", "type": "T", "roles": {"r": ["b"]}}'
    assert parse(said, "x:1").fact.modality is Modality.ASSERTED
