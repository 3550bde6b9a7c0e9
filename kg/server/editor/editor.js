/**
 * The query page's editor: CodeMirror with SPARQL's grammar, in a shadow root.
 *
 * The shadow root is there for the content security policy: inside one CodeMirror brings its styles as
 * constructed style sheets, where it would else add style elements, which the policy refuses.
 */
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { HighlightStyle, LanguageSupport, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState, Prec } from "@codemirror/state";
import {
  EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers, placeholder,
} from "@codemirror/view";
import { styleTags, tags as t } from "@lezer/highlight";
import { SparqlLanguage } from "codemirror-lang-sparql";

/** @typedef {{label: string, apply: string, detail: string, kind: string}} Suggestion */
/**
 * @typedef {object} Options
 * @property {HTMLElement} parent what the editor is put into
 * @property {string} text
 * @property {string} label the editor's name for a screen reader
 * @property {(word: string, signal: AbortSignal) => Promise<Suggestion[]>} complete
 * @property {() => void} onRun
 * @property {() => void} onChange
 */

/** What is completed: a variable, a prefixed name in the making, or a word in any script. */
const WORD = /(?:[?$][\w\u0080-\uffff]*|[\w\u0080-\uffff][\w\u0080-\uffff.·-]*:?[\w\u0080-\uffff-]*)$/u;

// The package leaves prefixed names without a colour, which are most of what is written here.
const sparql = SparqlLanguage.configure({
  props: [styleTags({ "Pname_ln Pname_ns": t.namespace, "Langtag": t.annotation, "A_predicate": t.keyword })],
});

const KEYWORDS = (
  "SELECT DISTINCT REDUCED CONSTRUCT DESCRIBE ASK FROM NAMED WHERE PREFIX BASE OPTIONAL UNION MINUS GRAPH FILTER BIND VALUES UNDEF " +
  "EXISTS NOT IN AS GROUP BY HAVING ORDER ASC DESC LIMIT OFFSET COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT SEPARATOR STR LANG DATATYPE " +
  "BOUND IF COALESCE CONCAT STRLEN CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER SUBSTR REPLACE REGEX LCASE UCASE YEAR MONTH DAY NOW"
).split(" ");

const colors = HighlightStyle.define([
  { tag: t.keyword, color: "var(--code-keyword)", fontWeight: "600" },
  { tag: [t.variableName], color: "var(--code-variable)" },
  { tag: [t.string], color: "var(--code-string)" },
  { tag: [t.integer, t.float, t.bool], color: "var(--code-number)" },
  { tag: [t.namespace, t.url, t.typeName, t.annotation], color: "var(--code-name)" },
  { tag: t.comment, color: "var(--faint)", fontStyle: "italic" },
]);

const theme = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--paper)", fontSize: "14px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--ink)", padding: "8px 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { color: "var(--faint)", backgroundColor: "var(--raised)", border: "none" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent) 6%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--accent) 12%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 25%, transparent)",
  },
  ".cm-matchingBracket": { backgroundColor: "color-mix(in srgb, var(--accent) 25%, transparent)" },
  ".cm-tooltip": {
    color: "var(--ink)", backgroundColor: "var(--paper)", border: "1px solid var(--rule)", borderRadius: "6px", overflow: "hidden",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "inherit", maxHeight: "16em" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "2px 8px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { color: "var(--paper)", backgroundColor: "var(--accent)" },
  ".cm-completionDetail": { color: "var(--faint)", fontStyle: "normal", marginLeft: "10px" },
  "li[aria-selected] .cm-completionDetail": { color: "inherit" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "650" },
});

/** @param {string} text the query so far; its variables are suggested */
const variablesOf = (text) => [...new Set(text.match(/[?$][\p{L}_]\w*/gu) ?? [])].sort();

/** @param {Options} options */
export function createEditor({ parent, text, label, complete, onRun, onChange }) {
  /** @param {import("@codemirror/autocomplete").CompletionContext} context */
  async function suggest(context) {
    const word = context.matchBefore(WORD);
    if (!word || (word.from === word.to && !context.explicit)) return null;
    const before = context.state.sliceDoc(Math.max(0, word.from - 1), word.from);
    if (before === "<" || before === "#") return null;
    if (/^[?$]/.test(word.text)) {
      const all = variablesOf(context.state.doc.toString()).filter((name) => name !== word.text);
      return { from: word.from, options: all.map((name) => ({ label: name, type: "variable" })) };
    }
    // A keyword that is complete, or the beginning of a Latin word, is not worth a list in the way of what comes next.
    const upper = word.text.toUpperCase();
    if (!context.explicit && (/^[A-Za-z]$/.test(word.text) || KEYWORDS.includes(upper))) return null;
    const keywords = KEYWORDS.filter((keyword) => keyword.startsWith(upper)).map((keyword) => ({ label: keyword, type: "keyword", boost: 1 }));
    const controller = new AbortController();
    context.addEventListener("abort", () => controller.abort());
    const found = await complete(word.text, controller.signal);
    if (context.aborted || !(found.length + keywords.length)) return null;
    return {
      from: word.from,
      filter: false, // the server finds by labels in both languages, which what is typed need not resemble
      options: [...keywords, ...found.map(({ label: name, apply, detail, kind }) => ({ label: name, apply, detail, type: kind }))],
    };
  }

  const name = new Compartment();
  const naming = (/** @type {string} */ said) => EditorView.contentAttributes.of({ "aria-label": said });
  const shadow = parent.attachShadow({ mode: "open" });
  const view = new EditorView({
    root: shadow,
    parent: /** @type {any} */ (shadow),
    state: EditorState.create({
      doc: text,
      extensions: [
        Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (onRun(), true) }])),
        lineNumbers(), highlightActiveLineGutter(), highlightActiveLine(), history(), drawSelection(),
        indentOnInput(), indentUnit.of("  "), bracketMatching(), closeBrackets(), placeholder("SELECT …"),
        autocompletion({ override: [suggest], icons: false, maxRenderedOptions: 40, activateOnTypingDelay: 120 }),
        new LanguageSupport(sparql), syntaxHighlighting(colors), theme, EditorView.lineWrapping, name.of(naming(label)),
        // Tab leaves the editor after Escape, as WCAG 2.1.2 asks; CodeMirror knows that of itself.
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
        EditorView.updateListener.of((update) => update.docChanged && onChange()),
      ],
    }),
  });

  return {
    view,
    get text() {
      return view.state.doc.toString();
    },
    set text(value) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value }, scrollIntoView: true });
    },
    /** @param {string} said */
    relabel(said) {
      view.dispatch({ effects: name.reconfigure(naming(said)) });
    },
    focus() {
      view.focus();
    },
    /** Underlines the place of an error, lines and columns from 1; nothing takes it away. @param {{line: number, column: number, message: string} | null} error */
    mark(error) {
      if (!error) return view.dispatch(setDiagnostics(view.state, []));
      const line = view.state.doc.line(Math.min(Math.max(1, error.line), view.state.doc.lines));
      const from = Math.min(line.to, line.from + Math.max(0, error.column - 1));
      const to = Math.max(from, Math.min(line.to, from + (/^\S+/.exec(view.state.sliceDoc(from, line.to))?.[0].length ?? 1)));
      view.dispatch(
        setDiagnostics(view.state, [{ from: Math.min(from, Math.max(line.from, to - 1)), to, severity: "error", message: error.message }]),
        { selection: { anchor: from }, scrollIntoView: true },
      );
    },
  };
}
