/** Facts as cards: the type, what fills each role, and every sentence that states it, its fillers marked. */
import { MOST_LABELS, labelsOf, pageOf, sourcePage } from "./api.js";
import { currentLanguage, isolated, make, nameOf, say } from "./dom.js";
import { entityLink, moreButton } from "./names.js";

/** @typedef {import("./api.js").Records} Records */
/** @typedef {import("./api.js").Fact} Fact */
/** @typedef {import("./api.js").FactType} FactType */
/** @typedef {import("./api.js").Evidence} Evidence */
/** @typedef {import("./api.js").Part} Part */

const PAGE = 30; // facts shown before "more"

/** @param {Records} records */
export const typesById = (records) => new Map(records.types.map((type) => [type.id, type]));

/** Each fact as a sentence, from the store's labels; without them the cards do. @param {Records} records @param {() => void} draw */
export async function addSentences(records, draw) {
  try {
    for (let at = 0; at < records.facts.length; at += MOST_LABELS) {
      const facts = records.facts.slice(at, at + MOST_LABELS);
      const labels = await labelsOf(facts.map((fact) => fact.iri));
      for (const fact of facts) fact.said = labels[fact.iri];
    }
  } catch {
    return;
  }
  draw();
}

/** Facts with a button for the next ones, in the order given. @param {Fact[]} facts @param {Records} records */
export function factList(facts, records) {
  const list = make("div", { class: "facts" });
  let shown = 0;
  function next() {
    list.querySelector(":scope > button")?.remove();
    list.append(...facts.slice(shown, shown + PAGE).map((fact) => factCard(fact, records)));
    shown += PAGE;
    if (shown < facts.length) list.append(moreButton(facts.length - shown, next));
  }
  next();
  return list;
}

/** @param {Fact} fact @param {Records} records */
export function factCard(fact, records) {
  const type = typesById(records).get(fact.type) ?? { id: fact.type, zh: fact.type, en: fact.type, roles: {} };
  const colors = new Map(Object.keys(type.roles).map((role, i) => [role, `r${i % 8}`]));
  const [first, ...others] = fact.ev.map((evidence) => quote(evidence, type, colors, records));
  const page = pageOf(fact.iri);
  return make(
    "article",
    { class: "fact" },
    make("a", { class: "type", href: page ?? undefined }, nameOf(type)),
    fact.m === "asserted" ? null : make("span", { class: `badge ${fact.m}` }, say(fact.m)),
    fact.said ? make("p", { class: "sentence" }, isolated(nameOf(fact.said))) : null,
    make("dl", {}, ...fact.roles.flatMap(([role, fillers]) => [
      make("dt", { class: colors.get(role) }, nameOf(type.roles[role] ?? { zh: role, en: role })),
      make("dd", {}, ...fillers.map((filler) => make("span", { class: "filler" }, ...fillerText(filler, records)))),
    ])),
    first,
    others.length ? make("details", {}, make("summary", {}, say("alsoAt", { n: others.length })), ...others) : null,
    make("div", { class: "where" }, say("confidence", { c: String(fact.c) }), " · ", isolated(fact.by)),
  );
}

/** @param {import("./api.js").Filler} filler @param {Records} records */
function fillerText(filler, records) {
  if (filler.e !== undefined) return [entityLink(records.entities[filler.e])];
  const [words, value] = [filler.s ?? "", filler.v];
  const [main, beside] = currentLanguage() === "en" && value ? [value, words] : [words, value];
  if (!beside || words.startsWith(value ?? "")) return [isolated(main)]; // the one says no more than the other
  return [isolated(main), " ", make("span", { class: "value" }, isolated(beside))];
}

/** The source's words with the fillers marked. @param {Evidence} evidence @param {FactType} type @param {Map<string, string>} colors @param {Records} records */
function quote(evidence, type, colors, records) {
  const roleName = (/** @type {string} */ role) => nameOf(type.roles[role] ?? { zh: role, en: role });
  /** @param {Part} part */
  const piece = ([text, roles, entity, trigger]) => {
    const titles = roles.map(roleName);
    if (trigger) titles.push(say("trigger"));
    const title = titles.join(currentLanguage() === "zh" ? "、" : ", ");
    if (!roles.length) return trigger ? make("span", { class: "trigger", title }, text) : text;
    const mark = make("mark", { class: `${colors.get(roles[0]) ?? "r7"}${trigger ? " trigger" : ""}`, title }, text);
    const page = entity === null ? null : pageOf(records.entities[entity].iri);
    return page ? make("a", { class: "marked", href: page }, mark) : mark;
  };
  const far = (evidence.far ?? []).map((f) =>
    make("div", { class: "around" }, say("elsewhere"), " ", f.before, piece(f.part), f.after));
  return make(
    "blockquote",
    { dir: "auto" },
    evidence.before ? make("span", { class: "around" }, evidence.before) : null,
    make("q", {}, ...evidence.parts.map(piece)),
    evidence.after ? make("span", { class: "around" }, evidence.after) : null,
    ...far,
    make("div", { class: "where" },
      make("a", { href: `${sourcePage(evidence.source)}#${evidence.start}-${evidence.end}` }, isolated(evidence.source)),
      " · ", say("characters", { start: String(evidence.start), end: String(evidence.end) })),
  );
}
