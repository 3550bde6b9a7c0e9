"""Which format a client wants: the Accept header of RFC 9110, and names for ``?format=``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import QueryResultsFormat, RdfFormat


@dataclass(frozen=True, slots=True)
class Format:
    """A format with the media type it is sent as; ``also`` are other types that ask for it."""

    name: str
    media: str
    writer: QueryResultsFormat | RdfFormat
    also: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """The media type for the header."""
        return f"{self.media}; charset=utf-8" if self.media.startswith("text/") else self.media


# The first is for those who take anything.
RESULTS = (
    Format("json", "application/sparql-results+json", QueryResultsFormat.JSON, ("application/json",)),
    Format("xml", "application/sparql-results+xml", QueryResultsFormat.XML, ("application/xml", "text/xml")),
    Format("csv", "text/csv", QueryResultsFormat.CSV),
    Format("tsv", "text/tab-separated-values", QueryResultsFormat.TSV),
)
GRAPHS = (
    Format("turtle", "text/turtle", RdfFormat.TURTLE, ("application/x-turtle",)),
    Format("ntriples", "application/n-triples", RdfFormat.N_TRIPLES, ("text/plain",)),
    Format("rdfxml", "application/rdf+xml", RdfFormat.RDF_XML, ("application/xml", "text/xml")),
    Format("jsonld", "application/ld+json", RdfFormat.JSON_LD, ("application/json",)),
    Format("trig", "application/trig", RdfFormat.TRIG),
    Format("nquads", "application/n-quads", RdfFormat.N_QUADS),
)
READABLE = (RdfFormat.TURTLE, RdfFormat.N_TRIPLES, RdfFormat.RDF_XML, RdfFormat.JSON_LD)
_SHORT = {"ttl": "turtle", "nt": "ntriples", "rdf": "rdfxml", "json": "jsonld", "nq": "nquads"}


def choose(offers: tuple[Format, ...], accept: str, named: str = "") -> Format | None:
    """The format that ``?format=`` names, else the one that the header likes best; None where none fits.

    >>> choose(RESULTS, "text/csv;q=0.5, */*;q=0.1").name, choose(RESULTS, "image/png")
    ('csv', None)
    >>> choose(GRAPHS, "image/png", "nt").name
    'ntriples'
    """
    if named:
        wanted = named.casefold()
        for offer in offers:
            if offer.name in (wanted, _SHORT.get(wanted)) or wanted in (offer.media, *offer.also):
                return offer
        return None
    if not accept.strip():
        return offers[0]
    liked = parse_accept(accept)
    best = max(offers, key=lambda offer: _quality(offer, liked))  # the first of equals
    return best if _quality(best, liked) > 0 else None


def prefers(accept: str, media: str, offers: tuple[Format, ...]) -> bool:
    """Whether the client names this type and likes it at least as well as every offer."""
    liked = parse_accept(accept)
    asked = liked.get(media, 0.0)
    return asked > 0 and all(asked >= _quality(offer, liked) for offer in offers)


def reader_of(content_type: str) -> RdfFormat | None:
    """The format of a graph that is sent with this type; None where it is not read, or not in UTF-8.

    >>> reader_of("text/turtle; charset=UTF-8"), reader_of("text/turtle; charset=gbk"), reader_of("image/png")
    (<RdfFormat Turtle>, None, None)
    """
    media, *options = (part.strip().lower() for part in content_type.split(";"))
    for option in options:
        key, _, value = option.partition("=")
        if key.strip() == "charset" and value.strip().strip("\"'") not in ("utf-8", "utf8"):
            return None
    offers = (offer for offer in GRAPHS if media in (offer.media, *offer.also))
    found = next((offer.writer for offer in offers if offer.writer in READABLE), None)
    return found if isinstance(found, RdfFormat) else None


def parse_accept(accept: str) -> Mapping[str, float]:
    """The quality of each range of an Accept header; a malformed quality is 0."""
    return dict(_ranges(accept))


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    for part in accept.split(","):
        name, *params = (piece.strip().lower() for piece in part.split(";"))
        quality = 1.0
        for param in params:
            key, _, value = param.partition("=")
            if key.strip() == "q":
                try:
                    quality = min(1.0, max(0.0, float(value)))
                except ValueError:
                    quality = 0.0
        if name:
            yield name, quality


def _quality(offer: Format, liked: Mapping[str, float]) -> float:
    """The quality of the offer's own type, of another that asks for it, of its kind, of anything."""
    for media in (offer.media, *offer.also):
        if media in liked:
            return liked[media]
    kind = f"{offer.media.partition('/')[0]}/*"
    return liked.get(kind, liked.get("*/*", 0.0))
