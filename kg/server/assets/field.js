/** What the query page needs of an editor, and a plain text field that has it where there is no bundle. */
import { make } from "./dom.js";

/**
 * @typedef {object} Field
 * @property {string} text
 * @property {(said: string) => void} relabel
 * @property {() => void} focus
 * @property {(error: {line: number, column: number, message: string} | null) => void} mark
 */
/** @typedef {{parent: HTMLElement, text: string, label: string, complete: (word: string, signal: AbortSignal) => Promise<import("../editor/editor.js").Suggestion[]>, onRun: () => void, onChange: () => void}} Options */

/** @param {Options} options @returns {Field} */
export function plainField({ parent, text, label, onRun, onChange }) {
  const area = make("textarea", { spellcheck: "false", autocapitalize: "off", "aria-label": label });
  area.value = text;
  area.addEventListener("input", onChange);
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    onRun();
  });
  parent.append(area);
  return {
    get text() {
      return area.value;
    },
    set text(value) {
      area.value = value;
    },
    relabel: (said) => area.setAttribute("aria-label", said),
    focus: () => area.focus(),
    mark(error) {
      if (!error) return;
      const lines = area.value.split("\n").slice(0, error.line - 1);
      const at = lines.join("\n").length + (lines.length ? 1 : 0) + error.column - 1;
      area.focus();
      area.setSelectionRange(at, at + 1);
    },
  };
}

/** The bundled editor where it is there, else the plain field. @param {Options} options @param {boolean} bundled @returns {Promise<Field>} */
export async function makeField(options, bundled) {
  if (!bundled) return plainField(options);
  // A name that the type checker doesn't follow: the bundle is made at set-up, from kg/server/editor/.
  const path = "./built/editor.js";
  const { createEditor } = await import(path);
  return createEditor(options);
}
