/** Elements, texts in the reader's language, and what every page has: its frame. */

/** @typedef {"zh" | "en"} Language */
/** @typedef {Node | string | null | undefined | false} Child */

const read = (/** @type {string} */ id) => JSON.parse(document.getElementById(id)?.textContent || "{}");
/** @type {Record<Language, Record<string, string>>} */
const messages = read("messages");
/** What the server says of this page. @type {{page: string, base: string, editor: boolean, iri?: string, name?: string, token?: string}} */
export const given = read("given");

const KEPT = "kg-language";
/** @type {(() => void)[]} */
const drawn = [];

/** localStorage may be refused, and then nothing is remembered. @param {string} key */
export function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** @param {string} key @param {string} value */
export function remember(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Full, or refused: the page works without.
  }
}

/** @type {Language} */
let language = recall(KEPT) === "en" ? "en" : "zh";
export const currentLanguage = () => language;

/** A text in the reader's language. @param {string} key @param {Record<string, unknown>} [values] */
export function say(key, values = {}) {
  const text = messages[language][key];
  if (text === undefined) throw new Error(`no message ${key}`);
  return text.replace(/\{(\w+)\}/g, (_, /** @type {string} */ name) => show(values[name]));
}

/** A number with its digits in groups, anything else as it is. @param {unknown} value */
export const show = (value) => (typeof value === "number" ? value.toLocaleString("en") : String(value));

/** The name in the reader's language of what has one in both. @param {{zh?: string, en?: string}} term */
export const nameOf = (term) => (language === "en" ? term.en || term.zh : term.zh || term.en) || "";

/**
 * An element; a text child becomes a text node. `say` is its text, `label` its name and tooltip, by key:
 * both change with the language of themselves.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "class") element.className = value;
    else if (key === "say" || key === "label" || key === "hint") element.dataset[key] = value;
    else if (key === "fill") element.style.setProperty("--fill", value);
    else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(.../** @type {(Node | string)[]} */ (children.filter((c) => c || c === "")));
  translate(element);
  return element;
}

/** Text of unknown direction, kept apart from what stands around it. @param {string} text */
export const isolated = (text) => make("bdi", {}, text);

/** @param {HTMLElement} element */
function translate(element) {
  const { say: text, label, hint } = element.dataset;
  if (text) element.textContent = say(text);
  if (label) {
    element.setAttribute("aria-label", say(label));
    element.title = say(label);
  }
  if (hint) element.setAttribute("placeholder", say(hint));
}

/** Draws now, and again whenever the language changes. @param {() => void} draw */
export function keepDrawn(draw) {
  drawn.push(draw);
  draw();
}

/** @type {(id: string) => HTMLElement} */
export const $ = (id) => {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no element ${id}`);
  return found;
};

/** The small coloured shape of a class, as the graph draws it. @param {{color?: string, shape?: string}} look */
export const swatch = (look) =>
  make("span", { class: `swatch ${look.shape ?? "dot"}`, fill: look.color ?? "#999999", "aria-hidden": "true" });

/** @param {string} key @param {Record<string, unknown>} [values] */
export const problem = (key, values) => make("p", { class: "problem", role: "alert" }, say(key, values));

/** What went wrong, in words. @param {unknown} error */
export const failure = (error) =>
  make("p", { class: "problem", role: "alert" }, isolated(error instanceof Error ? error.message : String(error)));

function frame() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-say], [data-label], [data-hint]")) {
    translate(/** @type {HTMLElement} */ (element));
  }
  const button = $("language");
  button.textContent = messages[language].switch;
  button.title = messages[language].switchTitle;
  for (const draw of drawn) draw();
}

$("language").addEventListener("click", () => {
  language = language === "zh" ? "en" : "zh";
  remember(KEPT, language);
  frame();
});
// "/" leads to the search box wherever the page has one, as in graph.html.
document.addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || target.closest("input, textarea, select, .editor")) return;
  const box = /** @type {HTMLInputElement | null} */ (document.querySelector("input[type=search]"));
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});
frame();
