/** How things are named and linked to, on every page. */
import { get, iriOf, pageOf } from "./api.js";
import { currentLanguage, isolated, make, nameOf, say, swatch } from "./dom.js";

/** @typedef {import("./api.js").Hit} Hit */
/** @typedef {import("./api.js").Look} Look */

const fold = (/** @type {string} */ text) => text.normalize("NFKC").toLowerCase();

/** @param {{label: string, en?: string}} entity */
export const entityName = (entity) => (currentLanguage() === "en" && entity.en) || entity.label;

/** @param {{iri: string, label: string, en?: string}} entity */
export function entityLink(entity) {
  const page = pageOf(entity.iri);
  return page ? make("a", { href: page }, isolated(entityName(entity))) : isolated(entityName(entity));
}

/** A link to what a record is about. @param {{id: string, label: string, en?: string}} record @param {{base: string}} records */
export const recordLink = (record, records) => entityLink({ ...record, iri: iriOf(record.id, records) });

/** Names that hold the text, best first, each with the look of its class. @param {string} text @param {AbortSignal} [signal] @param {number} [limit] */
export async function findNames(text, signal, limit = 12) {
  const found = await get("/api/search", { q: text, limit }, signal);
  /** @type {Record<string, Look>} */
  const classes = found.classes ?? {};
  return /** @type {(Hit & {look: Look})[]} */ (
    found.hits.map((/** @type {Hit} */ hit) => ({ ...hit, look: classes[hit.cls] ?? { zh: hit.cls, en: hit.cls } }))
  );
}

/** A found name in a list: its sign, itself, the alias that was typed, its class. @param {Hit & {look: Look}} hit */
export function hitRow(hit) {
  const name = entityName(hit);
  const other = hit.matched && fold(hit.matched) !== fold(name) ? make("span", { class: "count" }, isolated(hit.matched)) : "";
  return [swatch(hit.look), isolated(name), other, make("span", { class: "count" }, nameOf(hit.look))];
}

/** The button that shows the next ones of a long list. @param {number} n @param {() => void} onclick */
export const moreButton = (n, onclick) => make("button", { type: "button", onclick }, say("more", { n }));
