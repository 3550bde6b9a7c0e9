"""An extractor for workers in other processes: it reads what `tell` was told here, and breaks or dies where asked."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from reader_samples import ontology, tell

from kg.annotations import Marks, Proposal
from kg.ontology import Ontology
from kg.pipeline import Extractor
from kg.types import Document

_DIES = "!dies "
_BREAKS = "!breaks"

TEXTS = tuple(
    tell(
        f"Donation <time 20{year}年3月>，<donor 云溪县人民政府>向<recipient 青石镇{name}>捐赠<amount {year}万元>。\n"
    )
    for year, name in ((17, "中心小学"), (18, "卫生院"), (19, "文化站"), (20, "中心小学"), (21, "敬老院"))
)


def documents() -> list[Document]:
    """One of each text, by names out of order."""
    return [Document(f"{(number * 3) % 5}.txt", text) for number, text in enumerate(TEXTS)]


def deadly(source: str, tally: Path, times: int) -> Document:
    """A document that ends, by SIGKILL, the first so many processes that read it; ``tally`` counts them."""
    return Document(source, f"{_DIES}{times} {tally}\n{TEXTS[0]}")


def breaking(source: str) -> Document:
    """A document that the program breaks over."""
    return Document(source, f"{_BREAKS}\n{TEXTS[0]}")


def extractor(_: Ontology) -> Extractor:
    """What `Setting.extractor` names."""
    return Extractor(ontology(), read=_read)


def _read(text: str, marks: Marks) -> list[Proposal]:
    from reader_samples import _TOLD

    if text.startswith(_BREAKS):
        raise KeyError(_BREAKS)
    if text.startswith(_DIES):
        times, _, tally = text.partition("\n")[0].removeprefix(_DIES).partition(" ")
        with open(tally, "a") as file:
            file.write(".")
        if Path(tally).stat().st_size <= int(times):
            os.kill(os.getpid(), signal.SIGKILL)
    return list(_TOLD.get(text, ()))
