"""The corpus, pivots, copies and calibration by hand-made facts; the network where PyTorch is installed."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from random import Random

import pytest

from kg.anchored import parse_anchored
from kg.ontology import Ontology
from kg.training.calibrate import Judged, calibration_error, choose_thresholds, fit_certainty, reliability
from kg.training.corpus import Annotated, Settings, owned_roles, pivots, read_packed, read_spans, single_roles
from kg.training.swapping import Swapper

TEXT = "2021年，海宁商会、平湖商会分别向青川县教育局捐赠80万元、60万元。"
LINES = [
    {"d": "a", "s": 1, "t": "Donation", "trig": "捐赠",
     "a": {"donor": [donor], "recipient": ["青川县教育局"], "amount": [amount], "time": ["2021年"]}}
    for donor, amount in (("海宁商会", "80万元"), ("平湖商会", "60万元"))
]  # fmt: skip


@pytest.fixture
def document() -> Annotated:
    lines = [json.dumps(line, ensure_ascii=False) for line in LINES]
    return Annotated("a", TEXT, parse_anchored(lines, {"a": TEXT}, "a.jsonl")["a"])


@pytest.fixture
def settings(ontology: Ontology) -> Settings:
    return Settings.read(ontology.reader / "corpus" / "training.yaml")


def test_pivots_of_parallel_facts_are_their_own_figures(document: Annotated, settings: Settings) -> None:
    assert [each.pivot.of(TEXT) for each in pivots(document.facts, settings)] == ["80万元", "60万元"]


def test_pivots_fall_back_to_the_trigger_where_the_fact_has_nothing_of_its_own(settings: Settings) -> None:
    text = "甲县与乙县结对。"
    line = {"d": "a", "s": 1, "t": "Pairing", "trig": "结对", "a": {"party": ["甲县", "乙县"]}}
    facts = parse_anchored([json.dumps(line)], {"a": text}, "a")["a"]
    (only,) = pivots(facts, settings)
    assert only.pivot.of(text) == "结对"
    assert only.on_trigger


def test_swapper_changes_names_in_text_and_annotation_alike(document: Annotated, ontology: Ontology) -> None:
    other = Annotated("b", "长兴商会捐给昭化县教育局。", [])
    lines = [
        '{"d": "b", "s": 1, "t": "Donation", "trig": "捐", "a": {"donor": ["长兴商会"], "recipient": ["昭化县教育局"]}}'
    ]
    other.facts.extend(parse_anchored(lines, {"b": other.text}, "b")["b"])
    swapper = Swapper([document, other], ontology.names, frozenset({"donor", "recipient"}))
    copy = next(c for seed in range(9) if (c := swapper.copy(document, Random(seed))) is not None)
    assert copy.text != document.text
    for old, new in zip(document.facts, copy.facts, strict=True):
        for before, after in zip(old.fillers, new.fillers, strict=True):
            said, now = before.span.of(document.text), after.span.of(copy.text)
            assert said == now or (before.role != "amount" and now in ("长兴商会", "昭化县教育局"))


def test_single_roles_are_those_that_hold_one_filler(document: Annotated) -> None:
    many = Annotated("m", TEXT, document.facts * 20)
    assert single_roles([many]) == {"Donation": ["amount", "donor", "recipient", "time"]}


def test_owned_roles_are_measured_ones_whose_figure_is_of_one_fact(document: Annotated) -> None:
    apart = [Annotated(str(n), TEXT, document.facts) for n in range(20)]
    measured = [("Donation", "amount"), ("Sale", "amount")]
    assert owned_roles(apart, measured) == {"Donation": ["amount"]}
    assert owned_roles([Annotated(d.name, TEXT, d.facts * 2) for d in apart], measured) == {}


def test_read_packed_gives_texts_and_facts(tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl.xz"
    with lzma.open(path, "wt", encoding="utf-8") as file:
        file.write(json.dumps({"name": "a", "text": TEXT, "lines": LINES}, ensure_ascii=False) + "\n")
    (found,) = read_packed(path)
    assert (found.name, found.text, len(found.facts)) == ("a", TEXT, 2)


def test_corpus_that_ships_is_whole(ontology: Ontology, settings: Settings) -> None:
    documents = read_packed(ontology.reader / "corpus" / "written.jsonl.xz")
    assert len(documents) > 500
    assert all(document.name.startswith("w") for document in documents)
    assert {settings.part_of(document.name, "") for document in documents} == {"train", "calibrate", "look"}


def test_read_spans_finds_the_facts_of_pages_that_are_there(tmp_path: Path) -> None:
    fact = {"t": "Donation", "m": "asserted", "s": [0, 11], "trig": [4, 6], "a": {"donor": [[0, 2, 7, 10]]}}
    texts = [{"source": "a", "text": "该院今捐款。甲医院在此"}]
    spans = [{"name": n, "page": p, "length": 11, "facts": [fact]} for n, p in (("s1", "a"), ("s2", "b"))]
    for name, records in (("pages", texts), ("spans", spans)):
        with lzma.open(tmp_path / name, "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(record) + "\n" for record in records)
    (found,) = read_spans(tmp_path / "spans", tmp_path / "pages")
    (filler,) = found.facts[0].fillers
    assert (found.name, filler.span.of(found.text), filler.meant) == ("s1", "该院", "医院在")


def _judged(pivot: float, right: bool, kind: str = "Donation") -> Judged:
    return Judged("d", kind, pivot, {"pivot": pivot * 4 - 2}, 3 if right else 0, 3)


def test_thresholds_leave_out_what_is_mostly_wrong() -> None:
    facts = [_judged(0.9, True)] * 60 + [_judged(0.3, False)] * 60
    (threshold,) = choose_thresholds(facts, {"Donation": 200}).values()
    assert 0.3 < threshold <= 0.9


def test_rare_types_share_a_threshold() -> None:
    facts = [_judged(0.9, True)] * 60 + [_judged(0.9, True, "Sale"), _judged(0.4, False, "Visit")]
    assert set(choose_thresholds(facts, {"Donation": 200, "Sale": 3, "Visit": 3})) == {"Donation", ""}


def test_confidence_is_calibrated_on_what_it_was_fitted_on() -> None:
    facts = [_judged(0.9, n % 10 != 0) for n in range(200)] + [_judged(0.4, n % 10 < 4) for n in range(200)]
    model = fit_certainty(facts, clean=True)
    from math import exp

    sure = [1 / (1 + exp(-(model["base"] + model["weights"]["pivot"] * f.signs["pivot"]))) for f in facts]
    assert calibration_error(reliability(facts, sure, bins=2)) < 0.02


def test_network_learns_one_document_by_heart(
    document: Annotated, ontology: Ontology, tmp_path: Path
) -> None:
    torch = pytest.importorskip("torch")
    from kg.reader import Reader
    from kg.reader.windows import Windows
    from kg.training.corpus import ExampleMaker
    from kg.training.fit import Plan, fit
    from kg.training.learning import Scheme, prepare
    from kg.training.network import Network
    from kg.values import load_tables

    torch.set_num_threads(1)
    tokenizer = Reader(ontology.reader, ontology.divisions).model.tokenizer
    scheme = Scheme.of({name: tuple(t.roles) for name, t in ontology.vocabulary.fact_types.items()})
    maker = ExampleMaker(ontology, load_tables(ontology.lexicon), Windows(tokenizer), settings)
    examples = [prepare(each) for each in maker.examples(document)]
    told: list[str] = []
    plan = Plan(epochs=2, batch=1, bf16=False)
    for _ in range(2):  # the second run finds all done
        network = Network(tokenizer.get_vocab_size(), 1, scheme.allowed)
        fit(network, scheme, examples, plan, tmp_path / "w.pt", told.append)
    assert told[-1].endswith("has 2 of 2 epochs")
