// @ts-check
"use strict";

/**
 * Words and elements. Names and texts enter the page as text nodes and canvas text, never as markup.
 */

/** @typedef {"zh" | "en"} Language */
/** @typedef {{ zh: string, en: string }} Labels */
/** @typedef {Node | string | null | undefined} Child */

/** @param {string} id @returns {HTMLElement} */
function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`no element #${id}`);
  return element;
}

/** @type {Record<Language, Record<string, string>>} */
const messages = JSON.parse(byId("messages").textContent || "{}");

/**
 * A message in the reader's language, its {places} filled.
 * @param {string} key
 * @param {Record<string, unknown>} [values]
 * @returns {string}
 */
function say(key, values = {}) {
  const message = messages[state.lang][key];
  if (message === undefined) throw new Error(`no message ${key}`);
  return message.replace(/\{(\w+)\}/g, (_, name) => numbered(values[name]));
}

/** A number with separators, anything else as text. @param {unknown} value @returns {string} */
function numbered(value) {
  return typeof value === "number" ? value.toLocaleString("en") : String(value);
}

/**
 * An element; a text child becomes a text node, a property that begins with "on" a listener.
 * @param {string} tag
 * @param {Record<string, any>} [props]
 * @param {...Child} children
 * @returns {HTMLElement}
 */
function make(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "class") element.className = value;
    else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key.startsWith("--")) element.style.setProperty(key, value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...present(children));
  return element;
}

/** @param {Child[]} children @returns {(Node | string)[]} */
function present(children) {
  return children.flatMap((child) => (child === null || child === undefined || child === "" ? [] : [child]));
}

/**
 * A button; with a title it says what it does where its face is a sign.
 * @param {Child} face
 * @param {() => void} act
 * @param {Record<string, any>} [props]
 * @returns {HTMLElement}
 */
function button(face, act, props = {}) {
  return make("button", { type: "button", onclick: act, ...props }, face);
}

/** A button that looks like a link. @param {Child} face @param {() => void} act @param {Record<string, any>} [props] */
function plain(face, act, props = {}) {
  return button(face, act, { ...props, class: `plain ${props.class || ""}`.trim() });
}

/** The node as a link, where there is somewhere to go. @param {Node} node @param {string} href */
function linked(node, href) {
  return href ? make("a", { href }, node) : node;
}

/** Text of unknown direction, kept apart from what stands around it. @param {string} text */
function isolated(text) {
  return make("bdi", {}, text);
}

/** Items with the language's comma between them. @param {Node[]} items @returns {Child[]} */
function listed(items) {
  return items.flatMap((item, i) => (i ? [state.lang === "zh" ? "、" : ", ", item] : [item]));
}
