// @ts-check
"use strict";

/**
 * The legend, which is the filter.
 */

const BARS = 24; // of the histogram, at most

/** Draws the legend with what is on and off; keeps the focus where the keyboard had it. */
function drawLegend() {
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.key : undefined;
  /** @type {HTMLElement} */ (byId("legend").firstElementChild).textContent = say("legend");
  const facts = [...graph.facts.values()];
  byId("filters").replaceChildren(
    drawing(),
    ...present([
      checkboxes("classes", [...graph.classes.values()], "offClasses", swatch, countBy([...graph.entities.values()], (e) => e.cls)),
      check("joined", say("joined"), state.joined, (on) => change({ joined: on })),
      checkboxes("types", [...graph.types.values()], "offTypes", () => null, countBy(facts, (f) => f.type.id)),
      checkboxes("modes", modes(), "offModes", stroke, countBy(facts, (f) => f.mode)),
      years(facts),
      sureness(facts),
      graph.sources.size > 1
        ? checkboxes("sources", sourceTerms(), "offSources", () => null, new Map([...graph.sources.values()].map((s) => [s.name, s.facts.length])))
        : null,
    ]),
  );
  if (focused) /** @type {HTMLElement | null} */ (document.querySelector(`[data-key="${CSS.escape(focused)}"]`))?.focus();
}

/** @template T @param {T[]} all @param {(one: T) => string} keyOf @returns {Map<string, number>} */
function countBy(all, keyOf) {
  const counts = new Map();
  for (const one of all) counts.set(keyOf(one), (counts.get(keyOf(one)) || 0) + 1);
  return counts;
}

/** How facts are drawn and what makes a node large. */
function drawing() {
  return make("fieldset", { id: "drawing" },
    make("legend", {}, say("drawing")),
    ...["lines", "events"].map((mode) => radio("mode", mode)),
    make("legend", {}, say("size")),
    ...["links", "money"].map((size) => radio("size", size)));
}

/** @param {"mode" | "size"} key @param {string} value */
function radio(key, value) {
  const input = make("input", {
    type: "radio", name: key, value, "data-key": `${key}-${value}`, checked: state[key] === value,
    onchange: () => change(/** @type {Partial<State>} */ ({ [key]: value })),
  });
  return make("label", {}, input, say(`${key}-${value}`));
}

function modes() {
  return ["asserted", "planned", "negated"].map((id) => ({ id, zh: messages.zh[id], en: messages.en[id] }));
}

function sourceTerms() {
  return [...graph.sources.keys()].map((id) => {
    const name = id.split("/").at(-1) || id;
    return { id, zh: name, en: name };
  });
}

/** The sign of a class. @param {{ shape?: string, color?: string }} cls */
function swatch(cls) {
  return make("span", { class: `swatch ${cls.shape}`, "--fill": cls.color, "aria-hidden": "true" });
}

/** The sign of a line. @param {{ id: string }} mode */
function stroke(mode) {
  return make("span", { class: `stroke ${mode.id}`, "aria-hidden": "true" }, mode.id === "negated" ? "✗" : "");
}

/**
 * @param {string} key @param {(Labels & { id: string })[]} terms
 * @param {"offClasses" | "offTypes" | "offModes" | "offSources"} off
 * @param {(term: any) => Child} sign @param {Map<string, number>} counts
 */
function checkboxes(key, terms, off, sign, counts) {
  const set = (/** @type {string[]} */ values) => () => change({ [off]: values });
  return make("fieldset", { id: key },
    make("legend", {}, say(key), " ",
      plain(say("all"), set([]), { "data-key": `${key}-all` }), " ",
      plain(say("none"), set(terms.map((t) => t.id)), { "data-key": `${key}-none` })),
    ...terms.filter((t) => counts.get(t.id)).map((term) => {
      const input = make("input", {
        type: "checkbox", value: term.id, "data-key": `${key}-${term.id}`, checked: !state[off].includes(term.id),
        onchange: () => change({ [off]: toggled(state[off], term.id) }),
      });
      return make("label", { title: off === "offSources" ? term.id : null }, input, sign(term), isolated(termName(term)), make("span", { class: "count" }, numbered(counts.get(term.id))));
    }));
}

/** @param {string} key @param {string} text @param {boolean} on @param {(on: boolean) => void} act */
function check(key, text, on, act) {
  const input = /** @type {HTMLInputElement} */ (make("input", { type: "checkbox", id: key, "data-key": key, checked: on }));
  input.addEventListener("change", () => act(input.checked));
  return make("label", {}, input, text);
}

/** The years that facts tell of, how many each, and two handles. @param {Fact[]} facts */
function years(facts) {
  const dated = facts.flatMap((f) => (f.years ? [/** @type {[number, number]} */ ([f.years[0] ?? f.years[1], f.years[1] ?? f.years[0]])] : []));
  if (!dated.length) return null;
  const first = Math.min(...dated.map((y) => y[0]));
  const last = Math.max(...dated.map((y) => y[1]));
  const [from, to] = state.years.length ? state.years : [first, last];
  const step = Math.max(1, Math.ceil((last - first + 1) / BARS));
  const bars = [];
  for (let year = first; year <= last; year += step) {
    const count = dated.filter((y) => y[0] < year + step && y[1] >= year).length;
    bars.push({ year, count, on: year + step > from && year <= to });
  }
  const most = Math.max(...bars.map((b) => b.count));
  const handle = (/** @type {0 | 1} */ side) => {
    const input = /** @type {HTMLInputElement} */ (make("input", {
      type: "range", min: first, max: last, step: 1, value: side ? to : from, "data-key": `year-${side}`,
      "aria-label": say(side ? "yearTo" : "yearFrom"),
    }));
    input.addEventListener("change", () => {
      const value = Number(input.value);
      const range = side ? [Math.min(from, value), value] : [value, Math.max(to, value)];
      change({ years: range[0] <= first && range[1] >= last ? [] : range });
    });
    return input;
  };
  return make("fieldset", { id: "years" },
    make("legend", {}, say("period"), " ", make("output", {}, from === to ? String(from) : `${from}–${to}`)),
    make("div", { class: "bars", "aria-hidden": "true" }, ...bars.map((b) =>
      make("span", { class: b.on ? "bar" : "bar off", title: `${b.year}: ${b.count}`, "--part": `${Math.round((100 * b.count) / most)}%` }))),
    make("div", { class: "range" }, handle(0), handle(1)),
    dated.length < facts.length || state.dated
      ? check("dated", say("dated", { n: facts.length - dated.length }), state.dated, (on) => change({ dated: on }))
      : null);
}

/** @param {Fact[]} facts */
function sureness(facts) {
  const least = Math.floor(facts.reduce((low, f) => Math.min(low, f.sure), 1) * 100);
  const most = Math.floor(facts.reduce((high, f) => Math.max(high, f.sure), 0) * 100);
  if (least >= most) return null;
  const now = Math.max(least, state.sure);
  const input = /** @type {HTMLInputElement} */ (make("input", {
    type: "range", min: least, max: most, step: 1, value: now, "data-key": "sure", "aria-label": say("sureness"),
  }));
  input.addEventListener("change", () => change({ sure: Number(input.value) > least ? Number(input.value) : 0 }));
  return make("fieldset", { id: "sureness" },
    make("legend", {}, say("sureness"), " ", make("output", {}, `≥ ${(now / 100).toFixed(2)}`)), input);
}
