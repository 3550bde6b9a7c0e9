"""The domain as data: one frozen Ontology read from a folder, everything checked against everything."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from kg.errors import OntologyError
from kg.files import show_path
from kg.iris import DEFAULT_BASE
from kg.ontology.comparison import Comparison, load_comparison
from kg.ontology.divisions import Divisions, load_divisions
from kg.ontology.fingerprint import fingerprint
from kg.ontology.folder import BUILTIN, MANIFEST, Directory, OntologyFolder, open_folder
from kg.ontology.lexicon import Grammar, Names, load_grammar, load_names
from kg.ontology.marked import MARKED, Marked, load_marked
from kg.ontology.patterns import PATTERNS, Pattern, load_patterns
from kg.ontology.places import Places
from kg.ontology.tables import TableType, load_tables
from kg.ontology.vocabulary import Vocabulary, load_vocabulary


@dataclass(frozen=True)
class Ontology:
    """Classes, fact types, patterns, lexicon and divisions of one folder; ``base`` begins the data's IRIs.

    ``precise`` asks the reader for fewer and surer facts.
    """

    folder: Path
    vocabulary: Vocabulary
    names: Names
    grammar: Grammar
    divisions: Divisions
    comparison: Comparison = field(default_factory=Comparison)
    base: str = DEFAULT_BASE
    precise: bool = False
    tables: tuple[TableType, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    marked: tuple[Marked, ...] = ()

    @cached_property
    def fingerprint(self) -> str:
        """A digest of all that decides, beside a text, what is read of it: ontology, program, libraries."""
        return fingerprint(self.files.folders, f"{self.base} precise" if self.precise else self.base)

    @cached_property
    def files(self) -> OntologyFolder:
        """The folder with those that it extends."""
        return open_folder(self.folder)

    @cached_property
    def places(self) -> Places:
        """What says which place a name begins with."""
        return Places(self.names, self.divisions)

    @property
    def shapes(self) -> tuple[Path, ...]:
        """The SHACL files."""
        return self.files.glob("shapes*.ttl")

    @property
    def rules(self) -> tuple[Path, ...]:
        """The SPARQL files of what follows from facts, in the order in which they are applied."""
        return self.files.below("rules").glob("*.rq")

    @property
    def vocabulary_files(self) -> tuple[Path, ...]:
        """The Turtle files of the vocabulary."""
        return vocabulary_files(self.folder)

    @property
    def reader(self) -> Path:
        """The folder of the trained reader's weights."""
        return (self.files.below("reader") / "reader.json").parent

    @property
    def taught(self) -> Path | None:
        """What the reader was taught beside its weights, where it was (see kg.reader.heads)."""
        path = self.files / "taught.json"
        return path if path.is_file() else None

    @property
    def lexicon(self) -> Directory:
        """The folder of the word lists."""
        return self.files.below("lexicon")


def vocabulary_files(folder: Path) -> tuple[Path, ...]:
    """The Turtle files of a folder, and of what it extends, that are no shapes."""
    return tuple(path for path in open_folder(folder).glob("*.ttl") if not path.name.startswith("shapes"))


def load_ontology(folder: Path, *, base: str = DEFAULT_BASE) -> Ontology:
    """Read and check a whole ontology folder; raises OntologyError with file and line."""
    files = open_folder(folder)
    turtle = vocabulary_files(folder)
    if not turtle:
        hint = f"to extend the one that came with kg, write 'extends: {BUILTIN}' into {MANIFEST} there"
        raise OntologyError(f"{show_path(folder)}:1: holds no Turtle file of classes and properties; {hint}")
    vocabulary = load_vocabulary(turtle)
    lexicon = files.below("lexicon")
    grammar = load_grammar(lexicon / "grammar.yaml", vocabulary.classes)
    return Ontology(
        folder=folder,
        vocabulary=vocabulary,
        names=load_names(lexicon / "names.yaml", vocabulary.classes),
        grammar=grammar,
        divisions=load_divisions(files.below("divisions")),
        comparison=load_comparison(files / "conflicts.yaml", vocabulary.fact_types),
        base=base,
        tables=load_tables(files.glob("tables*.yaml"), vocabulary.fact_types),
        patterns=load_patterns(files.below(PATTERNS), vocabulary, grammar, lexicon),
        marked=load_marked(files.below(MARKED), vocabulary),
    )
