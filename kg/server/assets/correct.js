/** Deciding on facts in a source's page: right, wrong, corrected, added; by mouse or by keys; undone. */
import { ask, get } from "./api.js";
import { failure, given, isolated, make, nameOf, say } from "./dom.js";

/** @typedef {import("./api.js").Fact} Fact */
/** @typedef {import("./api.js").FactType} FactType */
/** @typedef {[number, number]} Place start and end, in code points */
/** @typedef {{type: string, modality: string, trigger?: Place, roles: Record<string, Place[]>}} Marked */
/** @typedef {{corrections: {key: string}[], changes: {change: string, type: string, modality: string, roles: Record<string, unknown[]>}[], why: string}} Answer */
/** @typedef {import("./api.js").Records & {name: string, text: string, sentences: Place[], spans: [number, number, number][]}} Source */
/**
 * What the page gives: its source, what to do when the panel is another, and how to read the source again.
 * @typedef {{source: () => Source, draw: () => void, reload: () => Promise<void>}} Host
 */

/** Whether this server takes corrections from this page. */
export const canCorrect = Boolean(given.token);

const MOST = 9; // numbered words: a key each
const MODALITIES = ["asserted", "planned", "negated"];

/** @param {string} path @param {unknown} body @returns {Promise<Answer>} */
async function send(path, body) {
  const headers = { "Content-Type": "application/json", "X-Kg-Token": given.token ?? "" };
  return (await ask(path, { method: "POST", headers, body: JSON.stringify(body) })).json();
}

/** A fact as one of its sentences tells it. @param {Fact} fact @param {import("./api.js").Evidence} evidence @returns {Marked} */
function marked(fact, evidence) {
  /** @type {Record<string, Place[]>} */
  const roles = {};
  for (const [role, , start, end] of evidence.f) {
    const places = (roles[role] ??= []);
    if (!places.some((place) => place[0] === start && place[1] === end)) places.push([start, end]);
  }
  return { type: fact.type, modality: fact.m ?? "asserted", ...(evidence.t ? { trigger: evidence.t } : {}), roles };
}

/** @type {FactType[] | undefined} */
let types;
const typesThere = async () => (types ??= /** @type {FactType[]} */ ((await get("/api/ontology")).types));

export class Corrector {
  /** @param {Host} host */
  constructor(host) {
    this.host = host;
    /** What stands above the facts: the editor, or what became of a decision. @type {(() => HTMLElement) | null} */
    this.panel = null;
    /** @type {Editor | null} */
    this.editor = null;
    this.isBusy = false;
    /** @type {string[]} */
    this.keys = [];
  }

  /** The buttons below a fact. @param {Fact} fact */
  actions(fact) {
    const decided = fact.by === "person";
    return make("div", { class: "toolbar decide" },
      decided ? make("span", { class: "badge" }, say("decided")) : null,
      make("button", { type: "button", class: "chip", "data-decide": "right", title: say("rightKey"), onclick: () => this.judge(fact, "right") }, say("right")),
      make("button", { type: "button", class: "chip", "data-decide": "wrong", title: say("wrongKey"), onclick: () => this.judge(fact, "wrong") }, say("wrong")),
      make("button", { type: "button", class: "chip", "data-decide": "correct", title: say("correctKey"), onclick: () => this.edit(fact) }, say("correct")));
  }

  /** @param {Fact} fact @param {"right" | "wrong"} verdict */
  judge(fact, verdict) {
    const source = this.host.source();
    const told = fact.ev.filter((evidence) => source.sources[evidence.s].source === source.name).map((evidence) => marked(fact, evidence));
    return this.decide(told.map((said) => ({ source: source.name, verdict, ...(verdict === "right" ? said : { was: said }) })));
  }

  /** @param {unknown} asked @param {string} [path] */
  async decide(asked, path = "/api/correct") {
    if (this.isBusy) return;
    this.isBusy = true;
    this.editor?.close();
    this.show(() => make("p", { class: "count", role: "status" }, say("readingAgain")));
    try {
      const answer = await send(path, asked);
      this.keys = path === "/api/correct" ? answer.corrections.map((correction) => correction.key) : [];
      await this.host.reload();
      this.show(() => this.outcome(answer, path !== "/api/correct"));
    } catch (error) {
      this.show(() => failure(error));
    } finally {
      this.isBusy = false;
    }
  }

  async undo() {
    const keys = this.keys;
    for (const key of keys) await this.decide({ key }, "/api/uncorrect");
  }

  /** @param {() => HTMLElement} panel */
  show(panel) {
    this.panel = panel;
    this.host.draw();
  }

  /** What changed. @param {Answer} answer @param {boolean} isUndone */
  outcome(answer, isUndone) {
    const signs = { added: "+", removed: "−", changed: "~" };
    const names = new Map(this.host.source().types.map((type) => [type.id, nameOf(type)]));
    return make("section", { class: "fact outcome", role: "status" },
      make("b", {}, say(isUndone ? "undone" : "takenDown")), " ",
      isUndone ? null : make("button", { type: "button", class: "chip", "data-decide": "undo", title: say("undoKey"), onclick: () => this.undo() }, say("undo")),
      answer.why ? make("p", { class: "problem" }, isolated(answer.why)) : null,
      make("ul", {}, ...answer.changes.map((change) => make("li", { class: change.change },
        `${signs[/** @type {keyof typeof signs} */ (change.change)]} `, isolated(names.get(change.type) ?? change.type), " ",
        isolated(Object.values(change.roles).flat().map((filler) => {
          const said = /** @type {Record<string, unknown>} */ (filler);
          return typeof filler === "string" ? filler : String(said.entity ?? said.text ?? "");
        }).join("，"))))),
      answer.changes.length || answer.why ? null : make("p", { class: "count" }, say("nothingChanged")));
  }

  /** Correct a fact, or add one where there is none. @param {Fact | null} fact */
  async edit(fact) {
    if (this.isBusy) return;
    const source = this.host.source();
    const evidence = fact?.ev.find((one) => source.sources[one.s].source === source.name);
    const was = fact && evidence ? marked(fact, evidence) : null;
    const at = was ? evidence?.at[0] ?? 0 : chosenPlace()?.[0] ?? 0;
    try {
      this.editor = new Editor(this, await typesThere(), was, at);
    } catch (error) {
      this.show(() => failure(error));
      return;
    }
    const { element } = this.editor;
    this.show(() => element);
    this.editor.start();
  }
}

/** The words chosen by mouse inside an element that says at which character it begins. @returns {Place | null} */
export function chosenPlace() {
  const selection = getSelection();
  if (!selection?.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const holder = (range.startContainer.parentElement ?? document.body).closest("[data-offset]");
  if (!holder || !holder.contains(range.endContainer)) return null;
  const before = document.createRange();
  before.setStart(holder, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const said = range.toString();
  const start = Number(/** @type {HTMLElement} */ (holder).dataset.offset) + [...before.toString()].length;
  const [lead, words] = [[...said].length - [...said.trimStart()].length, [...said.trim()].length];
  return words ? [start + lead, start + lead + words] : null;
}

class Editor {
  /** @param {Corrector} corrector @param {FactType[]} all @param {Marked | null} was @param {number} at */
  constructor(corrector, all, was, at) {
    this.corrector = corrector;
    this.all = all;
    this.was = was;
    this.characters = [...corrector.host.source().text];
    const sentences = corrector.host.source().sentences;
    this.sentence = sentences.find(([, end]) => at < end) ?? /** @type {Place} */ ([0, this.characters.length]);
    /** @type {Marked} */
    this.now = was ? structuredClone(was) : { type: corrector.host.source().types[0]?.id ?? all[0].id, modality: "asserted", roles: {} };
    this.role = this.type().roles[0]?.id ?? "";
    this.index = 0;
    this.element = make("section", { class: "fact editor-panel", "aria-label": say(was ? "correctTitle" : "addTitle") });
    this.keydown = (/** @type {KeyboardEvent} */ event) => this.press(event);
    this.mouseup = () => this.take();
  }

  start() {
    document.addEventListener("mouseup", this.mouseup);
    this.element.addEventListener("keydown", this.keydown);
    this.take();
    this.draw();
    this.element.scrollIntoView({ block: "nearest" });
  }

  close() {
    document.removeEventListener("mouseup", this.mouseup);
    this.corrector.editor = null;
    this.corrector.panel = null;
  }

  /** @returns {FactType} */
  type() {
    return this.all.find((type) => type.id === this.now.type) ?? this.all[0];
  }

  /** @param {Place} place */
  words([start, end]) {
    return this.characters.slice(start, end).join("");
  }

  /** The words that facts take in the sentence, then the names in it, so many as there are keys; in its order. */
  proposed() {
    const source = this.corrector.host.source();
    const [start, end] = this.sentence;
    /** @type {Map<string, Place>} */
    const found = new Map();
    const keep = (/** @type {number} */ from, /** @type {number} */ to) => {
      if (from >= start && to <= end && from < to) found.set(`${from}-${to}`, [from, to]);
    };
    for (const fact of source.facts) {for (const evidence of fact.ev) {
      if (source.sources[evidence.s].source === source.name) for (const [, , from, to] of evidence.f) keep(from, to);
    }}
    const said = this.words(this.sentence);
    for (const entity of source.entities) {for (const name of [entity.label, ...(entity.aliases ?? [])]) {
      const at = name.length > 1 ? said.indexOf(name) : -1; // 陕 is in many names
      if (at >= 0) keep(start + [...said.slice(0, at)].length, start + [...said.slice(0, at)].length + [...name].length);
    }}
    return [...found.values()].slice(0, MOST).sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  }

  /** Words chosen by mouse fill the role. */
  take() {
    const place = chosenPlace();
    if (!place) return;
    getSelection()?.removeAllRanges();
    this.fill(place);
  }

  /** @param {Place} place */
  fill(place) {
    const places = (this.now.roles[this.role] ??= []);
    places.splice(this.index, 1, place);
    this.draw();
  }

  remove() {
    const places = this.now.roles[this.role] ?? [];
    places.splice(this.index, 1);
    if (!places.length) delete this.now.roles[this.role];
    this.draw();
  }

  /** Move the start or the end of the chosen words. @param {0 | 1} side @param {number} by */
  move(side, by) {
    const place = this.now.roles[this.role]?.[this.index];
    if (!place) return;
    const moved = /** @type {Place} */ ([...place]);
    moved[side] += by;
    if (moved[0] < 0 || moved[1] > this.characters.length || moved[0] >= moved[1]) return;
    this.fill(moved);
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (event.altKey || event.metaKey) return;
    const isChoice = /** @type {HTMLElement} */ (event.target).tagName === "SELECT";
    const number = /^Digit([1-9])$/.exec(event.code);
    const place = number && !isChoice ? this.proposed()[Number(number[1]) - 1] : undefined;
    if (event.key === "Escape") {
      this.close();
      this.corrector.host.draw();
    } else if (event.key === "Enter" && event.ctrlKey) this.save();
    else if (event.ctrlKey) return;
    else if (place) this.fill(place);
    else if (isChoice) return;
    else if (event.key === "Delete" || event.key === "Backspace") this.remove();
    else if (event.key === "ArrowLeft" || event.key === "ArrowRight") this.move(event.shiftKey ? 0 : 1, event.key === "ArrowLeft" ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  save() {
    const { source } = this.corrector.host;
    /** @type {Record<string, Place[]>} */
    const roles = {};
    for (const role of this.type().roles) if (this.now.roles[role.id]?.length) roles[role.id] = this.now.roles[role.id];
    if (!Object.keys(roles).length) return;
    const said = { ...this.now, roles };
    void this.corrector.decide(this.was ? { source: source().name, verdict: "corrected", ...said, was: this.was } : { source: source().name, verdict: "added", ...said });
  }

  /** The sentence with what fills the roles. */
  quote() {
    const [start, end] = this.sentence;
    const here = this.type().roles.flatMap((role, i) => (this.now.roles[role.id] ?? []).map((place) => ({ place, name: nameOf(role), look: `r${i % 8}` })));
    const edges = [...new Set([start, end, ...here.flatMap(({ place }) => place)])].filter((edge) => edge >= start && edge <= end).sort((a, b) => a - b);
    return make("blockquote", { "data-offset": String(start), dir: "auto", lang: "zh" }, ...edges.slice(1).map((to, i) => {
      const over = here.find(({ place }) => place[0] <= edges[i] && to <= place[1]);
      const words = this.words([edges[i], to]);
      return over ? make("mark", { class: over.look, title: over.name }, words) : words;
    }));
  }

  /** One role: a button for each filler, and one for another. @param {FactType["roles"][0]} role @param {number} number */
  row(role, number) {
    const places = this.now.roles[role.id] ?? [];
    const button = (/** @type {string} */ text, /** @type {number} */ index) => make("button", {
      type: "button",
      class: "chip",
      "data-role": role.id,
      "data-index": String(index),
      "aria-pressed": String(role.id === this.role && index === this.index),
      "aria-label": `${nameOf(role)}: ${text}`,
      onfocus: () => this.aim(role.id, index),
      onclick: () => this.aim(role.id, index),
    }, isolated(text));
    return [
      make("dt", { class: `r${number % 8}` }, nameOf(role)),
      make("dd", {}, ...places.map((place, i) => button(this.words(place), i)), button("+", places.length)),
    ];
  }

  /** What is chosen next fills this. @param {string} role @param {number} index */
  aim(role, index) {
    this.role = role;
    this.index = index;
    for (const chip of this.element.querySelectorAll("[data-role]")) {
      const { role: of, index: at } = /** @type {HTMLElement} */ (chip).dataset;
      chip.setAttribute("aria-pressed", String(of === role && at === String(index)));
    }
  }

  /** @param {string} label @param {string} value @param {[string, string][]} choices @param {(value: string) => void} change */
  choice(label, value, choices, change) {
    const select = make("select", { name: label, "aria-label": say(label), onchange: () => { change(select.value); this.draw(); } },
      ...choices.map(([id, name]) => make("option", { value: id, selected: id === value }, name)));
    return select;
  }

  draw() {
    const roles = this.type().roles;
    if (!roles.some((role) => role.id === this.role)) [this.role, this.index] = [roles[0]?.id ?? "", 0];
    this.index = Math.min(this.index, (this.now.roles[this.role] ?? []).length);
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    const name = focused?.getAttribute("name");
    this.element.replaceChildren(
      make("h2", {}, say(this.was ? "correctTitle" : "addTitle")),
      make("div", { class: "toolbar" },
        this.choice("factType", this.now.type, this.all.map((type) => [type.id, nameOf(type)]), (value) => { this.now.type = value; }),
        this.choice("modality", this.now.modality, MODALITIES.map((modality) => [modality, say(modality)]), (value) => { this.now.modality = value; })),
      this.quote(),
      make("p", { class: "count" }, say("correctHint")),
      make("ol", { class: "numbered" }, ...this.proposed().map((place, i) => make("li", {},
        make("button", { type: "button", class: "chip", tabindex: "-1", "data-proposed": String(i + 1), onclick: () => this.fill(place) }, `${i + 1} `, isolated(this.words(place)))))),
      make("dl", {}, ...roles.flatMap((role, i) => this.row(role, i))),
      make("div", { class: "toolbar" },
        make("button", { type: "button", class: "main", "data-decide": "save", title: "Ctrl+Enter", onclick: () => this.save() }, say("save")),
        make("button", { type: "button", "data-decide": "cancel", title: "Esc", onclick: () => { this.close(); this.corrector.host.draw(); } }, say("giveUp"))));
    const next = name ? `[name="${name}"]` : `[data-role="${CSS.escape(this.role)}"][data-index="${this.index}"]`;
    /** @type {HTMLElement | null} */ (this.element.querySelector(next))?.focus({ preventScroll: true });
  }
}
