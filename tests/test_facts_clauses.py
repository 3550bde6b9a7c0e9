"""What clauses do: who does what to whom, in which order and voice, and what is only meant or denied."""

from __future__ import annotations

import pytest
from facts_samples import Said, asserted, facts_of, negated, planned, read, sorted_facts


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("2021年，温岭市向茂县捐赠资金120万元，选派教师15名。", [asserted("Donation", donor="温岭市", recipient="茂县", amount="1200000 CNY", time="2021"), asserted("Dispatch", sender="温岭市", group="教师", people="15 person", time="2021")], id="comma"),
        pytest.param("慈溪市人民医院派出专家6名，培训医护人员80人次。", [asserted("Dispatch", sender="慈溪市人民医院", group="专家", people="6 person"), asserted("Training", organizer="慈溪市人民医院", group="医护人员", people="80 person-time")], id="two-verbs"),
        pytest.param("去冬以来，莱州市引进企业12家，举办招聘会9场。", [asserted("Introduction", agent="莱州市", object="企业", count="12 item"), asserted("Activity", organizer="莱州市", kind="招聘会", count="9 time")], id="after-setting"),
        pytest.param("龙港市捐款30万元，泰顺县选派医生8名。", [asserted("Donation", donor="龙港市", amount="300000 CNY"), asserted("Dispatch", sender="泰顺县", group="医生", people="8 person")], id="own-subject-wins"),
        pytest.param("嵊州市引进企业12家，选派医生6名，举办招聘会9场。", [asserted("Introduction", agent="嵊州市", object="企业", count="12 item"), asserted("Dispatch", sender="嵊州市", group="医生", people="6 person"), asserted("Activity", organizer="嵊州市", kind="招聘会", count="9 time")], id="three"),
        pytest.param("嵊州市、新昌县引进企业12家，举办招聘会9场。", [asserted("Introduction", agent=["嵊州市", "新昌县"], object="企业", count="12 item"), asserted("Activity", organizer=["嵊州市", "新昌县"], kind="招聘会", count="9 time")], id="list"),
    ],
)  # fmt: skip
def test_facts_clauses_subject_is_carried_within_a_sentence(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("莱州市向木里县捐赠图书3000册。举办招聘会6场。", [asserted("Donation", donor="莱州市", recipient="木里县", goods="3000 item"), asserted("Activity", kind="招聘会", count="6 time")], id="donor"),
        pytest.param("高密市引进企业12家。培训教师300人次。", [asserted("Introduction", agent="高密市", object="企业", count="12 item"), asserted("Training", group="教师", people="300 person-time")], id="agent"),
        pytest.param("高密市选派医生12名。\n出台《招商办法》。", [asserted("Dispatch", sender="高密市", group="医生", people="12 person"), asserted("Issuance", document="招商办法")], id="paragraph"),
    ],
)  # fmt: skip
def test_facts_clauses_subject_is_not_carried_into_the_next_sentence(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("这批物资由江阴市慈善总会捐赠。", [asserted("Donation", donor="江阴市慈善总会", goods="物资")], id="by"),
        pytest.param("安化县第一中学获赠图书5000册。", [asserted("Donation", recipient="安化县第一中学", goods="5000 item")], id="get"),
        pytest.param("2022年5月，李建平被任命为嘉禾县教育局局长。", [asserted("Position", person="李建平", position="局长", organization="嘉禾县教育局", time="2022-05")], id="appointed"),
        pytest.param("景宁县收到温岭市捐款60万元。", [asserted("Donation", donor="温岭市", recipient="景宁县", amount="600000 CNY")], id="receive"),
        pytest.param("景宁县收到来自温岭市的捐款60万元。", [asserted("Donation", donor="温岭市", recipient="景宁县", amount="600000 CNY")], id="receive-from"),
        pytest.param("《山区产业规划》由福建师范大学编制。", [asserted("Issuance", issuer="福建师范大学", document="山区产业规划")], id="written-by"),
        pytest.param("15名医生由鹿城区选派。", [asserted("Dispatch", sender="鹿城区", group="医生", people="15 person")], id="sent"),
        pytest.param("方志明当选为海宁市商会会长。", [asserted("Position", person="方志明", position="会长", organization="海宁市商会")], id="elected"),
        pytest.param("郑国平被免去丽水市水利局局长职务。", [negated("Position", person="郑国平", position="局长", organization="丽水市水利局")], id="removed"),
    ],
)  # fmt: skip
def test_facts_clauses_passive_gives_the_roles_of_the_active_voice(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("苍南县将80万元捐给了普安县。", [asserted("Donation", donor="苍南县", recipient="普安县", amount="800000 CNY")], id="sum"),
        pytest.param("恒达集团将价值30万元的药品捐赠给丹寨县人民医院。", [asserted("Donation", donor="恒达集团", recipient="丹寨县人民医院", goods="药品", amount="300000 CNY")], id="goods"),
        pytest.param("永康市把16名教师派到金秀县支教。", [asserted("Dispatch", sender="永康市", receiver="金秀县", group="教师", people="16 person")], id="people"),
        pytest.param("温州市财政局把500万元资金拨付给泰顺县。", [asserted("Funding", funder="温州市财政局", recipient="泰顺县", amount="5000000 CNY")], id="allot"),
        pytest.param("青田县合作社将20吨杨梅卖给盒马公司。", [asserted("Sale", seller="青田县合作社", buyer="盒马公司", product="杨梅", quantity="20 t")], id="sell"),
        pytest.param("恒丰公司把80万元善款捐给三江县。", [asserted("Donation", donor="恒丰公司", recipient="三江县", amount="800000 CNY")], id="hand"),
    ],
)  # fmt: skip
def test_facts_clauses_object_before_the_verb_stays_the_object(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("瑞安市与甘洛县签订劳务合作协议。", [asserted("Agreement", party=["瑞安市", "甘洛县"], document="劳务合作协议")], id="with"),
        pytest.param("乐清市对岑巩县投入帮扶资金900万元。", [asserted("Funding", funder="乐清市", recipient="岑巩县", amount="9000000 CNY")], id="towards"),
        pytest.param("临海市慈善总会为松潘县捐款45万元。", [asserted("Donation", donor="临海市慈善总会", recipient="松潘县", amount="450000 CNY")], id="for"),
        pytest.param("诸暨市给雷波县捐赠校车3辆。", [asserted("Donation", donor="诸暨市", recipient="雷波县", goods="3 item")], id="give"),
    ],
)  # fmt: skip
def test_facts_clauses_preposition_tells_the_role(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("教育方面，奉化区选派教师30名到布拖县支教。", [asserted("Dispatch", sender="奉化区", receiver="布拖县", group="教师", people="30 person")], id="field"),
        pytest.param("在医疗帮扶上，象山县人民医院向美姑县人民医院捐赠救护车2辆。", [asserted("Donation", donor="象山县人民医院", recipient="美姑县人民医院", goods="2 item")], id="on"),
        pytest.param("在岑巩县，乐清市建成蔬菜大棚20座。", [asserted("Establishment", agent="乐清市", object="蔬菜大棚", count="20 item", place="岑巩县")], id="place"),
        pytest.param("就业方面，嵊州市举办招聘会9场。", [asserted("Activity", organizer="嵊州市", kind="招聘会", count="9 time")], id="jobs"),
        pytest.param("在教育领域，嵊州市选派教师30名。", [asserted("Dispatch", sender="嵊州市", group="教师", people="30 person")], id="education"),
        pytest.param("人才交流方面，三江县培训教师300人次。", [asserted("Training", organizer="三江县", group="教师", people="300 person-time")], id="this-year"),
    ],
)  # fmt: skip
def test_facts_clauses_topic_before_the_subject_takes_no_role_from_it(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("象山县捐赠的200台电脑已运抵越西县。", [asserted("Donation", donor="象山县", goods="200 item")], id="goods"),
        pytest.param("省政府印发的《数字乡村规划》明确了目标。", [asserted("Issuance", issuer="省政府", document="数字乡村规划")], id="document"),
        pytest.param("恒丰公司捐赠的图书共3000册。", [asserted("Donation", donor="恒丰公司", goods="3000 item")], id="book"),
        pytest.param("鹿城区与阿克陶县签订的《合作协议》生效。", [asserted("Agreement", party=["阿克陶县", "鹿城区"], document="合作协议")], id="signed"),
        pytest.param("全年培训的教师达320人次。", [asserted("Training", group="教师", people="320 person-time")], id="trained"),
        pytest.param("瓯海区引进的企业达26家。", [asserted("Introduction", agent="瓯海区", object="企业", count="26 item")], id="introduced"),
        pytest.param("瓯海区援建的卫生室有12所。", [asserted("Establishment", agent="瓯海区", object="卫生室", count="12 item")], id="built"),
    ],
)  # fmt: skip
def test_facts_clauses_head_of_a_relative_clause_fills_what_the_clause_leaves_open(
    text: str, wanted: list[Said]
) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("2021年4月，捐赠仪式在剑河县民族中学举行。", [asserted("Activity", kind="捐赠仪式", place="剑河县民族中学", time="2021-04")], id="ceremony"),
        pytest.param("捐赠仪式隆重举行。", [], id="ceremony-bare"),
        pytest.param("2022年6月8日，项目签约仪式在宁国市举行。", [asserted("Activity", kind="项目签约仪式", place="宁国市", time="2022-06-08")], id="signing"),
        pytest.param("选派工作领导小组办公室设在县委组织部。", [], id="dispatch"),
        pytest.param("专场招聘会于2021年3月20日在瓯海区举行。", [asserted("Activity", kind="专场招聘会", place="瓯海区", time="2021-03-20")], id="fair"),
        pytest.param("捐赠协议约定了双方的权利。", [], id="agreement"),
    ],
)  # fmt: skip
def test_facts_clauses_noun_of_an_event_is_not_the_event(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("全年召开常务会、专题会、现场会26次。", [asserted("Activity", kind="常务会、专题会、现场会", count="26 time")], id="nouns"),
        pytest.param("德清县、安吉县共向马尔康市捐款500万元。", [asserted("Donation", donor=["安吉县", "德清县"], recipient="马尔康市", amount="5000000 CNY")], id="donors"),
        pytest.param("开化县出台《招商引资办法》《人才引进办法》。", [asserted("Issuance", issuer="开化县", document=["人才引进办法", "招商引资办法"])], id="documents"),
        pytest.param("瓯海区、鹿城区与阿克陶县签订协议6份。", [asserted("Agreement", party=["瓯海区", "阿克陶县", "鹿城区"], document="协议", count="6 item")], id="parties"),
        pytest.param("恒丰公司向三江县、融水县捐款80万元。", [asserted("Donation", donor="恒丰公司", recipient=["三江县", "融水县"], amount="800000 CNY")], id="recipients"),
        pytest.param("嵊州市选派教师、医生共42名。", [asserted("Dispatch", sender="嵊州市", group="教师、医生", people="42 person")], id="groups-sent"),
    ],
)  # fmt: skip
def test_facts_clauses_list_shares_one_figure(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("诸暨市选派教师25名、医生16名。", [asserted("Dispatch", sender="诸暨市", group="教师", people="25 person"), asserted("Dispatch", sender="诸暨市", group="医生", people="16 person")], id="own-figures"),
        pytest.param("磐安县举办招聘会12场、推介会5场。", [asserted("Activity", organizer="磐安县", kind="招聘会", count="12 time"), asserted("Activity", organizer="磐安县", kind="推介会", count="5 time")], id="own-figures-2"),
        pytest.param("全县培训党员8期、教师11期。", [asserted("Training", group="党员", sessions="8 time"), asserted("Training", group="教师", sessions="11 time")], id="own-figures-3"),
        pytest.param("恒丰公司捐赠电脑20台、图书300册。", [asserted("Donation", donor="恒丰公司", goods=["20 item", "300 item"])], id="goods"),
        pytest.param("嵊州市选派6名医生、8名教师。", [asserted("Dispatch", sender="嵊州市", group="医生", people="6 person"), asserted("Dispatch", sender="嵊州市", group="教师", people="8 person")], id="first-figure"),
        pytest.param("全县有小学32所、中学9所。", [asserted("Observation", indicator="小学", value="32 item"), asserted("Observation", indicator="中学", value="9 item")], id="stat"),
    ],
)  # fmt: skip
def test_facts_clauses_members_with_figures_are_facts_of_their_own(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("建德市、兰溪市分别向金川县捐赠100万元、70万元。", [asserted("Donation", donor="建德市", recipient="金川县", amount="1000000 CNY"), asserted("Donation", donor="兰溪市", recipient="金川县", amount="700000 CNY")], id="sums"),
        pytest.param("金山公司、银海公司、宏图公司依次投资3亿元、2亿元、1亿元。", [asserted("Investment", investor="金山公司", amount="300000000 CNY"), asserted("Investment", investor="银海公司", amount="200000000 CNY"), asserted("Investment", investor="宏图公司", amount="100000000 CNY")], id="in-turn"),
        pytest.param("出口额、进口额分别为32亿元和18亿元。", [asserted("Observation", indicator="出口额", value="3200000000 CNY"), asserted("Observation", indicator="进口额", value="1800000000 CNY")], id="indicators"),
        pytest.param("衢江区、龙游县分别引进企业16家、9家。", [asserted("Introduction", agent="衢江区", object="企业", count="16 item"), asserted("Introduction", agent="龙游县", object="企业", count="9 item")], id="subjects"),
        pytest.param("鹿城区、瓯海区分别选派教师12名、15名。", [asserted("Dispatch", sender="鹿城区", group="教师", people="12 person"), asserted("Dispatch", sender="瓯海区", group="教师", people="15 person")], id="people"),
        pytest.param("恒丰公司向三江县、融水县分别捐款30万元、50万元。", [asserted("Donation", donor="恒丰公司", recipient="三江县", amount="300000 CNY"), asserted("Donation", donor="恒丰公司", recipient="融水县", amount="500000 CNY")], id="recipients"),
    ],
)  # fmt: skip
def test_facts_clauses_distributed_members_take_their_figures_in_order(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("全年培训农民1200人次，其中妇女460人次。", [asserted("Training", group="农民", people="1200 person-time"), asserted("Training", group="妇女", people="460 person-time")], id="people"),
        pytest.param("全县共有脱贫户3200户，其中搬迁户800户。", [asserted("Observation", indicator="脱贫户", value="3200 household"), asserted("Observation", indicator="搬迁户", value="800 household")], id="households"),
        pytest.param("岱山县向丹巴县捐款500万元，其中企业捐款320万元。", [asserted("Donation", donor="岱山县", recipient="丹巴县", amount="5000000 CNY"), asserted("Donation", donor="企业", amount="3200000 CNY")], id="sums"),
        pytest.param("完成税收18亿元，其中增值税7.5亿元。", [asserted("Observation", indicator="税收", value="1800000000 CNY"), asserted("Observation", indicator="增值税", value="750000000 CNY")], id="stat"),
        pytest.param("进出口总额86亿元，其中出口52亿元。", [asserted("Observation", indicator="进出口总额", value="8600000000 CNY"), asserted("Observation", indicator="出口", value="5200000000 CNY")], id="exports"),
    ],
)  # fmt: skip
def test_facts_clauses_part_is_a_fact_beside_its_whole(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("岱山县累计选派教师86名。", [asserted("Dispatch", sender="岱山县", group="教师", people="86 person")], id="total"),
        pytest.param("普陀区累计吸纳就业2300人，发放补贴合计560万元。", [asserted("Employment", agent="普陀区", people="2300 person"), asserted("Funding", funder="普陀区", amount="5600000 CNY")], id="total-jobs"),
    ],
)  # fmt: skip
def test_facts_clauses_total_is_the_figure_of_the_fact(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("出口额1.2亿美元（折合人民币8.3亿元）。", [asserted("Observation", indicator="出口额", value="120000000 USD")], id="converted"),
        pytest.param("陈志明（女）任岱山县审计局局长。", [asserted("Position", person="陈志明", position="局长", organization="岱山县审计局")], id="aside"),
        pytest.param("恒丰公司投资2亿美元（约合人民币14亿元）。", [asserted("Investment", investor="恒丰公司", amount="200000000 USD")], id="sum-converted"),
        pytest.param("恒丰公司（位于瓯海区）捐款30万元。", [asserted("Donation", donor="恒丰公司", amount="300000 CNY")], id="aside-place"),
        pytest.param("恒丰公司（原瓯海（温州）制衣厂，捐款5万元）捐款30万元。", [asserted("Donation", donor="恒丰公司", amount="300000 CNY")], id="aside-in-aside"),
        pytest.param("选派教师20名（含校长3名）。", [asserted("Dispatch", group="教师", people="20 person")], id="part"),
        pytest.param("三江县选派医生6名（含主任医师2名）。", [asserted("Dispatch", sender="三江县", group="医生", people="6 person")], id="full-stop"),
        pytest.param("三江县引进企业9家（同比增长50%）。", [asserted("Introduction", agent="三江县", object="企业", count="9 item")], id="percent"),
    ],
)  # fmt: skip
def test_facts_clauses_brackets_leave_the_clause_whole(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("据周文涛介绍，宁海县向壤塘县捐款200万元。", [asserted("Donation", donor="宁海县", recipient="壤塘县", amount="2000000 CNY")], id="according"),
        pytest.param("仙居县县长周文涛表示，全县引进企业26家。", [asserted("Position", person="周文涛", position="县长", organization="仙居县"), asserted("Introduction", agent="仙居县", object="企业", count="26 item")], id="mayor"),
        pytest.param("吴晓燕说：“玉环市共派出医生35名。”", [asserted("Dispatch", sender="玉环市", group="医生", people="35 person")], id="quoted"),
        pytest.param("天成公司公告称，永泰公司拟投资5亿元。", [planned("Investment", investor="永泰公司", amount="500000000 CNY")], id="notice"),
        pytest.param("郑国平介绍：“嵊州市引进企业12家。”", [asserted("Introduction", agent="嵊州市", object="企业", count="12 item")], id="colon"),
        pytest.param("据了解，恒丰公司已捐款30万元。", [asserted("Donation", donor="恒丰公司", amount="300000 CNY")], id="understood"),
        pytest.param("嵊州市教育局介绍，鹿城区选派教师15名。", [asserted("Dispatch", sender="鹿城区", group="教师", people="15 person")], id="office-2"),
    ],
)  # fmt: skip
def test_facts_clauses_speaker_is_no_agent_of_what_is_said(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("截至2021年6月30日，青田县与平昌县尚未签订协议。", [negated("Agreement", party=["平昌县", "青田县"], document="协议", time="2021-06-30")], id="not-yet"),
        pytest.param("通源公司从未向平武县捐款。", [negated("Donation", donor="通源公司", recipient="平武县")], id="never"),
        pytest.param("免去孙立军的缙云县水利局副局长职务。", [negated("Position", person="孙立军", position="副局长", organization="缙云县水利局")], id="remove"),
        pytest.param("黟县未按期建成安置房300套。", [negated("Establishment", agent="黟县", object="安置房", count="300 item")], id="not-all"),
        pytest.param("通源公司没有裁员，捐款20万元。", [asserted("Donation", donor="通源公司", amount="200000 CNY")], id="scope"),
        pytest.param("恒丰基金会没有接受过通源公司的捐款。", [negated("Donation", donor="通源公司", recipient="恒丰基金会")], id="not-received"),
        pytest.param("恒丰公司未捐款30万元。", [negated("Donation", donor="恒丰公司", amount="300000 CNY")], id="not"),
        pytest.param("恒丰公司不仅捐款30万元，还选派医生6名。", [asserted("Donation", donor="恒丰公司", amount="300000 CNY"), asserted("Dispatch", sender="恒丰公司", group="医生", people="6 person")], id="not-only"),
        pytest.param("恒丰公司不断加大投入，捐款30万元。", [asserted("Donation", donor="恒丰公司", amount="300000 CNY")], id="non"),
    ],
)  # fmt: skip
def test_facts_clauses_negation_reaches_its_own_predicate(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("江山市计划引进企业30家。", [planned("Introduction", agent="江山市", object="企业", count="30 item")], id="plan"),
        pytest.param("力争新增就业5000人。", [planned("Employment", people="5000 person")], id="strive"),
        pytest.param("三门县将于2024年5月举办杨梅节。", [planned("Activity", organizer="三门县", kind="杨梅节", time="2024-05")], id="will"),
        pytest.param("计划投资3亿元，新建厂房12座。", [planned("Investment", amount="300000000 CNY"), planned("Establishment", object="厂房", count="12 item")], id="rest-of-sentence"),
        pytest.param("原计划选派医生10名，已选派医生12名。", [planned("Dispatch", group="医生", people="10 person"), asserted("Dispatch", group="医生", people="12 person")], id="done-after"),
        pytest.param("按照计划，仙居县选派医生10名。", [asserted("Dispatch", sender="仙居县", group="医生", people="10 person")], id="by-plan"),
        pytest.param("仙居县出台《村庄建设计划》。", [asserted("Issuance", issuer="仙居县", document="村庄建设计划")], id="noun"),
        pytest.param("恒丰公司承诺捐款30万元。", [planned("Donation", donor="恒丰公司", amount="300000 CNY")], id="promise"),
        pytest.param("到2025年，嵊州市地区生产总值预计达到800亿元。", [planned("Observation", subject="嵊州市", indicator="地区生产总值", value="80000000000 CNY", time="2025")], id="by-year"),
        pytest.param("瓯海区计划引进企业12家。2020年，瓯海区引进企业8家。", [planned("Introduction", agent="瓯海区", object="企业", count="12 item"), asserted("Introduction", agent="瓯海区", object="企业", count="8 item", time="2020")], id="next-sentence"),
    ],
)  # fmt: skip
def test_facts_clauses_planning_word_governs_what_follows_until_something_happened(
    text: str, wanted: list[Said]
) -> None:
    assert facts_of(text) == sorted_facts(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("三、下一步工作打算\n选派干部20名。", [planned("Dispatch", group="干部", people="20 person")], id="next"),
        pytest.param("一、下一步工作\n培训教师300人次。\n二、工作回顾\n培训教师280人次。", [planned("Training", group="教师", people="300 person-time"), asserted("Training", group="教师", people="280 person-time")], id="review-after-plan"),
        pytest.param("瓯海区政府工作报告\n一、过去一年工作回顾\n引进企业12家。\n二、今后五年目标任务\n引进企业60家。", [asserted("Introduction", object="企业", count="12 item"), planned("Introduction", object="企业", count="60 item")], id="outlook"),
        pytest.param("2022年工作总结\n引进企业12家。\n2023年工作计划\n引进企业20家。", [asserted("Introduction", object="企业", count="12 item", time="2022"), planned("Introduction", object="企业", count="20 item", time="2023")], id="next-year"),
        pytest.param("二、重点工作安排\n选派医生12名。", [planned("Dispatch", group="医生", people="12 person")], id="key-work"),
    ],
)  # fmt: skip
def test_facts_clauses_heading_of_plans_governs_its_paragraphs(text: str, wanted: list[Said]) -> None:
    assert facts_of(text) == sorted_facts(wanted)


def test_facts_clauses_quote_is_the_clause_and_every_filler_has_its_span() -> None:
    text = "大雪封山。2021年，温岭市慈善总会向茂县捐赠资金120万元，选派教师15名。"
    donation, dispatch = (fact.evidence[0] for fact in read(text).facts)
    spans = [
        {filler.role: (filler.span.start, filler.span.of(text)) for filler in evidence.fillers}
        for evidence in (donation, dispatch)
    ]
    assert (donation.span.start, donation.quote) == (11, "温岭市慈善总会向茂县捐赠资金120万元")
    assert (dispatch.span.start, dispatch.quote) == (31, "选派教师15名")
    assert spans == [
        {
            "time": (5, "2021年"),
            "donor": (11, "温岭市慈善总会"),
            "recipient": (19, "茂县"),
            "amount": (25, "120万元"),
        },
        {
            "time": (5, "2021年"),
            "sender": (11, "温岭市慈善总会"),
            "group": (33, "教师"),
            "people": (35, "15名"),
        },
    ]
