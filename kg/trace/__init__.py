"""How a sentence was read, step by step: what `kg explain --sentence` and `--at` tell."""

from kg.trace.reading import trace, trace_at
from kg.trace.records import Trace
from kg.trace.text import format_traces, traces_as_json

__all__ = ["Trace", "format_traces", "trace", "trace_at", "traces_as_json"]
