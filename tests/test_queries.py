"""The catalogue on a marked page and on a made-up one, parameters, refusals and formats."""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from graph_samples import (
    COMPANY,
    COUNTY,
    GOVERNMENT,
    TOWNSHIP,
    add_derived,
    donation,
    extraction,
    fact,
    filled_store,
    pairing,
)
from pyoxigraph import Literal, NamedNode
from reader_samples import tell, told

from kg import terms
from kg.cli import cli
from kg.errors import QueryError
from kg.graph import quads
from kg.pipeline import Extractor
from kg.queries import Result, load_catalogue, parse_query, run, serialize
from kg.queries.scanning import check_update
from kg.store import MEMORY, Store, open_store
from kg.types import Document, Entity, Extraction, Fact, Modality, Period, Quantity, Text

ROOT = Path(__file__).parent.parent
CATALOGUE = load_catalogue(ROOT / "queries")
NEEDED = {
    "entity": {"entity": "青禾县"},
    "neighbourhood": {"entity": "青禾县"},
    "path": {"from": "青禾县人民政府", "to": "白塔乡"},
}
TOLD_NEEDED = {
    "entity": {"entity": "商州区"},
    "neighbourhood": {"entity": "商州区"},
    "path": {"from": "栖霞区人民政府", "to": "商州区人民政府"},
}


def with_vocabulary(store: Store) -> Store:
    add_derived(store)
    return store


# A page of the kind of the seed's, with the facts that are marked.
TOLD = (
    "Donation 栖霞区——商州区联席会议于<time 2020年6月14日>召开，<donor 栖霞区人民政府>向<recipient 商州区人民政府>捐赠财政援助资金<amount 300万元>。",
    "Donation <donor 爱心企业>累计捐款<amount 475.87万元>，",
    "Benefit 惠及<group 贫困人口及学生><people 1.2万人>。",
    "Pairing <party 商州区人民医院>与<party 江苏徐州医院>建立<kind 结对>帮扶关系。",
    "Issuance <issuer* 商州区>制定<document 《商州区苏陕协作年度目标计划》>、",
    "Issuance <document 《商州区苏陕协作资金管理办法》>。",
    "Visit 开展互访交流<count 173次><people 1513人次>。",
    "Investment 其中重点项目<projects 82个>，总投资<amount 21.78亿元>，",
    "Introduction 引进<place 南京>企业<object 笃诚医药>。",
    "Sale 累计销往<buyer 江苏>的<product 秦岭特色农产品><amount 1264.95万元>。",
    "Dispatch <sender 栖霞>选派<people 92名><group 专业技术人才>来<receiver 商州>定点支援，",
    "Dispatch 组织<people 163名>人才赴<receiver 栖霞区>交流。",
    "Training <group 党政干部>培训<sessions 14场><people 296人次>、",
    "Training <group 专业技术人才>培训<sessions 5场><people 247人次>。",
    "Employment 引导<group 贫困人口><people 344人>到<place 江苏>就业，",
    "Employment 吸纳<group 贫困人口>就业<people 395人>。\n",
)


@pytest.fixture(scope="module")
def pages() -> Iterator[tuple[Store, Store]]:
    """The graph of the marked page, from one source and from two of its text."""
    page = tell(*TOLD)
    with open_store(MEMORY) as one, open_store(MEMORY) as two:
        for source, stores in (("page.txt", (one, two)), ("copy.txt", (two,))):
            fill(told().extract(Document(source, page)), *stores)
        yield with_vocabulary(one), with_vocabulary(two)


def fill(extraction: Extraction, *stores: Store) -> None:
    made = list(quads(extraction, told().ontology.vocabulary, told().ontology.base))
    for store in stores:
        store.replace(made[0].graph_name.value, made)


@pytest.fixture
def page(pages: tuple[Store, Store]) -> Store:
    """The graph of the marked page."""
    return pages[0]


@pytest.fixture
def store() -> Store:
    """The made-up page: a donation, a planned pairing, a denied donation."""
    return with_vocabulary(filled_store())


def ask(store: Store, name: str, params: Mapping[str, str] | None = None) -> list[dict[str, str]]:
    """The rows of a query of the catalogue as the table shows them, by column; empty cells left out."""
    result = run(store, CATALOGUE[name], {**NEEDED.get(name, {}), **(params or {})})
    return read(result)


def read(result: Result, lang: str = "zh") -> list[dict[str, str]]:
    rows = []
    for row in result.rows:
        cells = {}
        for name, term in zip(result.variables, row, strict=True):
            if term is not None:
                names = result.labels.get(getattr(term, "value", ""), {}) if name != "iri" else {}
                cells[name] = names.get(lang) or next(iter(names.values()), str(getattr(term, "value", term)))
        rows.append(cells)
    return rows


def column(rows: list[dict[str, str]], *names: str) -> set[tuple[str, ...]]:
    return {tuple(row.get(name, "") for name in names) for row in rows}


# The page of seeds/, read by the weights that ship: the two facts that the project was set to find.


@pytest.fixture(scope="module")
def seed() -> Iterator[Store]:
    text = next((ROOT / "seeds").glob("*.txt")).read_text(encoding="utf-8")
    with open_store(MEMORY) as store:
        fill(Extractor(told().ontology).extract(Document("seed.txt", text)), store)
        yield with_vocabulary(store)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_queries_mission_the_seed_gives_three_million_yuan_and_the_pair_of_hospitals(
    lang: str, seed: Store
) -> None:
    gift, pair = readme_queries()[0 if lang == "zh" else 1 : 4 : 2]
    assert {"yuan": "3000000"} in read(run(seed, gift))
    assert run(seed, pair).boolean is True


# The marked page.


def readme_queries() -> list[str]:
    readme = (ROOT / "queries" / "README.md").read_text(encoding="utf-8")
    return re.findall(r"```sparql\n(.*?)```", readme, re.DOTALL)


def test_queries_donations_say_who_gave_what_to_whom(page: Store) -> None:
    rows = ask(page, "donations", {"donor": "栖霞区人民政府"})
    assert column(rows, "giver", "receiver", "amount", "unit", "bound", "time") == {
        ("栖霞区人民政府", "商州区人民政府", "3000000", "CNY", "exact", "2020-06-14")
    }


def test_queries_entity_is_found_by_its_english_name(page: Store) -> None:
    chinese = run(page, CATALOGUE["donations"], {"recipient": "商州区人民政府"})
    english = run(page, CATALOGUE["donations"], {"recipient": "Shangzhou District People's Government"})
    assert chinese.rows == english.rows != ()


def test_queries_sums_are_those_of_the_page(page: Store) -> None:
    by_donor = column(ask(page, "sums-by-donor"), "givers", "sum", "unit", "bounds", "donations")
    assert by_donor == {
        ("栖霞区人民政府", "3000000", "CNY", "exact", "1"),
        ("爱心企业", "4758700", "CNY", "exact", "1"),
    }
    by_year = column(ask(page, "sums-by-year"), "year", "sum", "unit")
    assert by_year == {("2020", "3000000", "CNY"), ("", "4758700", "CNY")}


def test_queries_hospitals_are_a_pair(page: Store) -> None:
    rows = ask(page, "pairs", {"party": "商州区人民医院"})
    assert {frozenset(pair) for pair in column(rows, "one", "other")} == {
        frozenset(("商州区人民医院", "江苏徐州医院"))
    }


@pytest.mark.parametrize(
    ("name", "columns", "rows"),
    [
        ("trainings", ["sessions", "people", "unit"], {("14", "296", "person-time"), ("5", "247", "person-time")}),
        ("sales", ["product", "to", "amount", "unit"], {("秦岭特色农产品", "江苏", "12649500", "CNY")}),
        ("people-sent", ["from", "to", "people"], {("栖霞区", "商州区", "92"), ("", "栖霞区", "163")}),
        ("benefits", ["people"], {("12000",)}),
        ("jobs", ["people"], {("344",), ("395",)}),
        ("investments", ["class", "what", "amount", "number"], {("投资", "", "2178000000", "82"), ("引进", "笃诚医药", "", "")}),
        ("documents-issued", ["document"], {("商州区苏陕协作年度目标计划",), ("商州区苏陕协作资金管理办法",)}),
    ],
)  # fmt: skip
def test_queries_people_goods_and_money_have_their_figures(
    name: str, columns: list[str], rows: set[tuple[str, ...]], page: Store
) -> None:
    assert column(ask(page, name), *columns) == rows


def test_queries_evidence_stands_at_its_offsets(page: Store) -> None:
    rows, text = ask(page, "evidence"), tell(*TOLD)
    assert len(rows) == len(TOLD)
    assert all(text[int(row["start"]) : int(row["end"])] == row["quote"] for row in rows)
    (gift,) = ask(page, "evidence", {"entity": "栖霞区人民政府"})
    assert "捐赠" in gift["quote"] and gift["source"] == "page.txt"


def test_queries_entity_shows_names_class_place_and_facts(page: Store) -> None:
    rows = column(ask(page, "entity", {"entity": "Shangzhou District"}), "property", "value")
    assert {(f"{terms.SKOS}altLabel", "商州"), (terms.TYPE, "行政区划")} <= rows
    assert (f"{terms.KG}code", "611002") in rows
    assert any(role == "接收方" and "92名" in value for role, value in rows)


def test_queries_timeline_places_and_connections_answer(page: Store) -> None:
    meeting = column(ask(page, "timeline", {"first": "2020-06-14", "last": "2020-06-14"}), "time", "class")
    assert meeting == {("2020-06-14", "捐赠")}
    assert {("南京", "栖霞区"), ("江苏", "南京"), ("商州区", "商州区人民医院")} <= column(
        ask(page, "places"), "place", "thing"
    )
    assert {row["entity"] for row in ask(page, "most-connected")[:2]} == {"栖霞区", "商州区"}
    assert ("访问",) in column(ask(page, "undated"), "class")
    (source,) = ask(page, "sources")
    assert (source["title"], source["characters"]) == ("page.txt", str(len(tell(*TOLD))))
    assert source["facts"] == str(len(TOLD))


def test_queries_path_is_the_shortest(page: Store) -> None:
    (row,) = ask(page, "path", {"from": "栖霞区人民政府", "to": "商州区人民政府"})
    assert "300万元" in row["fact1"] and "via1" not in row


def test_queries_plans_and_positions_say_that_the_seed_has_none() -> None:
    for name in ("positions", "plans"):
        assert "seed page" in CATALOGUE[name].about


def test_queries_readme_examples_find_the_donation_and_the_pair(page: Store) -> None:
    readme = (ROOT / "queries" / "README.md").read_text(encoding="utf-8")
    zh_gift, en_gift, zh_pair, en_pair, sold = readme_queries()
    for text in (zh_gift, en_gift):
        assert read(run(page, text)) == [{"yuan": "3000000"}]
    assert run(page, zh_pair).boolean is run(page, en_pair).boolean is True
    query = parse_query(sold, "sold")
    assert query.title == "Who sold what" and [param.name for param in query.params] == ["seller"]
    assert read(run(page, query)) == [{"product": "秦岭特色农产品"}]
    assert all(len(text.strip().splitlines()) == 2 for text in (zh_gift, en_gift, zh_pair, en_pair))
    assert set(re.findall(r"^\| `([a-z-]+)`", readme, re.MULTILINE)) == set(CATALOGUE)


# The catalogue as such.


def refusal_of(source: str) -> Fact:
    return fact(
        "Donation",
        {"donor": [COMPANY]},
        "蓝天公司没有捐款",
        modality=Modality.NEGATED,
        trigger="捐款",
        source=source,
    )


def sample_page(source: str) -> Extraction:
    """The made-up page as this source."""
    return extraction(donation(source=source), pairing(source=source), refusal_of(source), source=source)


def office_page(source: str) -> Extraction:
    """A page with an office and a figure."""
    text = "2020年李青任青禾县副县长，白塔乡油菜面积300亩，下降2%。"
    person = Entity("https://w3id.org/tupu-kg/id/李青", "李青", "Person")
    office = fact(
        "Position",
        {"person": [person], "position": [Text("副县长")], "organization": [COUNTY]},
        "李青任青禾县副县长",
        text=text,
        source=source,
    )
    figure = fact(
        "Observation",
        {
            "subject": [TOWNSHIP],
            "indicator": [Text("油菜面积")],
            "value": [Quantity(Decimal(300), "mu", "exact", "300亩")],
            "change": [Quantity(Decimal(-2), "%", "exact", "下降2%")],
        },
        "白塔乡油菜面积300亩，下降2%",
        text=text,
        source=source,
    )
    return extraction(office, figure, source=source, text=text)


def differing_page(source: str) -> Extraction:
    """A page that gives two figures of one area in one year."""
    text = "2020年白塔乡油菜面积300亩。据统计，2020年白塔乡油菜面积为360亩。"
    figures = [
        fact(
            "Observation",
            {
                "subject": [TOWNSHIP],
                "indicator": [Text("油菜面积")],
                "value": [Quantity(Decimal(said), "mu", "exact", f"{said}亩")],
                "time": [Period("2020", "2020年")],
            },
            quote,
            text=text,
            source=source,
        )
        for said, quote in (("300", "2020年白塔乡油菜面积300亩"), ("360", "2020年白塔乡油菜面积为360亩"))
    ]
    return extraction(*figures, source=source, text=text)


# The pages for what is empty on the marked page.
SAMPLES = {
    "conflicts": differing_page,
    "plans": sample_page,
    "positions": office_page,
    "statistics": office_page,
}


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_queries_answer_is_the_same_when_two_sources_say_the_same(
    name: str, pages: tuple[Store, Store]
) -> None:
    # Oxigraph's union of graphs shows a triple of two graphs twice: sums and counts must not.
    stores, needed = pages, TOLD_NEEDED.get(name, {})
    if name in SAMPLES:
        one_page, other_page = (SAMPLES[name](source) for source in ("page.txt", "copy.txt"))
        stores = with_vocabulary(filled_store(one_page)), with_vocabulary(filled_store(one_page, other_page))
    one, two = (run(each, CATALOGUE[name], needed) for each in stores)
    if name in ("coverage", "sources", "evidence"):
        assert len(two) == 2 * len(one) > 0
    elif name == "neighbourhood":
        assert set(two.triples) == set(one.triples) and len(one) > 0
    else:
        assert two.rows == one.rows and len(one) > 0


def test_queries_catalogue_counts_only_what_happened(store: Store) -> None:
    assert column(ask(store, "donations"), "giver", "amount", "bound") == {
        ("青禾县人民政府", "2505000", "about")
    }
    assert ask(store, "pairs") == []
    assert column(ask(store, "plans"), "modality", "class") == {("planned", "结对"), ("negated", "捐赠")}
    assert column(ask(store, "undated", {"type": "捐赠"}), "modality") == {("negated",)}


def test_queries_joint_donation_is_summed_once() -> None:
    text = "青禾县人民政府、蓝天公司共同捐赠90万元。2020年蓝天公司捐赠超10万元。"
    joint = fact(
        "Donation",
        {"donor": [GOVERNMENT, COMPANY], "amount": [Quantity(Decimal(900000), "CNY", "exact", "90万元")]},
        "青禾县人民政府、蓝天公司共同捐赠90万元",
        text=text,
    )
    alone = fact(
        "Donation",
        {
            "donor": [COMPANY],
            "amount": [Quantity(Decimal(100000), "CNY", "min", "超10万元")],
            "time": [Period("2020", "2020年")],
        },
        "2020年蓝天公司捐赠超10万元",
        text=text,
    )
    store = with_vocabulary(filled_store(extraction(joint, alone, text=text)))
    rows = ask(store, "sums-by-donor", {"donor": "蓝天公司"})
    assert column(rows, "givers", "sum", "bounds") == {
        ("蓝天公司, 青禾县人民政府", "900000", "exact"),
        ("蓝天公司", "100000", "min"),
    }
    assert column(ask(store, "sums-by-donor", {"lang": "en"}), "givers") >= {
        ("Qinghe County People's Government, 蓝天公司",)
    }
    assert column(ask(store, "sums-by-year"), "year", "sum") == {("", "900000"), ("2020", "100000")}


def test_queries_positions_and_statistics_give_roles_and_values() -> None:
    store = with_vocabulary(filled_store(office_page("page.txt")))
    (held,) = ask(store, "positions", {"organization": "青禾"})
    assert (held["holder"], held["office"], held["at"]) == ("李青", "副县长", "青禾县")
    assert not held.get("until")
    (counted,) = ask(store, "statistics", {"words": "面积"})
    assert (counted["of"], counted["value"], counted["unit"], counted["change"]) == (
        "白塔乡",
        "300",
        "mu",
        "-2",
    )
    assert ask(store, "statistics", {"words": "产量"}) == []


def test_queries_conflicts_gives_both_figures_and_both_sentences() -> None:
    (row,) = ask(with_vocabulary(filled_store(differing_page("page.txt"))), "conflicts")
    assert (row["of"], row["what"], row["time"], row["least"], row["most"]) == (
        *("白塔乡", "油菜面积", "2020"),
        *("300", "360"),
    )
    assert row["sentences"] == "2020年白塔乡油菜面积300亩 | 2020年白塔乡油菜面积为360亩"


def test_queries_path_goes_through_three_facts_and_no_plan() -> None:
    text = "甲与乙结对。乙与丙结对。丙与丁结对。甲拟与丁结对。"
    a, b, c, d = (Entity(f"https://w3id.org/tupu-kg/id/{name}", name, "Company") for name in "甲乙丙丁")
    facts = [fact("Pairing", {"party": pair}, quote, text=text) for pair, quote in
             (((a, b), "甲与乙结对"), ((b, c), "乙与丙结对"), ((c, d), "丙与丁结对"))]  # fmt: skip
    facts.append(fact("Pairing", {"party": (a, d)}, "甲拟与丁结对", modality=Modality.PLANNED, text=text))
    store = with_vocabulary(filled_store(extraction(*facts, text=text)))
    (row,) = ask(store, "path", {"from": "甲", "to": "丁"})
    assert (row["via1"], row["via2"]) == ("乙", "丙")
    assert [row[f"fact{i}"].split()[0] for i in (1, 2, 3)] == ["甲", "乙", "丙"]
    (row,) = ask(store, "path", {"from": "甲", "to": "丙"})
    assert row["via1"] == "乙" and "fact3" not in row
    assert ask(store, "path", {"from": "甲", "to": "甲"}) == []


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("# param-zh: y  文", "no parameter y is declared above"),
        ("# param: x text any", "unknown type 'text'"),
        ("# param: x integer many", "the default 'many' is no integer"),
        ("# param: x integer", "write '# param: name type default description'"),
        ("# param: y string any", r"no variable \?y"),
        ("# param: x string any\n# param: x string any", "declared twice"),
        ("# title: again", "a second line"),
        ('# param: x string "open', "not closed"),
    ],
)
def test_queries_wrong_header_names_file_and_line(lines: str, message: str, here: Path) -> None:
    header = "# title: t\n# title-zh: t\n# about: a\n"
    (here / "a.rq").write_text(f"{header}{lines}\nSELECT ?x {{ ?x ?p ?o }}", encoding="utf-8")
    line = 3 + len(lines.splitlines())
    with pytest.raises(QueryError, match=rf"^a\.rq:{line}: .*{message}"):
        load_catalogue(here)


def test_queries_catalogue_is_described_in_both_languages() -> None:
    for query in CATALOGUE.values():
        assert query.about and query.about_zh, query.where
        assert all(param.about and param.about_zh for param in query.params), query.where


def test_queries_header_without_a_title_is_refused(here: Path) -> None:
    (here / "a.rq").write_text("# title: t\n# about: a\nASK {}", encoding="utf-8")
    with pytest.raises(QueryError, match=r"^a\.rq:1: the header lacks a line '# title-zh: …'"):
        load_catalogue(here)


# Parameters.

HOSTILE = {
    "quotes": "\"'\"\"\"''' . } #",
    "backslash": '\\" } UNION { ?s ?p ?o',
    "lines": "a\nb\r\nc\td\x0c",
    "union": "x } UNION { ?s ?p ?o } #",
    "escape": "\\u0022 } { \x1b[31m \x00",
    "iri": "<http://a> } VALUES ?x { 1",
    "wide": "「商」𠀀\u202e",
}


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE.keys())
def test_queries_parameter_arrives_as_the_term_it_is(value: str, store: Store) -> None:
    text = "# param: v string required\nSELECT ?v {}"
    assert run(store, text, {"v": value}).rows == ((Literal(value),),)
    block = "# param: v string any\nSELECT ?v { { SELECT ?v { VALUES ?v { UNDEF } } } UNION { VALUES ?v { UNDEF } } }"
    assert run(store, block, {"v": value}).rows == ((Literal(value),),) * 2
    for type_ in ("entity", "integer", "date", "facttype", "iri", "year"):
        with pytest.raises(QueryError, match=r"^parameter v: "):
            run(store, f"# param: v {type_} required\nSELECT ?v {{}}", {"v": value})


def test_queries_parameter_beside_a_values_clause_of_the_users_own_has_no_place(store: Store) -> None:
    with pytest.raises(QueryError, match=r"ends in VALUES; put VALUES \?v \{ UNDEF \} where the parameter"):
        run(store, "CONSTRUCT WHERE { ?v rdfs:label ?l } VALUES ?l { '青禾县'@zh }", {"v": "青禾县"})


def test_queries_entity_of_a_hostile_name_is_found() -> None:
    odd = Entity("https://w3id.org/tupu-kg/id/odd", HOSTILE["backslash"], "Company")
    facts = [fact("Donation", {"donor": [odd]}, odd.label, text=odd.label)]
    store = with_vocabulary(filled_store(extraction(*facts, text=odd.label)))
    (row,) = run(store, CATALOGUE["donations"], {"donor": odd.label}).rows
    assert row[0] == NamedNode(odd.iri)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT ?n { ?n rdfs:label ?l FILTER(?n = ?v) }", 2),
        ("SELECT (COUNT(?l) AS ?n) { ?v rdfs:label ?l }", "2"),
        ("SELECT ?n { { SELECT ?n ?v { ?v rdfs:label ?n } } }", 2),
        ("ASK { ?v kg:donatesTo ?x }", True),
        ("CONSTRUCT { ?v rdfs:label ?l } WHERE { ?v rdfs:label ?l }", 2),
        ("CONSTRUCT WHERE { ?v rdfs:label ?l }", 2),
        ("DESCRIBE ?v", 8),
        ("SELECT ?n { ?v rdfs:label ?n } # the end", 2),
    ],
    ids=["filter", "sum", "subquery", "ask", "construct", "construct where", "describe", "comment"],
)
def test_queries_undeclared_parameter_binds_in_every_form(text: str, expected: object, store: Store) -> None:
    result = run(store, text, {"v": "青禾县人民政府"})
    found = {"boolean": result.boolean, "graph": len(result.triples)}.get(result.kind, len(result.rows))
    if isinstance(expected, str):
        found = getattr(result.rows[0][0], "value", None)
    assert found == expected


@pytest.mark.parametrize(
    "name", ["青禾县", "青禾", "Qinghe County", COUNTY.iri, f"<{COUNTY.iri}>", "division/990101"]
)
def test_queries_entity_is_given_by_any_of_its_names(name: str, store: Store) -> None:
    rows = ask(store, "places", {"place": name})
    assert column(rows, "place", "code", "thing") == {("青禾县", "990101", "白塔乡")}


def test_queries_name_of_several_entities_binds_them_all() -> None:
    twins = [Entity(f"https://w3id.org/tupu-kg/id/{i}", "同名公司", "Company") for i in (1, 2)]
    facts = [fact("Donation", {"donor": [twin]}, "同名公司捐款", text="同名公司捐款") for twin in twins]
    store = with_vocabulary(filled_store(extraction(*facts, text="同名公司捐款")))
    assert len(run(store, CATALOGUE["donations"], {"donor": "同名公司"})) == 2


@pytest.mark.parametrize(
    ("name", "params", "message"),
    [
        ("donations", {"dnor": "x"}, "no parameter 'dnor'; did you mean donor\\?; it takes .donor=entity."),
        ("sources", {"x": "y"}, "it takes none"),
        (
            "donations",
            {"donor": "青禾县人民正府"},
            "no entity is named '青禾县人民正府'; did you mean 青禾县人民政府",
        ),
        ("donations", {"donor": "https://example.org/none"}, "no entity is named"),
        ("donations", {"donor": "\udcff"}, "not UTF-8"),
        ("entity", {}, "entity needs entity=entity: A name"),
        ("timeline", {"first": "2020-02-30"}, "'2020-02-30' is no date; write it like 2020-06-14"),
        ("most-connected", {"least": "1e3"}, "'1e3' is no integer"),
        ("sums-by-year", {"type": "Donatoin"}, "has no 'Donatoin' here; did you mean Donation"),
        ("evidence", {"fact": "nowhere"}, "'nowhere' is no IRI"),
    ],
)
def test_queries_wrong_parameter_is_said_in_one_line(
    name: str, params: dict[str, str], message: str, store: Store
) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        run(store, CATALOGUE[name], params)
    assert "\n" not in str(caught.value)


def test_queries_fact_type_is_given_by_its_name_or_label(store: Store) -> None:
    given = [ask(store, "facts", {"type": name}) for name in ("Donation", "donation", "捐赠", "kg:Donation")]
    assert given[0] and all(rows == given[0] for rows in given)


# What may be asked.

REFUSED = {
    "service": ("SELECT * { SERVICE <http://x.test/> { ?s ?p ?o } }", "line 1, column 12: SERVICE"),
    "number before": ("SELECT * { ?s ?p 1SERVICE <http://x.test/> { ?a ?b ?c } }", "SERVICE"),
    "word before": ("PREFIX : <http://x.test/> SELECT * { ?s ?p trueSERVICE:a { ?a ?b ?c } }", "SERVICE"),
    "lower case": ("SELECT * {\n service silent ?x { ?a ?b ?c } }", "line 2, column 2: SERVICE"),
    "less than": (
        "SELECT * { ?s ?p ?o FILTER(?o<'b>c') SERVICE <http://x.test/> {} FILTER('a'='a') }",
        "SERVICE",
    ),
    "less than comment": ("SELECT * { FILTER(?o<?b#c>'''\n) SERVICE <http://x.test/> {} #'''\n}", "SERVICE"),
    "from": ("SELECT * FROM <http://x.test/> { ?s ?p ?o }", "line 1, column 10: FROM"),
    "load": ("LOAD <http://x.test/>", "LOAD is an update"),
    "insert": ("PREFIX a: <http://a/>\nINSERT DATA { a:b a:c 1 }", "line 2, column 1: INSERT is an update"),
    "delete": ("DELETE WHERE { ?s ?p ?o }", "DELETE is an update"),
    "braces": ("SELECT * " + "{" * 4000 + "}" * 4000, "nests deeper"),
    "signs": ("SELECT * { FILTER(" + "!" * 5000 + "true) }", "nests deeper"),
    "length": ("SELECT * { ?s ?p '" + "x" * 10_000 + "' }", "has 10,021 characters; at most 10,000 are"),
    "chain": ("SELECT * { {}" + " UNION {}" * 10_000 + " }", "has 90,015 characters; at most 10,000 are"),
    "surrogate": ("SELECT * { ?s ?p '\udcff' }", "the query is not UTF-8"),
    "nothing": ("  # only words\n", "the query is empty"),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_queries_refuse_what_writes_loads_or_asks_elsewhere(text: str, message: str, store: Store) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        run(store, text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service { ?service rdfs:label 'SERVICE <http://x.test/> { }' }",
        "# SERVICE <http://x.test/> { }\nSELECT * { ?s kg:service ?o }",
        "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> SELECT * { ?s sd:Service ?o }",
        "SELECT * { ?s <http://x.test/service> '''FROM\nLOAD''' }",
        "SELECT * { GRAPH <http://x.test/from> { ?s ?p ?o } }",
    ],
)
def test_queries_scan_leaves_strings_iris_and_comments_alone(text: str, store: Store) -> None:
    assert run(store, text).rows == ()


def test_queries_syntax_error_tells_line_and_column_of_the_users_text(store: Store) -> None:
    with pytest.raises(
        QueryError, match=r"^line 2, column \d+: not SPARQL (at|after) '(\?s \?p )?\}': expected "
    ) as caught:
        run(store, "SELECT * { ?v ?p ?o .\n ?s ?p }", {"v": "青禾县"})
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 160


# Answers as text.


def test_queries_rows_without_an_order_are_sorted(store: Store) -> None:
    text = "SELECT ?x { VALUES ?x { 'b' 10 'a' 9 <http://x.test/> UNDEF } }"
    assert [getattr(x, "value", None) for (x,) in run(store, text).rows] == [
        None,
        "http://x.test/",
        "9",
        "10",
        "a",
        "b",
    ]
    ordered = run(store, text + " ORDER BY DESC(STR(?x))").rows
    assert [getattr(x, "value", None) for (x,) in ordered][:2] == ["http://x.test/", "b"]


def test_queries_table_shows_names_in_the_language_asked(store: Store) -> None:
    result = run(store, "SELECT ?giver (?giver AS ?iri) ?n { ?g kg:donor ?giver ; kg:amount/kg:value ?n }")
    assert serialize(result) == (
        "giver           iri                     n\n"
        "--------------  --------------  ---------\n"
        "青禾县人民政府  青禾县人民政府  2,505,000\n"
    )
    assert "Qinghe County People's Government" in serialize(result, lang="en")
    assert "kg:Donation" not in serialize(run(store, "SELECT DISTINCT ?c { ?f a ?c ; kg:evidence ?e }"))
    assert serialize(run(store, "SELECT ?p { VALUES ?p { prov:value <http://x.test/a> } }")) == (
        "p\n-----------------\nprov:value\n<http://x.test/a>\n"
    )


def test_queries_table_cannot_steer_the_terminal() -> None:
    name = "红\x1b[31m\x07色\u202e\n公司\x9b2J"
    odd = Entity("https://w3id.org/tupu-kg/id/odd", name, "Company")
    store = filled_store(extraction(fact("Donation", {"donor": [odd]}, name, text=name), text=name))
    table = serialize(run(store, "SELECT ?x { ?f kg:donor ?x }"))
    assert table.splitlines()[2] == r"红\x1b[31m\x07色\u202e 公司\x9b2J"


def test_queries_answer_is_written_in_the_formats_of_the_w3c(store: Store) -> None:
    result = run(store, "SELECT ?n ?m { ?f kg:amount/kg:value ?n OPTIONAL { ?f kg:none ?m } }")
    assert serialize(result, "csv") == "n,m\r\n2505000,\r\n"
    assert serialize(result, "tsv").splitlines()[0] == "?n\t?m"
    assert json.loads(serialize(result, "json"))["results"]["bindings"] == [
        {"n": {"type": "literal", "value": "2505000", "datatype": f"{terms.XSD}decimal"}}
    ]
    root = ElementTree.fromstring(serialize(result, "xml"))
    assert [literal.text for literal in root.iter("{http://www.w3.org/2005/sparql-results#}literal")] == [
        "2505000"
    ]
    assert serialize(run(store, "ASK { ?s ?p ?o }"), "table") == "true\n"
    assert json.loads(serialize(run(store, "ASK { ?s kg:none ?o }"), "json"))["boolean"] is False


def test_queries_graph_is_written_as_turtle_and_nothing_flat(store: Store) -> None:
    graph = run(store, "CONSTRUCT { ?s kg:donatesTo ?o } WHERE { ?s kg:donatesTo ?o }")
    assert f"<{GOVERNMENT.iri}> kg:donatesTo <{TOWNSHIP.iri}>" in serialize(graph)
    assert "捐赠给" in serialize(graph, "table")
    with pytest.raises(QueryError, match="cannot be written as csv; it can as table or turtle"):
        serialize(graph, "csv")
    with pytest.raises(QueryError, match="cannot be written as turtle"):
        serialize(run(store, "ASK {}"), "turtle")


def test_queries_command_answers_from_a_built_store(store: Store, here: Path) -> None:
    store.backup(here / "store")
    asked = ["query", "--store", "store"]
    runner = CliRunner()
    table = runner.invoke(cli, [*asked, "donations", "-p", "donor=青禾县政府", "--lang", "en"])
    assert table.exit_code == 0 and "Qinghe County People's Government" in table.stdout
    sums = runner.invoke(cli, [*asked, "sums-by-donor", "--lang", "en", "--format", "csv"])
    assert (
        sums.stdout_bytes.decode()
        == "givers,sum,unit,bounds,donations\r\nQinghe County People's Government,2505000,CNY,about,1\r\n"
    )
    assert "timeline" in runner.invoke(cli, [*asked, "--list"]).stdout


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <a:b> <a:c> 1 }",
        "INSERT DATA { GRAPH <a:g> { <a:b> <a:c> 1 } . <a:b> <a:c> 2 }",
        "WITH <a:g> DELETE { ?s ?p 1 } WHERE { ?s ?p 1 } ; DELETE WHERE { ?s ?p 2 }",
        "INSERT { ?s ?p 1 } WHERE { GRAPH <a:g> { ?s ?p 2 } }",
        "CLEAR SILENT DEFAULT",
        "MOVE <a:g> TO DEFAULT",
    ],
)
def test_queries_update_of_the_union_is_refused_with_the_way_to_name_a_graph(text: str) -> None:
    with pytest.raises(QueryError, match=r"^line 1, column \d+: the default graph is the union.*GRAPH <iri>"):
        check_update(text)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { GRAPH <a:g> { <a:b> <a:c> 1 . <a:b> <a:c> 2 } . GRAPH <a:h> { } }",
        "WITH <a:g> DELETE { ?s ?p 1 } INSERT { ?s ?p 2 } WHERE { ?s ?p 1 }",
        "DELETE WHERE { GRAPH ?g { ?s ?p 2 } } ; COPY DEFAULT TO <a:g>",
        "DELETE { GRAPH ?g { ?s ?p 2 } } WHERE { ?s ?p 1 . GRAPH ?g { ?s ?p 2 } }",
    ],
)
def test_queries_update_of_graphs_is_taken(text: str) -> None:
    assert check_update(text)
