#!/usr/bin/env python3
"""How work grows with a text that says one thing over and over: `make stress`.

Each kind of repetition is read at n, 2n and 4n characters, and the power is fitted with which its time
grows: 1 is as the text. The network is left out, which takes its time a window: in its place each quantity
is a donation of what is named before it, so that the stages behind it have the most to do.
"""

from __future__ import annotations

import argparse
import gc
import math
import sys
import time
from bisect import bisect_left
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from kg.annotations import Marks, Proposal, ProposedFiller  # noqa: E402 - the path goes first
from kg.facts import Policy  # noqa: E402
from kg.mentions import Read  # noqa: E402
from kg.ontology import Ontology  # noqa: E402
from kg.pipeline import Extractor  # noqa: E402
from kg.reader.features import Gazetteer  # noqa: E402
from kg.types import Document, Modality, Span  # noqa: E402

MOST = 1.3  # power; 2 is what every fact looking through the whole text gives
SHORT = 0.02  # seconds; what takes less is too short to be measured

_CHARACTERS = "云青白石清临安永新东西南北长平宜武高金玉龙凤泰和兴丰溪岭川河山泉阳江湖源塘桥坪城关水林州"
_GIFT = "2018年5月，栖霞区人民政府向商州区人民政府捐赠资金{}万元。"
_HEADER = "捐赠单位\t受赠单位\t金额（万元）"


def _name(number: int) -> str:
    """A word of four characters, another for every number."""
    base = len(_CHARACTERS)
    return "".join(_CHARACTERS[number // base**place % base] for place in range(4))


def _pages(number: int) -> str:
    """The page in seeds/, with other figures each time."""
    page = next((ROOT / "seeds").glob("*.txt")).read_text(encoding="utf-8")
    return "".join(str((int(c) - 1 + number) % 9 + 1) if c in "123456789" else c for c in page)


def _repeated(
    part: Callable[[int], str], joint: str = "", before: str = "", behind: str = ""
) -> Callable[[int], str]:
    def text(size: int) -> str:
        parts, length = [], 0
        while length < size:
            parts.append(part(len(parts)))
            length += len(parts[-1]) + len(joint)
        return (before + joint.join(parts) + behind)[: size + len(before) + len(behind)]

    return text


def _lines(part: Callable[[int], str], first: str = "") -> Callable[[int], str]:
    return _repeated(part, "\n", first)


KINDS: Mapping[str, Callable[[int], str]] = {
    "pages": _lines(_pages),
    "equal lines": _lines(lambda n: _GIFT.format(300)),
    "lines with figures": _lines(lambda n: _GIFT.format(n + 1)),
    "lines with names": _lines(
        lambda n: f"{_name(n)}县人民政府向{_name(7 * n + 3)}县人民医院捐赠300万元用于医疗设备。"
    ),
    "one line": _repeated(lambda n: _GIFT.format(n + 1)),
    "a line and its copy": lambda size: "\n".join(_repeated(_name)(size // 2) + end for end in "甲乙"),
    "one sentence": _repeated(lambda n: f"向商州区人民政府捐赠{n + 1}万元", "，", "栖霞区人民政府", "。"),
    "no marks": _repeated(lambda n: f"捐赠{n % 9 + 1}万元"),
    "plans": _lines(lambda n: f"商州区捐赠资金{n + 1}万元。" if n % 2 else "2026年重点工作"),
    "headings": _lines(lambda n: f"{n + 1}. 2018年工作"),
    "references": _lines(lambda n: f"{_name(n)}县人民医院成立。该院捐赠{n + 1}万元。"),
    "labels": _lines(lambda n: ("捐赠单位", "受赠单位", "金额", "时间")[n % 4]),
    "small tables": _lines(
        lambda n: (_HEADER, f"栖霞区{_name(n)}医院\t商州区医院\t{n + 3}", "下面是说明。")[n % 3]
    ),
    "rows": _lines(lambda n: f"商州区{_name(n)}小学\t商州区{_name(n + 1)}医院\t{n + 3}", _HEADER + "\n"),
    "cells": _repeated(str, "\t"),
    "blanks between bars": _repeated(lambda n: " ", before="a|", behind="|b"),
    "titles": _repeated(lambda n: f"《关于{2000 + n % 20}年的意见》“{n}号”2018年"),
    "periods": _repeated(lambda n: f"{1950 + n % 60}年至{1951 + n % 60 + n % 7}年，"),
    "open brackets": _repeated(lambda n: "商州区人民医院（3万元"),
    "closed marks": lambda size: "（" * (size // 2) + "》" * (size // 2),
    "open titles": _repeated(lambda n: "《"),
    "open titles, one closed": _repeated(lambda n: "《甲", behind="》"),
    "a long name": _repeated(lambda n: "溪", before="云溪", behind="有限公司向商州区捐赠3万元。"),
    "months": _repeated(lambda n: "5月"),
    "a long numeral": _repeated(lambda n: "九亿", before="捐赠", behind="元。"),
    "commas": _repeated(lambda n: "1,", before="捐赠", behind="元。"),
    "among them": _repeated(lambda n: "其中", before="捐赠300万元，", behind="。"),
    "no dates": _repeated(lambda n: "9999年99月99日", behind="捐赠。"),
}


def gifts(ontology: Ontology) -> Read:
    """Reads every quantity as a donation, of what is named before it."""
    gazetteer = Gazetteer(ontology.divisions)

    def read(text: str, marks: Marks) -> list[Proposal]:
        things = sorted([*gazetteer.find(text), *_places(text, "该院")])
        starts, times = [thing.start for thing in things], sorted(marks.times)
        found = []
        for start, quantity in sorted(marks.quantities.items()):
            span = Span(start, start + len(quantity.span))
            roles = {"amount": span}
            before = bisect_left(starts, start)
            named = [thing for thing in things[max(0, before - 2) : before] if thing.end <= start]
            roles |= zip(("recipient", "donor"), reversed(named), strict=False)
            if earlier := bisect_left(times, start):
                time_at = times[earlier - 1]
                roles["time"] = Span(time_at, time_at + len(marks.times[time_at].span))
            fillers = tuple(ProposedFiller(role, place, 0.9) for role, place in roles.items())
            found.append(Proposal("Donation", Modality.ASSERTED, span, 0.9, 0.9, fillers))
        return found

    return read


def _places(text: str, word: str) -> list[Span]:
    found, at = [], text.find(word)
    while at >= 0:
        found.append(Span(at, at + len(word)))
        at = text.find(word, at + 1)
    return found


def power(sizes: list[int], works: list[float]) -> float:
    """The power of the size with which work grows, by the least squares of their logarithms."""
    x, y = ([math.log(one) for one in series] for series in (sizes, works))
    mx, my = sum(x) / len(x), sum(y) / len(y)
    return sum((a - mx) * (b - my) for a, b in zip(x, y, strict=True)) / sum((a - mx) ** 2 for a in x)


def _timed(extractor: Extractor, text: str) -> float:
    """Seconds of the processor, the less of two runs."""
    taken = []
    for _ in range(2):
        gc.collect()
        begun = time.process_time()
        extractor.extract(Document("a.txt", text))
        taken.append(time.process_time() - begun)
    return min(taken)


def main() -> None:
    """Print the power of each kind; exit with 1 where one is too great."""
    from kg.ontology import load_ontology
    from kg.reader.model import load_model
    from kg.reader.windows import Windows
    from kg.resources import ontology_dir

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("kinds", nargs="*", help=f"of: {', '.join(KINDS)}")
    parser.add_argument("--size", type=int, default=8000, help="characters of the smallest text")
    arguments = parser.parse_args()
    ontology = load_ontology(ontology_dir())
    windows, read = Windows(load_model(ontology.reader).tokenizer), gifts(ontology)

    def with_windows(text: str, marks: Marks) -> list[Proposal]:
        windows.of(text, marks.prose)
        return read(text, marks)

    extractor = Extractor(ontology, read=with_windows, policy=Policy())
    extractor.extract(Document("a.txt", _pages(0)))
    gc.collect()
    gc.freeze()
    gc.disable()  # a collection goes through the whole ontology, now here, now there
    sizes = [arguments.size * times for times in (1, 2, 4)]
    wrong = []
    for kind in arguments.kinds or KINDS:
        works = [_timed(extractor, KINDS[kind](size)) for size in sizes]
        grows = power(sizes, works)
        print(f"{kind:24} {'  '.join(f'{work:7.3f} s' for work in works)}  power {grows:.2f}", flush=True)
        if grows > MOST and works[-1] > SHORT:
            wrong.append(kind)
    if wrong:
        sys.exit(f"grows faster than the text: {', '.join(wrong)}")


if __name__ == "__main__":
    main()
