"""What is wrong with a pattern's file or its examples is told with file and line, what, and what was meant."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pattern_samples import PATTERN, with_files, write_folder

from kg.cli import run
from kg.errors import OntologyError
from kg.ontology import load_ontology


def changed(old: str, new: str) -> str:
    assert PATTERN.count(old) == 1
    return PATTERN.replace(old, new)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("- x", "1: a pattern is a mapping that begins with 'pattern: TYPE'", id="no mapping"),
        pytest.param("a: [", "2: not valid YAML", id="no YAML"),
        pytest.param(
            changed("Lawsuit", "Lawsiut"),
            "1: unknown fact type 'Lawsiut'; did you mean 'Lawsuit'?",
            id="type",
        ),
        pytest.param(
            changed("triggers", "trigers"), "2: unknown key 'trigers'; did you mean 'triggers'?", id="key"
        ),
        pytest.param(
            changed("triggers: [起诉]", "triggers: []"),
            "2: a pattern needs 'triggers', and it is not there or empty",
            id="empty triggers",
        ),
        pytest.param(
            re.sub(r"roles:(.|\n)*(?=examples)", "", PATTERN),
            "1: a pattern needs 'roles', and it is not there or empty",
            id="no roles",
        ),
        pytest.param(PATTERN.split("examples")[0], "1: a pattern needs 'examples'", id="no examples"),
        pytest.param(
            changed("[起诉]", "[起诉, 告]"),
            "2: trigger '告' is one character, which other words hold too; write at least 2",
            id="trigger of one character",
        ),
        pytest.param(
            changed("[起诉]", "[起诉…]"),
            "2: trigger '起诉…': a gap stands between two words",
            id="half a gap",
        ),
        pytest.param(changed("[起诉]", "[把…诉…至]"), "2: trigger '把…诉…至': a gap", id="two gaps"),
        pytest.param(
            changed("[起诉]", "[起诉，索赔]"),
            "2: trigger '起诉，索赔' holds '，', at which every clause ends",
            id="mark",
        ),
        pytest.param(changed("[起诉]", "\n- 起诉\n- 5"), "4: expected a word, not 5; quote it", id="no word"),
        pytest.param(
            changed("[起诉]", "\n- 起诉\n- 起訴"),
            "4: {file}:3 has the trigger '起诉' of Lawsuit already; keep one",
            id="trigger twice",
        ),
        pytest.param(
            changed("plaintiff: {s", "plantiff: {s"),
            "4: unknown role 'plantiff' of Lawsuit; did you mean 'plaintiff'?",
            id="role",
        ),
        pytest.param(
            changed("  defendant: {s", "  plaintiff: {s"),
            "5: 'plaintiff' stands here twice, first in line 4; keep one",
            id="role twice",
        ),
        pytest.param(
            changed("{stands: before}", "{stand: before}"),
            "4: role 'plaintiff' needs to say where it stands: {stands: before}",
            id="no side",
        ),
        pytest.param(
            changed("stands: before", "stands: befor"),
            "4: unknown side 'befor'; did you mean 'before'?",
            id="side",
        ),
        pytest.param(
            changed("stands: before", "stands: left"),
            "4: unknown side 'left'; known are before, between, after, either",
            id="side unlike any",
        ),
        pytest.param(
            changed("stands: before", "stands: between"),
            "4: role 'plaintiff' stands between, and a trigger has no gap (…) to hold it",
            id="no gap",
        ),
        pytest.param(
            changed("stands: before", "stands: before, clas: Company"),
            "4: unknown key 'clas'; did you mean 'class'?",
            id="key of a role",
        ),
        pytest.param(
            changed("stands: before", "stands: before, class: [Compny]"),
            "4: unknown class 'Compny'; did you mean 'Company'?",
            id="class",
        ),
        pytest.param(
            changed("stands: before", "stands: before, class: [Document]"),
            "4: role 'plaintiff' takes no Document, only Person,",
            id="class out of range",
        ),
        pytest.param(
            changed("  defendant", "  amount: {stands: after, unit: mony}\n  defendant"),
            "5: unknown unit 'mony'; did you mean 'money'?",
            id="unit",
        ),
        pytest.param(
            changed("  defendant", "  amount: {stands: after, unit: CNY/mou}\n  defendant"),
            "5: unknown unit 'mou'",
            id="compound unit",
        ),
        pytest.param(
            changed("stands: before", "stands: before, unit: money"),
            "4: role 'plaintiff' takes entity here, and 'unit' is for quantity",
            id="unit of a thing",
        ),
        pytest.param(
            changed("  defendant", "  issue: {stands: after}\n  defendant"),
            "5: role 'issue' may be entity or text; say which with 'takes'",
            id="takes is open",
        ),
        pytest.param(
            changed("stands: before", "stands: before, takes: time"),
            "4: role 'plaintiff' takes no time; known are entity",
            id="takes what the role does not",
        ),
        pytest.param(
            changed("stands: before", "stands: before, takes: entitty"),
            "4: unknown kind of filler 'entitty'; did you mean 'entity'?",
            id="takes",
        ),
        pytest.param(
            changed("stands: before", "stands: before, within: page"),
            "4: unknown reach 'page'; known are clause, sentence",
            id="within",
        ),
        pytest.param(
            changed("stands: before", "stands: before, optional: 1"),
            "4: optional is true or false",
            id="optional",
        ),
        pytest.param(
            PATTERN.replace("before}", "before, optional: true}").replace("after}", "after, optional: true}"),
            "3: every role is optional; one at least must tell that there is a fact",
            id="all optional",
        ),
        pytest.param(
            changed("facts: [", "fact: ["),
            "7: unknown key 'fact'; did you mean 'facts'?",
            id="key of an example",
        ),
        pytest.param(
            changed("facts: [{plaintiff: 云溪公司, defendant: 青石公司}]", "facts: []"),
            "6: one example at least must give a fact",
            id="no example with a fact",
        ),
        pytest.param(
            changed("[{plaintiff: 云", "[{plantiff: 云"),
            "7: unknown role 'plantiff' of Lawsuit; did you mean 'plaintiff'?",
            id="role of an example",
        ),
        pytest.param(
            changed("[{plaintiff: 云", "[{modality: plannd, plaintiff: 云"),
            "7: unknown modality 'plannd'; did you mean 'planned'?",
            id="modality",
        ),
        pytest.param(
            changed("plaintiff: 云溪公司", "plaintiff: []"),
            "7: role 'plaintiff' needs a filler, or is left out",
            id="empty filler",
        ),
        pytest.param(
            changed("{text: 云溪公司起诉青石公司。, facts: [", "{text: 5, facts: ["),
            "7: an example is {text: a sentence",
            id="no text",
        ),
    ],
)
def test_patterns_file_that_is_wrong_is_told_with_its_line(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(OntologyError) as caught:
        with_files(tmp_path / "mine", {"gift.yaml": text})
    file = str(tmp_path / "mine" / "patterns" / "gift.yaml")
    message = str(caught.value)
    assert message.startswith(f"{file}:{said.replace('{file}', file)}")
    assert "\n" not in message


def test_patterns_trigger_of_another_file_of_the_type_is_told(tmp_path: Path) -> None:
    files = {"a.yaml": PATTERN, "b.yaml": changed("[起诉]", "[状告, 起诉]")}
    with pytest.raises(
        OntologyError, match=r"b\.yaml:2: .*a\.yaml:2 has the trigger '起诉' of Lawsuit already"
    ):
        with_files(tmp_path / "mine", files)


def test_patterns_role_that_the_ontology_needs_is_told(tmp_path: Path) -> None:
    from pattern_samples import LAWSUIT

    one = '[ a owl:Restriction ; owl:onProperty kg:court ; owl:minCardinality "1"^^xsd:nonNegativeInteger ]'
    turtle = LAWSUIT.replace("rdfs:subClassOf kg:Fact ;", f"rdfs:subClassOf kg:Fact , {one} ;")
    with pytest.raises(OntologyError, match=r"a\.yaml:3: Lawsuit must have the role 'court'"):
        with_files(tmp_path / "mine", {"a.yaml": PATTERN}, turtle)


def test_patterns_folder_holds_patterns_alone(tmp_path: Path) -> None:
    with pytest.raises(OntologyError, match=r"patterns/a\.yml:1: a pattern is a file NAME\.yaml"):
        with_files(tmp_path / "mine", {"a.yml": PATTERN, "README.md": "# notes"})


def test_patterns_are_in_the_ontology_and_its_fingerprint(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "mine", {"gift.yaml": PATTERN})
    ontology = load_ontology(folder)
    assert [(pattern.name, pattern.type) for pattern in ontology.patterns] == [("gift", "Lawsuit")]
    before = ontology.fingerprint
    (folder / "patterns" / "gift.yaml").write_text(changed("[起诉]", "[起诉, 状告]"), encoding="utf-8")
    assert load_ontology(folder).fingerprint != before


# --- kg check ------------------------------------------------------------------------------------


def checked(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = run(["check", "--ontology", str(folder)])
    out, err = capsys.readouterr()
    return code, out, err


def test_patterns_check_says_that_all_is_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    near = changed("examples:\n", "examples:\n  - {text: 云溪公司没说起诉谁。, facts: []}\n")
    folder = write_folder(tmp_path / "mine", {"gift.yaml": near})
    (folder / "reader").mkdir()  # no weights are there, and none are needed
    assert checked(folder, capsys) == (0, "patterns: 1; examples: 2, all right\n", "")


def test_patterns_check_names_the_line_of_each_wrong_example(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = PATTERN + "".join(
        f"  - {example}\n"
        for example in (
            "{text: 云溪公司起诉。, facts: [{plaintiff: 云溪公司}]}",
            "{text: 云溪公司起诉青石公司。, facts: []}",
            "{text: 云溪公司拟起诉青石公司。, facts: [{plaintiff: 云溪公司, defendant: 青石公司}]}",
            "{text: 云溪公司起诉青石公司和张伟。, facts: [{plaintiff: 云溪公司, defendant: 青石公司}]}",
        )
    )
    code, out, err = checked(write_folder(tmp_path / "mine", {"gift.yaml": wrong}), capsys)
    file = tmp_path / "mine" / "patterns" / "gift.yaml"
    fact = "(plaintiff: 云溪公司; defendant: 青石公司)"
    assert out.splitlines() == [
        f"{file}:8: not found: asserted (plaintiff: 云溪公司): 云溪公司起诉。",
        f"{file}:9: not expected: asserted {fact}: 云溪公司起诉青石公司。",
        f"{file}:10: not found: asserted {fact}; not expected: planned {fact}: 云溪公司拟起诉青石公司。",
        f"{file}:11: not found: asserted {fact}; "
        "not expected: asserted (plaintiff: 云溪公司; defendant: 青石公司, 张伟): 云溪公司起诉青石公司和张伟。",
    ]
    assert (code, err) == (1, "4 of 5 examples are wrong\n")


def test_patterns_check_of_a_malformed_file_is_one_line_and_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_folder(tmp_path / "mine", {"gift.yaml": changed("stands: before", "stands: befor")})
    code, out, err = checked(folder, capsys)
    assert (code, out) == (2, "")
    assert err == f"kg: {folder}/patterns/gift.yaml:4: unknown side 'befor'; did you mean 'before'?\n"
