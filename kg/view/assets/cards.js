// @ts-check
"use strict";

/**
 * One fact for reading: a sentence of its values, its roles, and the places that state it.
 */

const AROUND = 40; // characters of the source shown before and after a quote, never past a line break

/** @param {Entity} entity */
function entityLink(entity) {
  return plain(isolated(nameOf(entity)), () => showEntity(entity.id));
}

/** A filler as it is read: an entity's name, the source's words, for others what these say. @param {Filler} filler @returns {string} */
function fillerText(filler) {
  return filler.e ? nameOf(filler.e) : (state.lang === "en" && filler.v) || filler.s;
}

/** Who, what, how much, to whom, when: the fact in one line. @param {Fact} fact @returns {Child[]} */
function sentence(fact) {
  const subject = fact.ends[0]?.role;
  const own = fact.lines.find(([, , kind]) => kind === 0);
  const object = own ? fact.ends[own[1]].role : "";
  /** @param {(role: string, filler: Filler) => boolean} wanted */
  const some = (wanted) => fact.roles.flatMap(([role, fillers]) => fillers.filter((f) => wanted(role, f)));
  const names = (/** @type {Filler[]} */ fillers) =>
    listed(fillers.map((f) => (f.e ? entityLink(f.e) : isolated(fillerText(f)))));
  const before = some((role) => role === subject);
  const values = some((role, f) => role !== subject && role !== object && !f.t && !f.e);
  const target = some((role) => role === object);
  const beside = some((role, f) => role !== subject && role !== object && Boolean(f.t || f.e)).sort((a, b) => Number(Boolean(a.e)) - Number(Boolean(b.e)));
  const type = plain(`${fact.mode === "negated" ? "✗ " : ""}${termName(fact.type)}`, () => showFact(fact.id), { class: "type" });
  return [
    ...names(before), before.length ? " " : null, type, values.length ? " " : null, ...names(values),
    ...(target.length ? [" → ", ...names(target)] : []),
    ...(beside.length ? [" (", ...names(beside), ")"] : []),
    fact.mode === "asserted" ? null : make("span", { class: `badge ${fact.mode}` }, say(fact.mode)),
  ];
}

/** The same as plain text, for exports and titles. @param {Fact} fact @returns {string} */
function sentenceText(fact) {
  return make("p", {}, ...sentence(fact)).textContent || "";
}

/** @param {Fact} fact */
function factCard(fact) {
  return make("article", { class: "fact", "data-fact": fact.id },
    make("p", { class: "sentence" }, ...sentence(fact)),
    make("dl", {}, ...fact.roles.flatMap(([role, fillers]) => [
      make("dt", { class: roleColor(fact.type, role) }, termName(roleOf(fact.type, role))),
      make("dd", {}, ...fillers.map((f) => make("span", { class: "filler" }, ...fillerParts(f)))),
    ])),
    evidenceReel(fact),
    make("div", { class: "where", title: fact.why.join("\n") || null }, say("confidence", { c: fact.sure.toFixed(2) }), " · ", isolated(fact.by)));
}

/** @param {Filler} filler @returns {Child[]} */
function fillerParts(filler) {
  if (filler.e) return [entityLink(filler.e)];
  const [main, beside] = state.lang === "en" && filler.v ? [filler.v, filler.s] : [filler.s, filler.v];
  if (!beside || (filler.v && filler.s.startsWith(filler.v))) return [isolated(main)]; // the one says no more than the other
  return [isolated(main), " ", make("span", { class: "value" }, isolated(beside))];
}

/** The places that state a fact, one at a time. @param {Fact} fact */
function evidenceReel(fact) {
  const box = make("div", { class: "reel" });
  const count = fact.evidence.length;
  let at = 0;
  function show() {
    const evidence = fact.evidence[at];
    const turn = (/** @type {number} */ by) => () => {
      at = (at + by + count) % count;
      show();
      /** @type {HTMLElement | null} */ (box.querySelector(by > 0 ? ".next" : ".previous"))?.focus();
    };
    box.replaceChildren(
      quoteOf(evidence, fact),
      make("div", { class: "where" },
        ...present(count > 1
          ? [
            button("‹", turn(-1), { class: "turn previous", title: say("previous"), "aria-label": say("previous") }),
            make("span", {}, ` ${at + 1}/${count} `),
            button("›", turn(1), { class: "turn next", title: say("next"), "aria-label": say("next") }), " ",
          ]
          : []),
        linked(isolated(evidence.source.name), graph.pages.text(evidence)), " · ", say("characters", { start: evidence.start, end: evidence.end }), " ",
        evidence.source.text === undefined ? "" : plain(say("read"), () => openText(evidence, fact), { class: "read" })));
  }
  show();
  return box;
}

/** The source's words with the fillers marked in the colours of their roles. @param {Evidence} evidence @param {Fact} fact */
function quoteOf(evidence, fact) {
  const { start, end } = evidence;
  const inside = evidence.mentions.filter((m) => m.start >= start && m.end <= end);
  const far = evidence.mentions.filter((m) => !inside.includes(m));
  const trigger = evidence.trigger;
  const edges = new Set([start, end, ...inside.flatMap((m) => [m.start, m.end]), ...(trigger || [])]);
  const cuts = [...edges].filter((edge) => edge >= start && edge <= end).sort((a, b) => a - b);
  const pieces = cuts.slice(1).map((to, i) => {
    const from = cuts[i];
    // The shortest filler around a part is the one that a click on it means.
    const here = inside.filter((m) => m.start <= from && to <= m.end).sort((a, b) => a.end - a.start - (b.end - b.start));
    const isTrigger = trigger !== null && trigger[0] <= from && to <= trigger[1];
    return marked(wordsAt(evidence, from, to), here, isTrigger, fact.type);
  });
  const [before, after] = surroundings(evidence, start, end);
  return make("blockquote", { dir: "auto" },
    before ? make("span", { class: "around" }, before) : null,
    make("q", {}, ...pieces),
    after ? make("span", { class: "around" }, after) : null,
    ...far.filter((m) => wordsAt(evidence, m.start, m.end)).map((m) => {
      const [left, right] = surroundings(evidence, m.start, m.end);
      return make("div", { class: "around" }, say("elsewhere"), " ", left.slice(-20), marked(wordsAt(evidence, m.start, m.end), [m], false, fact.type), right.slice(0, 20));
    }));
}

/** @param {string} words @param {Mention[]} here @param {boolean} isTrigger @param {FactType} type @returns {Node | string} */
function marked(words, here, isTrigger, type) {
  const titles = [...new Set(here.map((m) => termName(roleOf(type, m.role))))];
  if (isTrigger) titles.push(say("trigger"));
  const title = titles.join(", ");
  if (!here.length) return isTrigger ? make("span", { class: "trigger", title }, words) : words;
  const entity = here.find((m) => m.entity)?.entity;
  return make("mark", {
    class: `${roleColor(type, here[0].role)}${isTrigger ? " trigger" : ""}${entity ? " link" : ""}`, title,
    onclick: entity ? () => showEntity(entity.id) : () => {},
  }, words);
}

/** The rest of the line on both sides, with an ellipsis where it is cut. @param {Evidence} evidence @param {number} start @param {number} end */
function surroundings(evidence, start, end) {
  const before = wordsAt(evidence, Math.max(0, start - AROUND), start);
  const after = wordsAt(evidence, end, end + AROUND);
  const head = before.split(/[\r\n]/).at(-1) || "";
  const tail = after.split(/[\r\n]/)[0];
  return [head === before && start > AROUND ? `…${head}` : head, tail === after && tail.length >= AROUND ? `${tail}…` : tail];
}

/** Facts with a button for the next ones, in the order given. @param {Fact[]} facts */
function factList(facts) {
  const page = 40;
  const list = make("div", { class: "facts" });
  let shown = 0;
  function next() {
    list.querySelector(".more")?.remove();
    list.append(...facts.slice(shown, shown + page).map(factCard));
    shown += page;
    if (shown < facts.length) list.append(button(say("more", { n: facts.length - shown }), next, { class: "more" }));
  }
  next();
  return list;
}
