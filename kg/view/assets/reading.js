// @ts-check
"use strict";

/**
 * A source's text with every name and fact in it, linked with the picture both ways.
 */

let textShows = "";

/** @param {Evidence} evidence @param {Fact} fact */
function openText(evidence, fact) {
  change({ text: evidence.source.name, at: evidence.start, pick: fact.id });
}

/** Draws the text view where the source or the language has changed; always marks what is chosen. */
function drawText() {
  const source = graph.sources.get(state.text);
  const box = byId("reading");
  const isOpen = Boolean(source && source.text !== undefined);
  if (box.hidden === isOpen) {
    box.hidden = !isOpen;
    document.body.classList.toggle("reads", isOpen);
    const legend = /** @type {HTMLDetailsElement} */ (byId("legend"));
    if (isOpen && byId("graph").clientWidth < 3 * legend.offsetWidth) legend.open = false;
    resize();
  }
  if (!source || !isOpen) {
    textShows = "";
    box.replaceChildren();
    return;
  }
  const shows = JSON.stringify([state.text, state.lang, graph.version, filterKey()]);
  const isNew = shows !== textShows;
  if (isNew) {
    textShows = shows;
    box.replaceChildren(
      make("header", {}, make("h2", {}, isolated(source.name)),
        button("×", () => change({ text: "", at: -1 }), { id: "close-text", title: say("closeText"), "aria-label": say("closeText") })),
      make("p", { class: "around" }, say("textHint")),
      make("div", { class: "text", dir: "auto" }, ...textParts(source)));
  }
  markChosen(box, isNew);
}

/** @typedef {{ start: number, end: number, entity?: Entity, fact?: Fact, kind: "fact" | "name" | "furniture" | "copy" }} Stretch */

/** The text in lines, cut at the edge of every name and fact. @param {Source} source @returns {Node[]} */
function textParts(source) {
  const ranges = textRanges(source);
  const length = source.chars ? source.chars.length : (source.text || "").length;
  const edges = [...new Set([0, length, ...ranges.flatMap((r) => [r.start, r.end])])].filter((e) => e <= length).sort((a, b) => a - b);
  const starts = [...ranges].sort((a, b) => a.start - b.start);
  const lines = [make("div", { class: "line" })];
  /** @type {Stretch[]} */
  let here = [];
  let next = 0;
  for (let i = 0; i + 1 < edges.length; i += 1) {
    const [from, to] = [edges[i], edges[i + 1]];
    while (next < starts.length && starts[next].start <= from) {
      here.push(starts[next]);
      next += 1;
    }
    here = here.filter((r) => r.end > from);
    let at = from;
    for (const words of cut(source, from, to).split(/(?<=\n)/)) {
      lines[lines.length - 1].append(textPart(words, here, at));
      if (words.endsWith("\n")) lines.push(make("div", { class: "line" }));
      at += source.chars ? [...words].length : words.length;
    }
  }
  return lines;
}

/** @param {Source} source @returns {Stretch[]} */
function textRanges(source) {
  cut(source, 0, 0); // knows then whether the text has to be cut up
  /** @type {Stretch[]} */
  const ranges = [];
  for (const [start, end] of source.furniture) ranges.push({ start, end, kind: "furniture" });
  for (const [start, end] of source.copies) ranges.push({ start, end, kind: "copy" });
  for (const fact of source.facts.filter(keepsFact)) {
    for (const evidence of fact.evidence) {
      if (evidence.source !== source) continue;
      ranges.push({ start: evidence.start, end: evidence.end, fact, kind: "fact" });
      for (const { entity, start, end } of evidence.mentions) if (entity) ranges.push({ start, end, entity, kind: "name" });
    }
  }
  return [...ranges, ...namesIn(source)];
}

const MOST_NAMES = 4000; // beyond that only names that facts of the source name are looked for

/** Where the names of entities stand, the longest first. @param {Source} source @returns {Stretch[]} */
function namesIn(source) {
  const all = graph.entities.size <= MOST_NAMES
    ? [...graph.entities.values()]
    : [...new Set(source.facts.flatMap((f) => f.ends.map((e) => e.entity)))];
  /** @type {Map<string, Entity>} */
  const owners = new Map();
  for (const entity of all) {
    for (const name of [entity.label, ...(entity.aliases || [])]) if ([...name].length > 1 && !owners.has(name)) owners.set(name, entity);
  }
  /** @type {Map<string, string[]>} */
  const byStart = new Map();
  for (const name of [...owners.keys()].sort((a, b) => b.length - a.length || (a < b ? -1 : 1))) {
    const start = name.slice(0, 2);
    byStart.set(start, [...(byStart.get(start) || []), name]);
  }
  const text = source.text || "";
  const points = source.chars ? codePointOffsets(text) : null;
  /** @type {Stretch[]} */
  const stretches = [];
  for (let i = 0; i < text.length; i += 1) {
    const name = byStart.get(text.slice(i, i + 2))?.find((n) => text.startsWith(n, i));
    if (!name) continue;
    const end = i + name.length;
    stretches.push({ start: points ? points[i] : i, end: points ? points[end] : end, entity: owners.get(name), kind: "name" });
    i = end - 1;
  }
  return stretches;
}

/** For each place in a string how many code points stand before it. @param {string} text */
function codePointOffsets(text) {
  const offsets = new Uint32Array(text.length + 1);
  let points = 0;
  for (let i = 0; i < text.length; points += 1) {
    const size = /** @type {number} */ (text.codePointAt(i)) > 0xffff ? 2 : 1;
    offsets[i] = points;
    if (size === 2) offsets[i + 1] = points;
    i += size;
  }
  offsets[text.length] = points;
  return offsets;
}

/** @param {string} words @param {Stretch[]} here @param {number} at @returns {Node} */
function textPart(words, here, at) {
  if (!here.length) return document.createTextNode(words);
  const shortest = (/** @type {Stretch[]} */ all) => all.reduce((a, b) => (b.end - b.start < a.end - a.start ? b : a));
  const named = here.filter((r) => r.entity);
  const facts = here.filter((r) => r.fact);
  const kinds = new Set(here.map((r) => r.kind));
  const props = {
    class: [...kinds].map((k) => `t-${k}`).join(" "), "data-at": at,
    "data-facts": facts.map((r) => r.fact?.id).join(" ") || null,
    "data-entity": named.length ? shortest(named).entity?.id : null,
  };
  if (named.length) {
    const entity = /** @type {Entity} */ (shortest(named).entity);
    return make("mark", { ...props, title: termName(classOf(entity)), "--role": classOf(entity).color, onclick: () => showEntity(entity.id) }, words);
  }
  if (facts.length) {
    const fact = /** @type {Fact} */ (shortest(facts).fact);
    return make("span", { ...props, title: sentenceText(fact), onclick: () => showFact(fact.id) }, words);
  }
  return make("span", { ...props, title: say(kinds.has("furniture") ? "furniture" : "copy") }, words);
}

let markedFor = "";

/** @param {HTMLElement} box @param {boolean} isNew */
function markChosen(box, isNew) {
  const line = scene.lines.get(state.pick);
  const facts = new Set(line ? line.facts.map((f) => f.id) : [state.pick]);
  /** @type {HTMLElement | null} */
  let first = null;
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (box.querySelectorAll("[data-at]"))) {
    const isFact = (part.dataset.facts || "").split(" ").some((id) => id && facts.has(id));
    const isChosen = isFact || (state.pick !== "" && part.dataset.entity === state.pick);
    part.classList.toggle("chosen", isChosen);
    if (isChosen && (!first || Number(part.dataset.at) === state.at)) first = part;
  }
  const now = `${state.pick}@${state.at}`;
  if (first && (isNew || now !== markedFor)) {
    const { top, bottom } = first.getBoundingClientRect();
    const frame = box.getBoundingClientRect();
    // What was clicked in the text is in sight and stays where it is.
    if (top < frame.top + 40 || bottom > frame.bottom) first.scrollIntoView({ block: "center", behavior: "instant" });
  }
  markedFor = now;
}
