// @ts-check
"use strict";

/**
 * What the reader sees, as one plain value. Every action is a change of it; the page is drawn from it, the
 * address holds it, and undo is the value before.
 */

/**
 * @typedef {object} State
 * @property {Language} lang
 * @property {"lines" | "events"} mode facts as lines, or every fact as a node with its roles
 * @property {"links" | "money"} size what makes a node large
 * @property {string[]} offClasses
 * @property {string[]} offTypes
 * @property {string[]} offSources
 * @property {string[]} offModes
 * @property {number[]} years none, or the first and the last
 * @property {boolean} dated only facts with a time
 * @property {number} sure least confidence, in hundredths
 * @property {boolean} joined only entities with a line
 * @property {string} focus
 * @property {number} depth
 * @property {string[]} path none, or its two ends
 * @property {string[]} open groups
 * @property {string[]} shown entities drawn beside those that are drawn anyway
 * @property {string[]} hidden
 * @property {string[]} pinned id, x, y
 * @property {string} pick the node or line whose facts the panel shows
 * @property {string} text the source that is open
 * @property {number} at where in it
 * @property {string[]} view none where all is seen, or x, y and scale
 */

/** @type {State} */
const START = {
  lang: "zh", mode: "lines", size: "links",
  offClasses: [], offTypes: [], offSources: [], offModes: [], years: [], dated: false, sure: 0, joined: false,
  focus: "", depth: 1, path: [], open: [], shown: [], hidden: [], pinned: [],
  pick: "", text: "", at: -1, view: [],
};
const MOST_UNDONE = 200;

/** @type {State} */
let state = { ...START };
/** @type {State[]} */
const past = [];
/** @type {State[]} */
const future = [];

/** Takes a step that can be undone. @param {Partial<State>} changes */
function change(changes) {
  const next = { ...state, ...changes };
  if (hashOf(next) === hashOf(state)) {
    render(); // the graph may have grown
    return;
  }
  past.push(state);
  if (past.length > MOST_UNDONE) past.shift();
  future.length = 0;
  state = next;
  writeHash();
  render();
}

function undo() {
  const last = past.pop();
  if (last) step(last, future);
}

function redo() {
  const next = future.pop();
  if (next) step(next, past);
}

/** @param {State} next @param {State[]} kept */
function step(next, kept) {
  kept.push(state);
  state = { ...next, view: state.view };
  writeHash();
  render();
}

/** The list with a value, or without it where it has it. @param {string[]} list @param {string} value */
function toggled(list, value) {
  return list.includes(value) ? list.filter((one) => one !== value) : [...list, value];
}

/** The state as the part of an address behind #; what is as at the start is left out. @param {State} value */
function hashOf(value) {
  const params = new URLSearchParams();
  for (const [key, now] of Object.entries(value)) {
    const usual = /** @type {any} */ (START)[key];
    if (Array.isArray(now)) for (const one of now) params.append(key, String(one));
    else if (now !== usual) params.set(key, String(now));
  }
  return params.toString();
}

/** The state that an address holds; what it does not understand is left as at the start. @param {string} hash @returns {State} */
function stateOf(hash) {
  const params = new URLSearchParams(hash.replace(/^#/, ""));
  /** @type {any} */
  const found = { ...START };
  for (const [key, usual] of Object.entries(START)) {
    const given = params.get(key);
    if (given === null) continue;
    if (Array.isArray(usual)) found[key] = params.getAll(key);
    else if (typeof usual === "number") found[key] = Number.isFinite(Number(given)) ? Number(given) : usual;
    else if (typeof usual === "boolean") found[key] = given === "true";
    else found[key] = given;
  }
  if (found.lang !== "en") found.lang = "zh";
  if (found.mode !== "events") found.mode = "lines";
  if (found.size !== "money") found.size = "links";
  found.depth = Math.min(3, Math.max(1, Math.round(found.depth)));
  found.years = found.years.map(Number);
  if (found.years.length !== 2 || found.years.some(Number.isNaN)) found.years = [];
  if (found.path.length !== 2) found.path = [];
  return found;
}

let written = "";

function writeHash() {
  const hash = hashOf(state);
  written = hash;
  history.replaceState(null, "", `#${hash}`);
}

/** A link that was pasted, or the browser's own way back. */
function readHash() {
  const hash = location.hash.replace(/^#/, "");
  if (hash === written) return;
  past.push(state);
  written = hash;
  state = stateOf(hash);
  render();
  restoreView();
}
