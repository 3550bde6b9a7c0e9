/** The server's API, and the addresses of its pages. */
import { given } from "./dom.js";

/** @typedef {{zh: string, en: string, color?: string, shape?: string}} Look */
/** @typedef {{iri: string, label: string, en?: string, cls: string, matched?: string, degree?: number}} Hit */
/** Names by language; under "" one of no language. @typedef {{zh?: string, en?: string, ""?: string}} Names */
/**
 * Records as the graph page has them: kg/view/records.py says what each key is. Offsets count code points.
 * @typedef {object} Evidence
 * @property {number} s which of the sources
 * @property {[number, number]} at
 * @property {[number, number]} [t] the word that shows the fact
 * @property {[string, number, number, number][]} f role, entity or -1, start, end
 * @property {[number, string]} [q] offset and words: the sentence with what stands around it
 */
/** @typedef {{e?: number, s?: string, v?: string}} Filler */
/** @typedef {{id: string, type: string, m?: string, c: number, by: string, why?: string[], roles: [string, Filler[]][], ends: [number, string][], ev: Evidence[], said?: Names}} Fact `said` is the fact as a sentence, where it was asked for */
/** @typedef {{id: string, label: string, en?: string, in?: string}} Place */
/** @typedef {{id: string, label: string, en?: string, cls: string, aliases?: string[], code?: string, in?: string}} Entity */
/** @typedef {{id: string, zh: string, en: string, color?: string, shape?: string}} Class */
/** @typedef {{id: string, zh: string, en: string, roles: {id: string, zh: string, en: string}[]}} FactType */
/** @typedef {{base: string, entities: Entity[], facts: Fact[], classes: Class[], types: FactType[], sources: {source: string}[], places: Place[], more?: number, center?: string | null}} Records */

/** What the server refused or could not do, in its own words. */
export class ApiError extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The server's answer to a request; throws ApiError with its words where that is an error. @param {string} path @param {RequestInit} [init] */
export async function ask(path, init) {
  const response = await fetch(path, init);
  if (response.ok) return response;
  const text = (await response.text()).trim();
  let message = text;
  try {
    message = JSON.parse(text).error ?? text;
  } catch {
    // Plain text then.
  }
  throw new ApiError(response.status, message || `HTTP ${response.status}`);
}

/** @param {string} path @param {Record<string, string | number | undefined>} [params] @param {AbortSignal} [signal] @returns {Promise<any>} */
export async function get(path, params = {}, signal) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) if (value !== undefined && value !== "") query.set(key, String(value));
  const response = await ask(query.size ? `${path}?${query}` : path, { signal, headers: { Accept: "application/json" } });
  return response.json();
}

export const MOST_LABELS = 500; // IRIs whose names the server gives at once

/** Names of things and sentences of facts; what has no name is left out. @param {string[]} iris @returns {Promise<Record<string, Names>>} */
export async function labelsOf(iris) {
  const response = await ask("/api/labels", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ iris }),
  });
  return (await response.json()).labels;
}

/** The page of a thing of ours; null for an IRI from elsewhere. @param {string} iri */
export function pageOf(iri) {
  if (!iri.startsWith(given.base) || iri.length === given.base.length) return null;
  return `/id/${iri.slice(given.base.length).split("/").map(encodeURIComponent).join("/")}`;
}

/** The IRI of a record's id. @param {string} id @param {{base: string}} records */
export const iriOf = (id, records) => (id.includes("://") ? id : records.base + id);

/** @param {string} name */
export const sourcePage = (name) => `/source?name=${encodeURIComponent(name)}`;
/** @param {string} iri */
export const explorePage = (iri) => `/explore#iri=${encodeURIComponent(iri)}`;
/** A question of the catalogue with its parameters. @param {string} name @param {Record<string, string>} [params] */
export const queryPage = (name, params = {}) => `/query#${new URLSearchParams({ name, ...params })}`;

/** An IRI as tables write it: its end where it is ours, a known prefix, or whole. @param {string} iri */
export function shortened(iri) {
  if (iri.startsWith(given.base)) return iri.slice(given.base.length);
  for (const [prefix, start] of Object.entries(prefixes)) {
    if (iri.startsWith(start)) return `${prefix}:${iri.slice(start.length)}`;
  }
  return iri;
}

/** Filled by the pages that know better; these are enough to read a table. @type {Record<string, string>} */
export const prefixes = {
  kg: "https://w3id.org/tupu-kg/ontology#",
  rdf: "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
  rdfs: "http://www.w3.org/2000/01/rdf-schema#",
  xsd: "http://www.w3.org/2001/XMLSchema#",
};
