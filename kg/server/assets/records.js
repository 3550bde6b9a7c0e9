/**
 * The graph's records, as kg.view.records writes them for every page, made ready for reading: whole IRIs, places
 * in their order, quotes cut where a filler or the trigger begins or ends.
 */
import { given } from "./dom.js";

/** @typedef {import("./api.js").Records} Records */
/** @typedef {import("./api.js").Evidence} Evidence */
/** @typedef {import("./api.js").Part} Part */
/** A filler's role, its entity or -1, and where it stands. @typedef {[string, number, number, number]} Place */
/** @typedef {{s: number, at: [number, number], t?: [number, number], f: Place[], q?: [number, string]}} RawEvidence */
/** @typedef {{id: string, label: string, en?: string, in?: string}} RawPlace */

const AROUND = 40; // characters of the source shown before and after a quote, never past a line break

/** The fields that stay as they are come along unseen. @param {any} raw @returns {any} */
export function readRecords(raw) {
  const iriOf = (/** @type {string} */ id) => (/^[a-z]+:/.test(id) ? id : given.base + id);
  const indexOf = new Map(raw.entities.map((/** @type {RawPlace} */ e, /** @type {number} */ i) => [e.id, i]));
  const places = new Map(raw.places.map((/** @type {RawPlace} */ p) => [p.id, p]));
  /** @param {string | undefined} id */
  function placesAbove(id) {
    const found = [];
    for (let place = id && places.get(id); place && found.length < 9; place = place.in && places.get(place.in)) {
      found.push({ label: place.label, en: place.en, iri: iriOf(place.id), e: indexOf.get(place.id) ?? null });
    }
    return found;
  }
  return {
    ...raw,
    center: raw.center === undefined || raw.center === null ? null : (indexOf.get(raw.center) ?? null),
    entities: raw.entities.map((/** @type {RawPlace} */ entity) => {
      const above = placesAbove(entity.in);
      return { ...entity, iri: iriOf(entity.id), in: above.length ? above : undefined };
    }),
    facts: raw.facts.map((/** @type {any} */ fact) => ({
      ...fact,
      iri: iriOf(fact.id),
      m: fact.m ?? "asserted",
      e: [...new Set(fact.ends.map((/** @type {[number, string]} */ end) => end[0]))],
      ev: fact.ev.map((/** @type {RawEvidence} */ evidence) => readEvidence(evidence, raw.sources[evidence.s].source)),
    })),
    types: raw.types.map((/** @type {any} */ type) => ({
      ...type,
      roles: Object.fromEntries(type.roles.map((/** @type {any} */ role) => [role.id, role])),
    })),
  };
}

/** Offsets count code points, which a browser's strings do not. @param {RawEvidence} raw @param {string} source @returns {Evidence} */
function readEvidence(raw, source) {
  const [start, end] = raw.at;
  const [from, words] = raw.q ?? [start, ""];
  const characters = [...words];
  const text = (/** @type {number} */ a, /** @type {number} */ b) => characters.slice(Math.max(0, a - from), Math.max(0, b - from)).join("");
  const inside = raw.f.filter(([, , a, b]) => start <= a && b <= end);
  const spans = inside.map(([, , a, b]) => [a, b]);
  if (raw.t) spans.push(raw.t);
  const edges = [...new Set([start, end, ...spans.flat()])].filter((edge) => edge >= start && edge <= end).sort((a, b) => a - b);
  /** @param {number} a @param {number} b @returns {Part} */
  const part = (a, b) => {
    // The shortest filler around a part is the one that a click on it means.
    const here = raw.f.filter(([, , c, d]) => c <= a && b <= d).sort((x, y) => x[3] - x[2] - (y[3] - y[2]));
    const entity = here.find(([, e]) => e >= 0)?.[1] ?? null;
    const isTrigger = Boolean(raw.t && raw.t[0] <= a && b <= raw.t[1]);
    return [text(a, b), [...new Set(here.map(([role]) => role))], entity, isTrigger];
  };
  const before = text(start - AROUND, start).split(/[\r\n]/).at(-1) ?? "";
  const after = text(end, end + AROUND).split(/[\r\n]/)[0];
  const far = raw.f.filter((place) => !inside.includes(place) && text(place[2], place[3]))
    .map(([, , a, b]) => ({ before: text(a - 20, a), part: part(a, b), after: text(b, b + 20) }));
  return { source, start, end, before, after, parts: edges.slice(0, -1).map((a, i) => part(a, edges[i + 1])), far };
}
