/** Queries asked before, kept in this browser alone. */
import { recall, remember } from "./dom.js";

const KEPT = "kg-queries";
const MOST = 50;

/** @typedef {{text: string, at: string, ms: number, n: number}} Asked */

/** The last ones first. @returns {Asked[]} */
export function past() {
  try {
    const kept = JSON.parse(recall(KEPT) ?? "[]");
    return Array.isArray(kept) ? kept.filter((asked) => typeof asked?.text === "string") : [];
  } catch {
    return [];
  }
}

/** @param {Asked} asked */
export const keep = (asked) => remember(KEPT, JSON.stringify([asked, ...past().filter((a) => a.text !== asked.text)].slice(0, MOST)));
export const forget = () => remember(KEPT, "[]");
