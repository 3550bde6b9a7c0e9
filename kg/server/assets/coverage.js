/** What no fact took of a source, and facts that are not sure enough: how the source's page tells of them. */
import { currentLanguage, isolated, make, nameOf, recall, remember, say, show } from "./dom.js";

/** @typedef {{zh: string, en: string}} Name */
/** @typedef {{at: [number, number], type: Name, m: string, roles: [Name, string[]][], c: number, share: number, needs: number, least: Name, likely: number}} Doubtful */
/** Start, end, and how many figures, names and words stand there. @typedef {[number, number, number, number, number]} NotTaken */
/** @typedef {{coverage: {taken: number, figures: number, figuresTaken: number, why: string}, notTaken: NotTaken[], toCheck: Doubtful[]}} Covered */

const KEPT = "kg-gaps";
const REASONS = ["pictures", "language", "list", "plain", "topic"];

/** What was taken in a line, the likely reason where nothing was, and the switch that marks the rest in the text. @param {Covered} source @param {HTMLElement} text */
export function coverageLine(source, text) {
  const { taken, figures, figuresTaken, why } = source.coverage;
  const box = make("input", {
    type: "checkbox", id: "gaps",
    onchange: () => { remember(KEPT, box.checked ? "on" : "off"); mark(); },
  });
  const mark = () => text.classList.toggle("gaps", box.checked);
  box.checked = recall(KEPT) !== "off";
  mark();
  return [
    make("p", { class: "count", id: "coverage" },
      say("coverage", { taken, left: source.notTaken.length, figures, figuresTaken, doubts: source.toCheck.length })),
    REASONS.includes(why) ? make("p", { class: "note", id: "why" }, say(`why-${why}`)) : "",
    source.notTaken.length || source.toCheck.length ? make("label", { class: "switch" }, box, " ", say("gaps")) : "",
  ];
}

/** What is in a sentence that no fact took. @param {NotTaken} one */
export const gapTitle = ([, , figures, names, words]) => say("notTaken", { figures, names, words });

/** The facts to be checked as cards. @param {Doubtful[]} doubts */
export const doubtList = (doubts) =>
  doubts.length ? make("section", { id: "doubts" },
    make("h2", {}, say("toCheck"), " ", make("span", { class: "count" }, show(doubts.length))),
    make("p", { class: "count" }, say("toCheckNote")),
    make("div", { class: "facts" }, ...doubts.map(doubtCard))) : "";

/** @param {Doubtful} one */
function doubtCard(one) {
  const values = { share: one.share, needs: one.needs, least: nameOf(one.least), likely: one.likely };
  return make("article", { class: "fact doubtful" },
    make("span", { class: "type" }, isolated(nameOf(one.type))),
    one.m === "planned" || one.m === "negated" ? make("span", { class: `badge ${one.m}` }, say(one.m)) : null,
    make("dl", {}, ...one.roles.flatMap(([role, fillers]) => [
      make("dt", {}, isolated(nameOf(role))),
      make("dd", {}, isolated(fillers.join(currentLanguage() === "zh" ? "、" : ", "))),
    ])),
    make("a", { class: "where", href: `#${one.at[0]}-${one.at[1]}` }, say("characters", { start: String(one.at[0]), end: String(one.at[1]) })),
    make("div", { class: "where" }, say("confidence", { c: String(one.c) }), " · ", say("lacks", values)));
}
