/** One document: its text with what facts were read from, and the facts beside it. */
import { get } from "./api.js";
import { $, failure, given, isolated, keepDrawn, make, say, show } from "./dom.js";
import { Corrector, canCorrect } from "./correct.js";
import { coverageLine, doubtList, gapTitle } from "./coverage.js";
import { addSentences, factList } from "./facts.js";

/** @typedef {import("./api.js").Records & {name: string, title?: string, text: string, spans: [number, number, number][], skipped: [number, number, "furniture" | "copy"][], sentences: [number, number][], problems: string[]} & import("./coverage.js").Covered} Source */

/** @type {Source | undefined} */
let source;
/** The facts shown beside the text; all of them where nothing is chosen. @type {number[] | null} */
let chosen = null;
/** The facts to be checked that are shown; all where nothing is chosen. @type {number[] | null} */
let doubted = null;

const text = make("div", { class: "sourcetext", id: "text", lang: "zh", "data-offset": "0" });
const side = make("div", { id: "side" });
const corrector = new Corrector({ source: () => /** @type {Source} */ (source), draw: drawSide, reload: load });

/**
 * What of places stands at offsets that are asked in their order.
 * @template {[number, number, ...unknown[]]} Place
 * @param {Place[]} places
 */
function sweep(places) {
  const sorted = [...places].sort((a, b) => a[0] - b[0]);
  /** @type {Place[]} */
  let live = [];
  let next = 0;
  return (/** @type {number} */ at) => {
    while (next < sorted.length && sorted[next][0] <= at) live.push(sorted[next++]);
    live = live.filter((place) => place[1] > at);
    return live;
  };
}

/**
 * The text cut wherever a sentence of a fact, one that none took, or a passage that was skipped begins or ends. Offsets count
 * code points, which a browser's strings do not, so the text is taken apart into them first.
 * @param {Source} shown
 */
function pieces(shown) {
  const characters = [...shown.text];
  const doubts = shown.toCheck.map((doubt, i) => /** @type {[number, number, number]} */ ([...doubt.at, i]));
  const edges = new Set([0, characters.length]);
  for (const [start, end] of [...shown.spans, ...shown.skipped, ...shown.notTaken, ...doubts]) edges.add(start).add(end);
  const sorted = [...edges].filter((edge) => edge <= characters.length).sort((a, b) => a - b);
  const [said, skipped, gaps, doubtful] = [sweep(shown.spans), sweep(shown.skipped), sweep(shown.notTaken), sweep(doubts)];
  return sorted.slice(0, -1).map((start, i) => ({
    start,
    text: characters.slice(start, sorted[i + 1]).join(""),
    skipped: skipped(start)[0]?.[2],
    gap: gaps(start)[0],
    facts: [...new Set(said(start).map((span) => span[2]))],
    doubts: doubtful(start).map((span) => span[2]),
  }));
}

/** @param {Source} shown */
function drawText(shown) {
  text.replaceChildren(...pieces(shown).map((piece) => {
    if (!piece.facts.length && !piece.doubts.length) {
      if (piece.gap) return make("span", { class: "nottaken", title: gapTitle(piece.gap) }, piece.text);
      return piece.skipped ? make("span", { class: "skippedtext", title: say(piece.skipped) }, piece.text) : document.createTextNode(piece.text);
    }
    const mark = make("span", {
      class: [piece.facts.length && "said", piece.doubts.length && "doubt", piece.gap && "nottaken"].filter(Boolean).join(" "), role: "button", tabindex: "0", "data-start": String(piece.start), "data-facts": piece.facts.join(" "), "data-doubts": piece.doubts.join(" "),
      title: [piece.facts.length && say("factCount", { n: piece.facts.length }), piece.doubts.length && say("doubtHere")].filter(Boolean).join(" · "),
    }, piece.text);
    const choose = () => {
      if (corrector.editor || !getSelection()?.isCollapsed) return; // words are being chosen
      chosen = piece.facts;
      doubted = piece.doubts;
      mark.focus({ preventScroll: true });
      drawSide();
    };
    mark.addEventListener("click", choose);
    mark.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      choose();
    });
    return mark;
  }));
}

/** Whether one of the numbers in a text is among others. @param {string} said @param {number[]} others */
const shares = (said, others) => said.split(" ").some((number) => number !== "" && others.includes(Number(number)));

function drawSide() {
  if (!source) return;
  const facts = (chosen ?? [...source.facts.keys()]).map((i) => /** @type {Source} */ (source).facts[i]).filter(Boolean);
  for (const mark of text.querySelectorAll("[data-facts]")) {
    const { facts: mine = "", doubts = "" } = /** @type {HTMLElement} */ (mark).dataset;
    mark.classList.toggle("chosen", chosen !== null && (shares(mine, chosen) || shares(doubts, doubted ?? [])));
  }
  side.replaceChildren(
    corrector.panel?.() ?? "",
    canCorrect && !corrector.editor ? make("div", { class: "toolbar" }, make("button", { type: "button", "data-decide": "add", title: say("addKey"), onclick: () => corrector.edit(null) }, say("addFact"))) : "",
    make("h2", {}, chosen ? say("factsHere", { n: facts.length }) : say("factCount", { n: facts.length + (source.more ?? 0) })),
    chosen
      ? make("button", { type: "button", class: "plain", onclick: () => { chosen = doubted = null; drawSide(); } }, `← ${say("allFacts")}`)
      : make("p", { class: "count" }, say(facts.length ? "clickText" : "noFactsHere")),
    factList(facts, source, canCorrect ? (fact) => corrector.actions(fact) : undefined),
    doubtList(doubted ? doubted.map((i) => /** @type {Source} */ (source).toCheck[i]) : source.toCheck),
    chosen ? "" : skippedList(source),
  );
}

/** @param {Source} shown */
function skippedList(shown) {
  const count = (/** @type {string} */ kind) => shown.skipped.filter((passage) => passage[2] === kind).length;
  const lines = [
    ...["furniture", "copy"].flatMap((kind) => (count(kind) ? [make("li", {}, make("span", { class: "skippedtext" }, say(kind)), " ", make("span", { class: "count" }, show(count(kind))))] : [])),
    ...shown.problems.map((why) => make("li", {}, isolated(why))),
  ];
  return lines.length ? make("section", { id: "problems" }, make("h2", {}, say("skippedCount")), make("ul", {}, ...lines)) : "";
}

function draw() {
  if (!source) return;
  $("head").replaceChildren(
    make("h1", {}, isolated(source.title || source.name)),
    make("p", { class: "count" }, ...(source.title ? [isolated(source.name), " · "] : []), say("lengthOf", { n: [...source.text].length })),
    ...coverageLine(source, text),
  );
  drawText(source);
  drawSide();
  corrector.editor?.draw();
}

/** The source as it is now; what is said at the chosen place stays chosen. */
async function load() {
  const starts = new Set(chosen?.flatMap((fact) => source?.spans.filter((span) => span[2] === fact).map((span) => span[0]) ?? []));
  const found = /** @type {Source} */ (await get("/api/source", { name: given.name }));
  if (chosen) chosen = [...new Set(found.spans.filter((span) => starts.has(span[0])).map((span) => span[2]))];
  if (!chosen?.length) chosen = null;
  const isFirst = !source;
  source = found;
  if (!isFirst) draw();
  void addSentences(found, drawSide);
}

/** Keys outside of the editor: n and p go to the next fact and the one before, r, w and c decide on it, a adds, u undoes. @param {KeyboardEvent} event */
function press(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  if (!canCorrect || corrector.editor || event.ctrlKey || event.metaKey || event.altKey || target.closest("input, textarea, select")) return;
  const cards = /** @type {HTMLElement[]} */ ([...side.querySelectorAll("[data-fact]")]);
  const at = cards.findIndex((card) => card.contains(document.activeElement));
  const button = { r: "right", w: "wrong", c: "correct" }[event.key];
  if (event.key === "n" || event.key === "p") cards.at(Math.max(0, Math.min(cards.length - 1, at + (event.key === "n" ? 1 : -1))))?.focus();
  else if (event.key === "a") void corrector.edit(null);
  else if (event.key === "u") void corrector.undo();
  else if (button && at >= 0) /** @type {HTMLElement} */ (cards[at].querySelector(`[data-decide="${button}"]`)).click();
  else return;
  event.preventDefault();
}

/** The fragment #120-164 chooses what is said there. */
function follow() {
  const at = /^#(\d+)-(\d+)$/.exec(location.hash);
  if (!at || !source) return;
  const [start, end] = [Number(at[1]), Number(at[2])];
  const facts = source.spans.filter((span) => span[0] < end && span[1] > start).map((span) => span[2]);
  const doubts = [...source.toCheck.keys()].filter((i) => /** @type {Source} */ (source).toCheck[i].at[0] < end && /** @type {Source} */ (source).toCheck[i].at[1] > start);
  chosen = facts.length || doubts.length ? [...new Set(facts)] : null;
  doubted = chosen && doubts;
  drawSide();
  text.querySelector(`[data-start="${start}"]`)?.scrollIntoView({ block: "center" });
}

$("main").append(make("div", { id: "head" }), make("div", { class: "beside" }, text, side));
window.addEventListener("hashchange", follow);
document.addEventListener("keydown", press);
try {
  await load();
  keepDrawn(draw);
  follow();
} catch (error) {
  $("head").replaceChildren(make("h1", {}, isolated(given.name ?? "")), failure(error));
}
document.documentElement.dataset.ready = "true";
