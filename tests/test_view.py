"""The page as text: what it holds, that it loads nothing, and that it is always the same."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import random
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from kg.errors import QueryError
from kg.iris import DEFAULT_BASE, entity_iri, fact_iri
from kg.types import (
    Entity,
    Evidence,
    Fact,
    Modality,
    Passage,
    PassageKind,
    Period,
    Quantity,
    RoleSpan,
    Span,
    Text,
    Value,
)
from kg.view import render
from kg.view.labels import wrap_label
from kg.view.layout import Box, lay_out
from kg.view.model import build_model, merge_entities
from kg.view.records import class_looks, graph_records

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Term:
    """A stand-in for a class, a type or a role of the ontology."""

    label_zh: str
    label_en: str
    parents: tuple[str, ...] = ()
    roles: dict[str, Term] = field(default_factory=dict)

    @property
    def iri(self) -> str:
        return f"https://example.org/ontology#{self.label_en.title().replace(' ', '')}"


@dataclass(frozen=True)
class Rule:
    fact_type: str
    subject: str
    object: str


@dataclass(frozen=True)
class Terms:
    classes: dict[str, Term]
    fact_types: dict[str, Term]
    shorts: tuple[Rule, ...]


def roles(**labels: str) -> dict[str, Term]:
    return {name: Term(zh, name) for name, zh in labels.items()}


VOCABULARY = Terms(
    {
        "Place": Term("地点", "Place"),
        "AdministrativeDivision": Term("行政区划", "Administrative division", ("Place",)),
        "Organization": Term("组织", "Organization"),
        "Government": Term("政府机构", "Government", ("Organization",)),
        "Company": Term("企业", "Company", ("Organization",)),
        "Hospital": Term("医院", "Hospital", ("Organization",)),
        "School": Term("学校", "School", ("Organization",)),
        "Person": Term("人物", "Person"),
        "Document": Term("文件", "Document"),
    },
    {
        "Pairing": Term("结对", "Pairing", (), roles(party="结对方", time="时间")),
        "Donation": Term(
            "捐赠",
            "Donation",
            (),
            roles(donor="捐赠方", recipient="受赠方", amount="金额", place="地点", time="时间"),
        ),
        "Agreement": Term("签约", "Agreement", (), roles(party="签约方", document="文件", amount="金额")),
        "Issuance": Term("发文", "Issuance", (), roles(issuer="发文机关", document="文件", time="时间")),
        "Sale": Term("销售", "Sale", (), roles(seller="卖方", amount="金额")),
        "Position": Term("任职", "Position", (), roles(person="人物", position="职务", organization="单位")),
    },
    (
        Rule("Pairing", "party", "party"),
        Rule("Donation", "donor", "recipient"),
        Rule("Issuance", "issuer", "document"),
        Rule("Position", "person", "organization"),
    ),
)

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "</script><script>alert(3)</script>",
    "\"引号'&amp;<b>粗</b>",
    "\u202eهندسة\u202c公司",
    "<!--<script>",
]


def entity(
    label: str, cls: str, *aliases: str, english: str | None = None, within: str | None = None
) -> Entity:
    located = entity_iri(DEFAULT_BASE, within) if within else None
    return Entity(entity_iri(DEFAULT_BASE, label), label, cls, aliases, english, located)


class Story:
    """Writes made-up sentences and the facts they state, with right offsets."""

    def __init__(self, source: str) -> None:
        self.source, self.text, self.facts = source, "", list[Fact]()

    def tell(
        self,
        type_: str,
        *pieces: str | tuple[str, Value],
        modality: Modality = Modality.ASSERTED,
        far: tuple[tuple[str, Value, int, int], ...] = (),
    ) -> Fact:
        """Adds a sentence; a piece with a role is a filler, the words being those of its value."""
        start, spans, filled = len(self.text), list[RoleSpan](), dict[str, tuple[Value, ...]]()
        quote = ""
        for piece in pieces:
            if isinstance(piece, str):
                quote += piece
                continue
            role, value = piece
            words = value.label if isinstance(value, Entity) else value.text
            at = Span(start + len(quote), start + len(quote) + len(words))
            spans.append(RoleSpan(role, len(filled.get(role, ())), at))
            filled[role] = (*filled.get(role, ()), value)
            quote += words
        for role, value, a, b in far:
            spans.append(RoleSpan(role, len(filled.get(role, ())), Span(a, b)))
            filled[role] = (*filled.get(role, ()), value)
        evidence = Evidence(self.source, Span(start, start + len(quote)), quote, None, tuple(spans))
        self.text += quote + "\n"
        iri = fact_iri(DEFAULT_BASE, type_, modality, filled)
        fact = Fact(iri, type_, modality, filled, (evidence,), 0.9, "reader")
        self.facts.append(fact)
        return fact


def money(text: str, value: int, bound: str = "exact") -> Quantity:
    return Quantity(Decimal(value), "CNY", bound, text)


PROVINCE = entity("云河省", "AdministrativeDivision", english="Yunhe Province")
CITY = entity("青岚市", "AdministrativeDivision", "青岚", english="Qinglan City", within="云河省")
COUNTY = entity("石桥县", "AdministrativeDivision", "石桥", english="Shiqiao County", within="青岚市")
CITY_GOV = entity(
    "青岚市人民政府", "Government", "青岚市政府", english="Qinglan City People's Government", within="青岚市"
)
COUNTY_GOV = entity("石桥县人民政府", "Government", within="石桥县")
HOSPITAL = entity("青岚市第一人民医院", "Hospital", "市一院", within="青岚市")
CLINIC = entity("石桥县中医院", "Hospital", within="石桥县")
COMPANY = entity("远山茶业有限公司", "Company", "远山茶业")
PERSON = entity("林某某", "Person")
PLAN = entity("《石桥县茶产业三年行动计划》", "Document")
SCHOOLS = tuple(entity(f"石桥县第{n}小学", "School", within="石桥县") for n in "一二三四五六")
VILLAGES = tuple(
    entity(f"石桥县{n}村", "AdministrativeDivision", within="石桥县")
    for n in ["竹溪", "柳林", "上坪", "下坪"]
)
LONELY = entity("青岚市博物馆", "Organization")


def sample() -> tuple[list[Fact], list[Entity], dict[str, str]]:
    """Some forty entities in two sources: every way in which a fact can be shown."""
    one, two = Story("seeds/甲.txt"), Story("seeds/乙.txt")
    one.tell(
        "Donation",
        ("time", Period("2021-05", "2021年5月")),
        "，",
        ("donor", CITY_GOV),
        "向",
        ("recipient", COUNTY_GOV),
        "捐赠",
        ("amount", money("300万元", 3000000)),
        "。",
    )
    one.tell(
        "Donation",
        ("time", Period("2022", "2022年")),
        "，",
        ("donor", CITY_GOV),
        "向",
        ("recipient", COUNTY_GOV),
        "捐赠",
        ("amount", money("500余万元", 5000000, "min")),
        "。",
    )
    one.tell("Pairing", ("party", HOSPITAL), "与", ("party", CLINIC), "结对。")
    one.tell(
        "Donation",
        ("donor", COMPANY),
        "拟向",
        ("recipient", SCHOOLS[0]),
        "捐赠",
        ("amount", money("20万元", 200000)),
        "。",
        modality=Modality.PLANNED,
    )
    one.tell(
        "Position",
        ("person", PERSON),
        "不再担任",
        ("organization", HOSPITAL),
        ("position", Text("院长")),
        "。",
        modality=Modality.NEGATED,
    )
    one.tell("Sale", ("seller", COMPANY), "全年销售", ("amount", money("1200万元", 12000000)), "。")
    one.tell("Sale", "全年销售额达", ("amount", money("2.1亿元", 210000000)), "。")
    one.tell(
        "Issuance",
        "次月印发",
        ("document", PLAN),
        "。",
        far=(("issuer", COUNTY_GOV, one.text.index("石桥县人民政府"), one.text.index("石桥县人民政府") + 7),),
    )
    two.tell(
        "Agreement",
        ("party", CITY_GOV),
        "、",
        ("party", COUNTY_GOV),
        "、",
        ("party", COMPANY),
        "签订协议，",
        ("amount", money("8000万元", 80000000)),
        "。",
    )
    two.tell("Pairing", ("party", CLINIC), "与", ("party", HOSPITAL), "继续结对。")
    for n, school in enumerate(SCHOOLS[1:]):
        two.tell(
            "Donation",
            ("donor", COMPANY),
            "向",
            ("recipient", school),
            "捐赠",
            ("amount", money(f"{n + 3}万元", (n + 3) * 10000)),
            "，仪式在",
            ("place", VILLAGES[n % 4]),
            "举行。",
        )
    for n, name in enumerate(HOSTILE):
        victim = entity(name, "Company")
        two.tell("Donation", ("donor", victim), "捐赠", ("recipient", SCHOOLS[n]), "。")
    entities = [PROVINCE, CITY, COUNTY, CITY_GOV, COUNTY_GOV, HOSPITAL, CLINIC, COMPANY, PERSON, PLAN, LONELY]
    entities += [*SCHOOLS, *VILLAGES, *(entity(name, "Company") for name in HOSTILE)]
    entities += [entity(f"青岚市第{n}中学", "School") for n in "一二三四五六七八"]
    return one.facts + two.facts, entities, {one.source: one.text, two.source: two.text}


def page(**options: object) -> str:
    facts, entities, documents = sample()
    return render(facts, entities, VOCABULARY, documents, title="<图谱> & 样例", **options)  # type: ignore[arg-type]


def data_text(html: str) -> str:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.S)
    assert found
    return found[1]


def data_of(html: str) -> dict:
    return json.loads(data_text(html))


class Elements(HTMLParser):
    """Collects the elements of a page with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found = list[tuple[str, list[tuple[str, str | None]]]]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))


def elements_of(html: str) -> list[tuple[str, list[tuple[str, str | None]]]]:
    parser = Elements()
    parser.feed(html)
    return parser.found


LOADING = {"src", "href", "srcset", "data", "action", "poster", "background", "style", "onload", "onerror"}


def test_view_bytes_do_not_depend_on_the_order_of_facts_entities_and_documents():
    facts, entities, documents = sample()
    first = render(facts, entities, VOCABULARY, documents, title="样例")
    for seed in (1, 2):
        dice = random.Random(seed)
        dice.shuffle(facts)
        dice.shuffle(entities)
        other = dict(reversed(documents.items()))
        assert render(facts, entities, VOCABULARY, other, title="样例") == first


def test_view_every_fact_has_lines_or_is_a_node_or_names_fewer_than_two():
    facts, _, _ = sample()
    data = data_of(page())
    assert len(data["facts"]) == len({fact.iri for fact in facts}) and data["outside"] == 0
    for fact in data["facts"]:
        assert (len(fact["ends"]) > 1) == bool(fact.get("lines") or fact.get("hub"))
    assert [fact["type"] for fact in data["facts"] if fact.get("hub")] == ["Agreement"]
    assert sum(len(fact["ends"]) == 1 for fact in data["facts"]) == 1
    assert sum(len(fact["ends"]) == 0 for fact in data["facts"]) == 1
    named = {e["label"] for e in data["entities"]}
    assert LONELY.label in named and HOSTILE[0] in named


def test_view_lines_lead_from_the_subject_and_say_what_they_are():
    data = data_of(page())
    lines = {
        (fact["type"], data["entities"][fact["ends"][a][0]]["label"], fact["ends"][b][1], kind)
        for fact in data["facts"]
        for a, b, kind in fact.get("lines", ())
    }
    assert ("Donation", COMPANY.label, "recipient", 0) in lines
    assert ("Donation", COMPANY.label, "place", 2) in lines
    assert ("Pairing", HOSPITAL.label, "party", 1) in lines or ("Pairing", CLINIC.label, "party", 1) in lines
    values = {tuple(fact["main"]) for fact in data["facts"] if "main" in fact}
    assert ("20万元", "200,000 CNY") in values and ("500余万元", "≥ 5,000,000 CNY") in values


def test_view_years_of_a_fact_are_the_first_and_the_last_of_its_times():
    told = Story("丁.txt")
    for edtf in ("2021-05", "2018/..", "2019/2020"):
        told.tell("Donation", ("donor", COMPANY), "捐赠，", ("time", Period(edtf, edtf)), "。")
    told.tell("Donation", ("donor", COMPANY), "捐赠。")
    data = data_of(render(told.facts, [COMPANY], VOCABULARY, {}, title=""))
    assert sorted(map(str, (fact.get("years") for fact in data["facts"]))) == [
        "None",
        "[2018, None]",
        "[2019, 2020]",
        "[2021, 2021]",
    ]


def test_view_the_same_fact_from_two_documents_is_one_fact_with_both_its_places():
    data = data_of(page())
    pairings = [fact for fact in data["facts"] if fact["type"] == "Pairing"]
    assert len(pairings) == 1
    names = [source["source"] for source in data["sources"]]
    assert [names[e["s"]] for e in pairings[0]["ev"]] == ["seeds/乙.txt", "seeds/甲.txt"]
    for evidence in pairings[0]["ev"]:
        text = data["sources"][evidence["s"]]["text"]
        for _, e, start, end in evidence["f"]:
            assert data["entities"][e]["label"] == text[start:end]


def test_view_evidence_gives_offsets_in_the_text_or_brings_its_words():
    facts, entities, _ = sample()
    quotes = {(e.source, e.span.start, e.span.end): e.quote for fact in facts for e in fact.evidence}
    data = data_of(page())
    for evidence in (e for fact in data["facts"] for e in fact["ev"]):
        source, (start, end) = data["sources"][evidence["s"]], evidence["at"]
        assert source["text"][start:end] == quotes[source["source"], start, end] and "q" not in evidence
    alone = data_of(render(facts, entities, VOCABULARY, {}, title=""))
    for evidence in (e for fact in alone["facts"] for e in fact["ev"]):
        source, (start, end) = alone["sources"][evidence["s"]], evidence["at"]
        assert evidence["q"] == [start, quotes[source["source"], start, end]] and "text" not in source


def test_view_records_for_a_server_bring_windows_of_the_texts_and_no_positions():
    facts, entities, documents = sample()
    data = graph_records(
        build_model(facts, entities, VOCABULARY, focus="市一院"),
        VOCABULARY,
        documents,
        merge_entities(entities, ()),
        whole_texts=False,
    )
    assert {s["source"] for s in data["sources"]} == set(documents) and not any(
        "text" in s for s in data["sources"]
    )
    for evidence in (e for fact in data["facts"] for e in fact["ev"]):
        offset, words = evidence["q"]
        text = documents[data["sources"][evidence["s"]]["source"]]
        assert offset <= evidence["at"][0] and text[offset : offset + len(words)] == words
        assert offset + len(words) >= evidence["at"][1]
    assert not any("x" in record for record in data["entities"])


def test_view_furniture_and_repeats_are_told_to_the_text_view():
    facts, entities, documents = sample()
    marked = {
        "seeds/甲.txt": (
            Passage(Span(0, 5), PassageKind.FURNITURE),
            Passage(Span(6, 9), PassageKind.BODY, (), Span(1, 2)),
        )
    }
    data = data_of(render(facts, entities, VOCABULARY, documents, title="", passages=marked))
    source = next(s for s in data["sources"] if s["source"] == "seeds/甲.txt")
    assert (source["furniture"], source["copies"]) == ([[0, 5]], [[6, 9]])


def test_view_loads_nothing_and_runs_only_its_own_two_scripts():
    html = page()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy and policy[1].startswith("default-src 'none'")
    assert policy[1].count("sha256-") == 2 and "unsafe-eval" not in html
    assert "sourceMappingURL" not in html and "\r" not in html
    assert [
        (tag, name, value) for tag, attrs in elements_of(html) for name, value in attrs if name in LOADING
    ] == [("link", "href", "data:,")]
    assert not re.search(r"@import|url\(\s*[\"']?https?:", html)


def test_view_hostile_names_cannot_leave_their_json():
    html = page()
    tags = [tag for tag, _ in elements_of(html)]
    assert tags == [tag for tag, _ in elements_of(render([], [], VOCABULARY, {}, title=""))]
    assert tags.count("script") == 4 and "img" not in tags and "b" not in tags
    assert not re.search(r"<[^>]*alert", data_text(html))
    assert "<title>&lt;图谱&gt; &amp; 样例</title>" in html
    labels = {e["label"] for e in data_of(html)["entities"]}
    assert labels >= set(HOSTILE)
    odd = Entity(f"{DEFAULT_BASE}odd", "甲\u2028乙\ud800", "Company")
    told = Story("丙.txt")
    told.tell("Sale", ("seller", odd), "销售。")
    html = render(told.facts, [odd], VOCABULARY, {}, title="{{data}}$0\\1")
    html.encode("utf-8")
    assert "<title>{{data}}$0\\1</title>" in html


def test_view_focus_keeps_what_lies_within_the_steps_and_counts_the_rest():
    near = data_of(page(focus="市一院"))
    assert {e["label"] for e in near["entities"]} == {HOSPITAL.label, CLINIC.label, PERSON.label}
    center = next(e for e in near["entities"] if e["id"] == near["center"])
    assert center["label"] == HOSPITAL.label
    assert len(near["facts"]) == 2 and near["outside"] == len(data_of(page())["facts"]) - 2
    above = {place["id"]: place for place in near["places"]}
    assert above[center["in"]]["label"] == "青岚市" and above[above[center["in"]]["in"]]["label"] == "云河省"
    wide = data_of(page(focus=CITY_GOV.iri, hops=2))
    assert SCHOOLS[0].label in {e["label"] for e in wide["entities"]}


def test_view_unknown_focus_is_an_error_with_a_suggestion():
    with pytest.raises(QueryError, match="青岚市第一人民医院"):
        page(focus="青岚市第一医院")


def test_view_empty_graph_is_a_page():
    assert data_of(render([], [], VOCABULARY, {}, title="空"))["entities"] == []


def large(count: int = 450) -> tuple[list[Fact], list[Entity], dict[str, str]]:
    """So many entities in circles of thirty, most facts within a circle: more than is drawn."""
    dice, told = random.Random(5), Story("大.txt")
    names = [entity(f"第{n}号站", "Company") for n in range(count)]
    for _ in range(count * 4 // 3):
        circle = 30 * dice.randrange(count // 30)
        a = circle + int(30 * dice.random() ** 2)
        b = circle + dice.randrange(30) if dice.random() < 0.9 else dice.randrange(count)
        if a != b:
            told.tell("Donation", ("donor", names[a]), "赠", ("recipient", names[b]), "。")
    return told.facts, names, {told.source: told.text}


def test_view_large_graph_is_drawn_as_groups_that_hold_every_entity_once():
    facts, names, documents = large()
    data = data_of(render(facts, names, VOCABULARY, documents, title="大"))
    groups = data["groups"]
    assert 5 < sum(group["in"] is None for group in groups) <= 41
    assert all(0 <= e["g"] < len(groups) for e in data["entities"]) and len(data["entities"]) == 450
    drawn = Counter(e["g"] for e in data["entities"] if "x" in e)
    assert max(drawn.values()) <= 120
    assert [g["in"] for g in groups if g["in"] is not None and g["in"] >= groups.index(g)] == []


def test_view_crumbs_of_a_large_graph_are_the_only_group_where_the_rest_can_be_drawn():
    facts, names, _ = large()
    lonely = [entity(f"第{n}号亭", "Company") for n in range(100)]
    data = data_of(render(facts[:60], names[:190] + lonely, VOCABULARY, {}, title="大"))
    assert [group["rest"] for group in data["groups"]] == [True]
    inside = {e["label"] for e in data["entities"] if "g" in e}
    assert {e.label for e in lonely} <= inside
    joined = {data["entities"][e]["label"] for fact in data["facts"] for e, _ in fact["ends"]}
    assert any(label not in inside for label in joined)
    assert all("x" in e for e in data["entities"] if "g" not in e)


def test_view_groups_are_the_same_in_every_process():
    code = (
        "import hashlib, test_view as t;"
        "print(hashlib.sha256(t.render(*t.large()[:2], t.VOCABULARY, {}, title='').encode()).hexdigest())"
    )
    other = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "1", "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
        encoding="ascii",
    ).stdout.strip()
    here = render(*large()[:2], VOCABULARY, {}, title="")
    assert hashlib.sha256(here.encode()).hexdigest() == other


def test_view_layout_leaves_no_two_boxes_over_each_other():
    dice = random.Random(3)
    graph: nx.Graph = nx.Graph()
    graph.add_nodes_from(f"n{i:03}" for i in range(120))
    graph.add_edges_from(
        (f"n{int(100 * dice.random() ** 2):03}", f"n{dice.randrange(100):03}") for _ in range(160)
    )
    boxes = {name: Box(40 + 150 * dice.random(), 15, 40) for name in graph}
    places = lay_out(graph, boxes, {})
    names = sorted(graph)
    for i, a in enumerate(names):
        for b in names[i + 1 :]:
            (ax, ay), (bx, by) = places[a], places[b]
            apart = abs(ax - bx) >= (boxes[a].width + boxes[b].width) / 2 - 1 or abs(ay - by) >= 54
            assert apart, (a, b)


def test_view_layout_may_trust_numpy_to_add_rows_in_order():
    # The layout's promise of equal bytes rests on this: sums over axis 0 are taken row by row.
    values = np.random.default_rng(5).random((400, 400)) ** 9
    assert (values.sum(axis=0) == functools.reduce(np.add, values)).all()


def test_view_no_two_classes_look_the_same():
    looks = class_looks(VOCABULARY, {"Unheard"})
    assert len(set(looks.values())) == len(looks) == len(VOCABULARY.classes) + 1
    assert looks["Hospital"].shape == looks["School"].shape != looks["Person"].shape


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("石桥县人民政府", ["石桥县人民政府"]),
        ("石桥县人民政府扶贫开发领导小组办公室", ["石桥县人民政府扶贫开发", "领导小组办公室"]),
        (
            "Shiqiao County Hospital of Chinese Medicine",
            ["Shiqiao County", "Hospital of Chinese", "Medicine"],
        ),
        ("长" * 40, ["长" * 11, "长" * 11, "长" * 10 + "…"]),
    ],
    ids=["short", "two lines", "words", "cut"],
)
def test_view_labels_are_broken_into_lines(text: str, lines: list[str]):
    assert wrap_label(text).split("\n") == lines


def test_view_namesakes_say_on_their_nodes_whose_they_are() -> None:
    people = [
        Entity(f"{DEFAULT_BASE}Person/李青@{body}", "李青", "Person")
        for body in ("source/a.txt", "Organization/甲公司")
    ]
    model = build_model([], people, VOCABULARY)
    records = graph_records(model, VOCABULARY, {}, {})["entities"]
    assert [record["label"] for record in records] == ["李青", "李青"]
    assert [record["wrap"][0] for record in records] == ["李青 (甲公司)", "李青 (a.txt)"]
