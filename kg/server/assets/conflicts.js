/** What the sources contradict each other in: every statement with its sentence and where it stands. */
import { get, pageOf, sourcePage } from "./api.js";
import { $, failure, isolated, keepDrawn, make, nameOf, say } from "./dom.js";
import { moreButton } from "./names.js";

const PAGE = 50;
const AGAIN = 1500; // milliseconds until an unfinished list is asked for again
const MOST_PARTS = 12; // statements of one conflict that are shown at once

/** @typedef {{source: string, start: number, end: number, quote: string, says: string, fact: string, page: number | null, part: boolean}} Statement */
/** @typedef {{kind: "differs" | "sum" | "excess", about: string, names: {zh: string, en: string}[], total: string | null, statements: Statement[]}} Conflict */

/** @type {Conflict[]} */
let conflicts = [];
let total = 0;
let pending = true;

const list = make("div", { id: "list" });

/** @param {Statement} said */
function statement(said) {
  const page = said.fact ? pageOf(said.fact) : null;
  return make("blockquote", { dir: "auto" },
    said.part ? make("span", { class: "badge" }, say("part")) : null,
    make("b", {}, page ? make("a", { href: page }, isolated(said.says)) : isolated(said.says)), " ",
    make("q", {}, said.quote),
    make("div", { class: "where" },
      make("a", { href: `${sourcePage(said.source)}#${said.start}-${said.end}` }, isolated(said.source)),
      " · ", say("characters", { start: String(said.start), end: String(said.end) })));
}

/** @param {Conflict} conflict */
function card(conflict) {
  const [type, role] = conflict.names;
  const shown = conflict.statements.slice(0, MOST_PARTS);
  const rest = conflict.statements.slice(MOST_PARTS);
  return make("article", { class: "fact" },
    type ? make("span", { class: "type" }, nameOf(type)) : null,
    make("span", { class: "badge negated" }, say(conflict.kind, { n: Number(conflict.total ?? 0) })),
    make("p", { class: "sentence" }, isolated(conflict.about), role ? ` · ${nameOf(role)}` : ""),
    ...shown.map(statement),
    rest.length ? make("details", {}, make("summary", {}, say("more", { n: rest.length })), ...rest.map(statement)) : null);
}

function draw() {
  list.replaceChildren(
    make("p", { class: "count", "aria-live": "polite" },
      pending ? say("conflictsPending") : total ? say("conflictCount", { n: total }) : say("noConflicts")),
    make("div", { class: "facts" }, ...conflicts.map(card)),
    conflicts.length < total ? moreButton(total - conflicts.length, () => void load(conflicts.length)) : "",
  );
}

async function load(offset = 0) {
  try {
    const page = await get("/api/conflicts", { offset, limit: PAGE });
    conflicts = offset ? [...conflicts, ...page.conflicts] : page.conflicts;
    ({ total, pending } = page);
    draw();
    if (pending) setTimeout(() => void load(), AGAIN);
  } catch (error) {
    list.replaceChildren(failure(error));
  }
}

$("main").append(make("h1", { say: "conflictsTitle" }), list);
keepDrawn(draw);
await load();
document.documentElement.dataset.ready = "true";
