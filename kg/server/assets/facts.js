/** Facts as cards: the type, what fills each role, and every sentence that states it, its fillers marked. */
import { MOST_LABELS, iriOf, labelsOf, pageOf, sourcePage } from "./api.js";
import { currentLanguage, isolated, make, nameOf, say } from "./dom.js";
import { moreButton, recordLink } from "./names.js";

/** @typedef {import("./api.js").Records} Records */
/** @typedef {import("./api.js").Fact} Fact */
/** @typedef {import("./api.js").FactType} FactType */
/** @typedef {import("./api.js").Evidence} Evidence */

const PAGE = 30; // facts shown before "more"
const AROUND = 40; // characters of the source shown before and after a quote, never past a line break

/** @param {Records} records */
export const typesById = (records) => new Map(records.types.map((type) => [type.id, type]));

/** Each fact as a sentence, from the store's labels; without them the cards do. @param {Records} records @param {() => void} draw */
export async function addSentences(records, draw) {
  try {
    for (let at = 0; at < records.facts.length; at += MOST_LABELS) {
      const facts = records.facts.slice(at, at + MOST_LABELS);
      const labels = await labelsOf(facts.map((fact) => iriOf(fact.id, records)));
      for (const fact of facts) fact.said = labels[iriOf(fact.id, records)];
    }
  } catch {
    return;
  }
  draw();
}

/** Facts with a button for the next ones, in the order given; `actions` is what stands below each. @param {Fact[]} facts @param {Records} records @param {(fact: Fact) => HTMLElement} [actions] */
export function factList(facts, records, actions) {
  const list = make("div", { class: "facts" });
  let shown = 0;
  function next() {
    list.querySelector(":scope > button")?.remove();
    list.append(...facts.slice(shown, shown + PAGE).map((fact) => factCard(fact, records, actions)));
    shown += PAGE;
    if (shown < facts.length) list.append(moreButton(facts.length - shown, next));
  }
  next();
  return list;
}

/** @param {Fact} fact @param {Records} records @param {(fact: Fact) => HTMLElement} [actions] */
export function factCard(fact, records, actions) {
  const type = typesById(records).get(fact.type) ?? { id: fact.type, zh: fact.type, en: fact.type, roles: [] };
  const [first, ...others] = fact.ev.map((evidence) => quote(evidence, type, records));
  const page = pageOf(iriOf(fact.id, records));
  return make(
    "article",
    { class: "fact", tabindex: actions ? "0" : null, "data-fact": fact.id },
    make("a", { class: "type", href: page ?? undefined }, nameOf(type)),
    !fact.m || fact.m === "asserted" ? null : make("span", { class: `badge ${fact.m}` }, say(fact.m)),
    fact.said ? make("p", { class: "sentence" }, isolated(nameOf(fact.said))) : null,
    make("dl", {}, ...fact.roles.flatMap(([role, fillers]) => [
      make("dt", { class: colorOf(type, role) }, roleName(type, role)),
      make("dd", {}, ...fillers.map((filler) => make("span", { class: "filler" }, ...fillerText(filler, records)))),
    ])),
    first,
    others.length ? make("details", {}, make("summary", {}, say("alsoAt", { n: others.length })), ...others) : null,
    make("div", { class: "where", title: fact.why?.join("\n") }, say("confidence", { c: String(fact.c) }), " · ", isolated(fact.by)),
    actions?.(fact),
  );
}

/** @param {import("./api.js").Filler} filler @param {Records} records */
function fillerText(filler, records) {
  if (filler.e !== undefined) return [recordLink(records.entities[filler.e], records)];
  const [words, value] = [filler.s ?? "", filler.v];
  const [main, beside] = currentLanguage() === "en" && value ? [value, words] : [words, value];
  if (!beside || words.startsWith(value ?? "")) return [isolated(main)]; // the one says no more than the other
  return [isolated(main), " ", make("span", { class: "value" }, isolated(beside))];
}

/** @param {FactType} type @param {string} role */
const roleName = (type, role) => nameOf(type.roles.find((r) => r.id === role) ?? { zh: role, en: role });

/** The class of the style sheet that gives a role its colour. @param {FactType} type @param {string} role */
const colorOf = (type, role) => `r${Math.max(0, type.roles.findIndex((r) => r.id === role)) % 8}`;

/** The source's words with the fillers marked. @param {Evidence} evidence @param {FactType} type @param {Records} records */
function quote(evidence, type, records) {
  const [offset, words] = evidence.q ?? [evidence.at[0], ""];
  const characters = [...words]; // offsets count code points
  const cut = (/** @type {number} */ from, /** @type {number} */ to) =>
    characters.slice(Math.max(0, from - offset), Math.max(0, to - offset)).join("");
  const [start, end] = evidence.at;
  const trigger = evidence.t;
  const inside = evidence.f.filter(([, , from, to]) => from >= start && to <= end);
  const far = evidence.f.filter((place) => !inside.includes(place));

  /** @param {number} from @param {number} to @param {[string, number, number, number][]} here */
  const piece = (from, to, here) => {
    const isTrigger = trigger !== undefined && trigger[0] <= from && to <= trigger[1];
    const titles = [...new Set(here.map(([role]) => roleName(type, role))), ...(isTrigger ? [say("trigger")] : [])];
    const title = titles.join(currentLanguage() === "zh" ? "、" : ", ");
    const text = cut(from, to);
    if (!here.length) return isTrigger ? make("span", { class: "trigger", title }, text) : text;
    const mark = make("mark", { class: `${colorOf(type, here[0][0])}${isTrigger ? " trigger" : ""}`, title }, text);
    const entity = here.find(([, e]) => e >= 0)?.[1];
    const page = entity === undefined ? null : pageOf(iriOf(records.entities[entity].id, records));
    return page ? make("a", { class: "marked", href: page }, mark) : mark;
  };

  const edges = new Set([start, end, ...(trigger ?? []), ...inside.flatMap(([, , from, to]) => [from, to])]);
  const cuts = [...edges].filter((edge) => edge >= start && edge <= end).sort((a, b) => a - b);
  const pieces = cuts.slice(1).map((to, i) => {
    // The shortest filler around a part is the one that a click on it means.
    const here = inside.filter((place) => place[2] <= cuts[i] && to <= place[3]).sort((a, b) => a[3] - a[2] - (b[3] - b[2]));
    return piece(cuts[i], to, here);
  });
  const before = cut(start - AROUND, start).split(/[\r\n]/).at(-1) ?? "";
  const after = cut(end, end + AROUND).split(/[\r\n]/)[0];
  const name = records.sources[evidence.s].source;
  return make(
    "blockquote",
    { dir: "auto" },
    before ? make("span", { class: "around" }, [...before].length === AROUND ? `…${before}` : before) : null,
    make("q", {}, ...pieces),
    after ? make("span", { class: "around" }, [...after].length === AROUND ? `${after}…` : after) : null,
    ...far.filter(([, , from, to]) => cut(from, to)).map((place) =>
      make("div", { class: "around" }, say("elsewhere"), " ", piece(place[2], place[3], [place]))),
    make("div", { class: "where" },
      make("a", { href: `${sourcePage(name)}#${start}-${end}` }, isolated(name)),
      " · ", say("characters", { start: String(start), end: String(end) })),
  );
}
