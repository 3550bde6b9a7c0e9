/** An answer as values, and as files to keep. */
import { MOST_LABELS, labelsOf, prefixes, shortened } from "./api.js";
import { currentLanguage, nameOf } from "./dom.js";

/** @typedef {{type: string, value: string, datatype?: string, "xml:lang"?: string}} Term */
/** @typedef {(Term | undefined)[]} Row */
/**
 * @typedef {object} Answer
 * @property {"rows" | "boolean" | "graph"} kind
 * @property {string[]} variables
 * @property {Row[]} rows solutions, or triples as three columns
 * @property {boolean} [boolean]
 * @property {Map<string, import("./api.js").Names>} labels names of IRIs, as far as they are known yet
 */

const MOST_NAMED = 10_000; // IRIs; beyond, a table shows their ends
const XSD = prefixes.xsd;
const NUMBERS = new Set(["integer", "decimal", "double", "float", "int", "long"].map((name) => XSD + name));
const TRIPLE = /^(<[^>]*>|_:\S+) (<[^>]*>) (<[^>]*>|_:\S+|"(?:[^"\\]|\\.)*"(?:@[\w-]+|\^\^<[^>]*>)?) ?\.$/u;

/** @param {string} text SPARQL JSON or N-Triples @param {string} type the media type @returns {Answer} */
export function readAnswer(text, type) {
  const labels = new Map();
  if (!type.includes("json")) {
    return { kind: "graph", variables: ["subject", "predicate", "object"], rows: readTriples(text), labels };
  }
  const data = JSON.parse(text);
  if (typeof data.boolean === "boolean") return { kind: "boolean", variables: [], rows: [], boolean: data.boolean, labels };
  const variables = data.head.vars ?? [];
  const rows = data.results.bindings.map((/** @type {any} */ b) => variables.map((/** @type {string} */ name) => b[name]));
  return { kind: "rows", variables, rows, labels };
}

/** @param {string} text @returns {Row[]} */
function readTriples(text) {
  return text.split("\n").flatMap((line) => {
    const match = TRIPLE.exec(line.trim());
    return match ? [[readTerm(match[1]), readTerm(match[2]), readTerm(match[3])]] : [];
  });
}

/** A term of N-Triples. @param {string} text @returns {Term} */
function readTerm(text) {
  if (text.startsWith("<")) return { type: "uri", value: unescape(text.slice(1, -1)) };
  if (text.startsWith("_:")) return { type: "bnode", value: text.slice(2) };
  const end = text.lastIndexOf('"');
  const [value, tail] = [unescape(text.slice(1, end)), text.slice(end + 1)];
  if (tail.startsWith("@")) return { type: "literal", value, "xml:lang": tail.slice(1) };
  return { type: "literal", value, datatype: tail ? tail.slice(3, -1) : undefined };
}

/** @type {Record<string, string>} */
const ESCAPES = { t: "\t", n: "\n", r: "\r", b: "\b", f: "\f" };
const unescape = (/** @type {string} */ text) =>
  text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/gu, (_, short, long, one) =>
    short || long ? String.fromCodePoint(parseInt(short ?? long, 16)) : ESCAPES[one] ?? one);

/** @param {Term | undefined} term */
export const numberOf = (term) =>
  term?.type === "literal" && term.datatype && NUMBERS.has(term.datatype) ? Number(term.value) : NaN;

/** Whether every value that a column has is a number, and there is one. @param {Answer} answer @param {number} column */
export function isNumeric(answer, column) {
  const cells = answer.rows.map((row) => row[column]).filter((term) => term !== undefined);
  return cells.length > 0 && cells.every((term) => !Number.isNaN(numberOf(term)));
}

/** A term as people read it. @param {Term | undefined} term @param {Answer} answer */
export function textOf(term, answer) {
  if (!term) return "";
  if (term.type === "uri") return labelOf(term.value, answer) ?? shortened(term.value);
  if (term.type === "bnode") return `_:${term.value}`;
  if (term.type === "triple") return triple(term);
  const isDecimal = term.datatype === `${XSD}decimal`; // years and offsets are integers and stay as they are
  return isDecimal && Math.abs(Number(term.value)) >= 1000 ? grouped(term.value) : term.value;
}

/** @param {Term} term */
const triple = (term) => {
  const { subject, predicate, object } = /** @type {any} */ (term.value);
  return `<<${[subject, predicate, object].map((t) => shortened(t.value)).join(" ")}>>`;
};

/** Digits in groups of three; by text, for a decimal may be longer than a float can hold. @param {string} digits */
const grouped = (digits) => digits.replace(/^(-?\d+)/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));

/** @param {string} iri @param {Answer} answer */
export function labelOf(iri, answer) {
  const names = answer.labels.get(iri);
  return names && (nameOf(names) || names[""]);
}

/** Asks for the names of the answer's IRIs, some hundred at a time. @param {Answer} answer @param {() => void} onSome */
export async function nameIris(answer, onSome) {
  const iris = [...new Set(answer.rows.flatMap((row) => row.flatMap((term) => (term?.type === "uri" ? [term.value] : []))))].slice(0, MOST_NAMED);
  for (let at = 0; at < iris.length; at += MOST_LABELS) {
    for (const [iri, names] of Object.entries(await labelsOf(iris.slice(at, at + MOST_LABELS)))) answer.labels.set(iri, names);
    onSome();
  }
}

/** The rows in the order of a column; numbers by size, texts by the reader's alphabet, nothing last. @param {Answer} answer @param {Row[]} rows @param {number} column @param {boolean} down */
export function sorted(answer, rows, column, down) {
  const numeric = isNumeric(answer, column);
  const { compare } = new Intl.Collator(currentLanguage(), { numeric: true });
  const keyed = rows.map((row) => ({ row, key: numeric ? numberOf(row[column]) : textOf(row[column], answer) }));
  const isEmpty = (/** @type {string | number} */ key) => key === "" || Number.isNaN(key);
  keyed.sort((a, b) => {
    if (isEmpty(a.key) || isEmpty(b.key)) return Number(isEmpty(a.key)) - Number(isEmpty(b.key));
    const order = numeric ? Number(a.key) - Number(b.key) : compare(String(a.key), String(b.key));
    return down ? -order : order;
  });
  return keyed.map((entry) => entry.row);
}

// Files, as W3C's "SPARQL 1.1 Query Results CSV and TSV Formats" has them.

/** @param {Answer} answer */
export function toCsv(answer) {
  const quoted = (/** @type {string} */ text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const cell = (/** @type {Term | undefined} */ term) => (term?.type === "bnode" ? `_:${term.value}` : quoted(term?.value ?? ""));
  return [answer.variables.map(quoted), ...answer.rows.map((row) => row.map(cell))].map((line) => `${line.join(",")}\r\n`).join("");
}

/** @param {Answer} answer */
export function toTsv(answer) {
  /** @type {Record<string, string>} */
  const escapes = { "\\": "\\\\", '"': '\\"', "\t": "\\t", "\n": "\\n", "\r": "\\r" };
  const cell = (/** @type {Term | undefined} */ term) => {
    if (!term) return "";
    if (term.type === "uri") return `<${term.value}>`;
    if (term.type === "bnode") return `_:${term.value}`;
    const text = `"${term.value.replace(/[\\"\t\n\r]/g, (c) => escapes[c])}"`;
    if (term["xml:lang"]) return `${text}@${term["xml:lang"]}`;
    return term.datatype ? `${text}^^<${term.datatype}>` : text;
  };
  return [answer.variables.map((name) => `?${name}`), ...answer.rows.map((row) => row.map(cell))].map((line) => `${line.join("\t")}\n`).join("");
}

/** @param {string} name @param {string} type @param {string} text */
export function download(name, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
