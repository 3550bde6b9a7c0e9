/** The query page: the editor, the catalogue, the run, and the answer in its several forms. */
import { ask, ApiError, get, prefixes } from "./api.js";
import { catalogue } from "./catalogue.js";
import { chart, numberColumns } from "./chart.js";
import { $, currentLanguage, failure, given, isolated, keepDrawn, make, say, show } from "./dom.js";
import { makeField } from "./field.js";
import { forget, keep, past } from "./past.js";
import { picture } from "./picture.js";
import { download, nameIris, readAnswer, toCsv, toTsv } from "./results.js";
import { resultTable } from "./table.js";

/** @typedef {import("./results.js").Answer} Answer */

const START = "SELECT ?giver ?receiver ?amount ?time\nWHERE {\n  ?iri a kg:Donation ; kg:donor ?giver ; kg:recipient ?receiver .\n  OPTIONAL { ?iri kg:amount/kg:value ?amount }\n  OPTIONAL { ?iri kg:time ?time }\n}\nLIMIT 100";
const ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9";
const GRAPH_FORMATS = { Turtle: ["ttl", "text/turtle"], "N-Triples": ["nt", "application/n-triples"], "JSON-LD": ["jsonld", "application/ld+json"] };
// What the file of a catalogue's query says of itself at its top; the form has said it.
const HEADER = /^(?:#[ \t]*(?:title|title-zh|about|about-zh|param|param-zh):.*\r?\n|#[ \t]*\r?\n)+/;
const TICK = 100; // milliseconds between two looks at the clock while a query runs

/** @type {{controller: AbortController, id: string} | undefined} */
let running;
/** @type {{answer: Answer, text: string, query: string, ms: number} | undefined} */
let last;
/** What is shown of the answer. @type {"table" | "chart" | "graph"} */
let tab = "table";
/** @type {(() => void) | undefined} */
let redraw;

const place = make("div", { class: "editor" });
const runButton = make("button", { type: "button", class: "main", id: "run", say: "run", onclick: () => void run() });
const cancelButton = make("button", { type: "button", id: "cancel", say: "cancel", disabled: true, onclick: cancel });
const clock = make("span", { id: "clock", class: "count", role: "status" });
const shareButton = make("button", { type: "button", id: "share", say: "share", onclick: () => void share() });
const answerPlace = make("section", { id: "answer", "aria-live": "polite" });
const pastPlace = make("details", { id: "past" });
const questions = make("details", { id: "questions", open: true }, make("summary", { say: "catalogue" }));

$("main").append(
  make("h1", { say: "query" }),
  make("div", { class: "workbench" },
    make("aside", {}, questions, pastPlace),
    make("div", { class: "bench" }, place,
      make("div", { class: "toolbar" }, runButton, cancelButton, clock, make("span", { class: "spring" }), shareButton),
      answerPlace)));
/** @type {HTMLDetailsElement} */ (questions).open = matchMedia("(min-width: 900px)").matches;

const editor = await makeField({
  parent: place,
  text: START,
  label: say("editor"),
  onRun: () => void run(),
  onChange: () => editor.mark(null),
  complete: async (word, signal) => {
    try {
      const { hits } = await get("/api/complete", { q: word, lang: currentLanguage(), limit: 30 }, signal);
      return hits.map((/** @type {any} */ hit) => ({ label: hit.label, apply: hit.insert, detail: hit.detail, kind: hit.kind }));
    } catch {
      return []; // what is typed stays typed; the next key asks again
    }
  },
}, given.editor);

// The run.

/** Random, to name a query that may be cancelled; randomUUID is there on https and localhost alone. */
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");

async function run() {
  cancel();
  const [text, controller, id, began] = [editor.text, new AbortController(), newId(), performance.now()];
  const mine = { controller, id };
  running = mine;
  editor.mark(null);
  cancelButton.disabled = false;
  answerPlace.setAttribute("aria-busy", "true");
  const timer = window.setInterval(() => (clock.textContent = seconds(performance.now() - began)), TICK);
  try {
    const response = await ask("/sparql", {
      method: "POST",
      headers: { "Content-Type": "application/sparql-query", Accept: ACCEPT, "X-Query-Id": id },
      body: text,
      signal: controller.signal,
    });
    const [type, body] = [response.headers.get("content-type") ?? "", await response.text()];
    const ms = performance.now() - began;
    clearInterval(timer);
    const answer = readAnswer(body, type);
    if (running !== mine) return;
    last = { answer, text: body, query: text, ms };
    tab = answer.kind === "graph" && answer.rows.length ? "graph" : "table";
    clock.textContent = summary();
    keep({ text, at: new Date().toISOString(), ms: Math.round(ms), n: answer.rows.length });
    drawPast();
    const named = nameIris(answer, () => redraw?.()).catch(() => undefined); // without names a table shows IRIs
    if (tab === "graph") await named;
    await drawAnswer();
  } catch (error) {
    if (running !== mine && running !== undefined) return;
    last = undefined;
    redraw = undefined;
    clock.textContent = "";
    const cancelled = controller.signal.aborted;
    answerPlace.replaceChildren(cancelled ? make("p", { class: "count", id: "cancelled", say: "cancelled" }) : failure(error));
    if (!cancelled && error instanceof ApiError) underline(error.message);
  } finally {
    clearInterval(timer);
    if (running === mine || running === undefined) {
      running = undefined;
      cancelButton.disabled = true;
      answerPlace.removeAttribute("aria-busy");
    }
  }
}

/** Ends the run here and on the server, which would else work on to its time limit. */
function cancel() {
  if (!running) return;
  const { controller, id } = running;
  running = undefined;
  fetch(`/api/cancel?id=${id}`, { method: "POST" }).catch(() => undefined); // gone already
  controller.abort();
}

/** @param {string} message */
function underline(message) {
  const at = /line (\d+), column (\d+)/.exec(message);
  if (at) editor.mark({ line: Number(at[1]), column: Number(at[2]), message });
}

const seconds = (/** @type {number} */ ms) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

function summary() {
  if (!last) return "";
  const { answer, ms } = last;
  const key = { rows: "rowCount", graph: "tripleCount", boolean: "yesNo" }[answer.kind];
  return `${say(key, { n: answer.rows.length })} · ${seconds(ms)}`;
}

// The answer.

async function drawAnswer() {
  if (!last) return;
  const { answer } = last;
  redraw = undefined;
  if (answer.kind === "boolean") {
    answerPlace.replaceChildren(make("p", { class: "verdict" }, say(answer.boolean ? "yes" : "no")));
    redraw = () => void drawAnswer();
    return;
  }
  const hasChart = answer.kind === "rows" && answer.rows.length > 1 && numberColumns(answer).length > 0;
  /** @type {("table" | "chart" | "graph")[]} */
  const tabs = ["table", ...(hasChart ? [/** @type {const} */ ("chart")] : []), ...(answer.kind === "graph" && answer.rows.length ? [/** @type {const} */ ("graph")] : [])];
  const view = make("div", { id: "view" });
  answerPlace.replaceChildren(
    make("div", { class: "toolbar" },
      ...(tabs.length > 1 ? tabs.map((name) => make("button", {
        type: "button", class: "chip", "aria-pressed": String(tab === name), "data-tab": name, say: name, onclick: () => {
          tab = name;
          void drawAnswer();
        },
      })) : []),
      make("span", { class: "spring" }), ...downloads(answer)),
    view);
  if (!answer.rows.length) return view.replaceChildren(make("p", { class: "count", say: "noRows" }));
  if (tab === "graph") {
    const drawn = await picture(answer);
    view.replaceChildren(drawn.root);
    drawn.network.redraw();
    drawn.network.fit();
    return undefined;
  }
  const drawn = tab === "chart" ? chart(answer) : resultTable(answer);
  redraw = drawn.draw;
  return view.replaceChildren(drawn.root);
}

/** @param {Answer} answer */
function downloads(answer) {
  const button = (/** @type {string} */ name, /** @type {() => unknown} */ onclick) =>
    make("button", { type: "button", "data-format": name, title: `${say("download")} ${name}`, onclick }, name);
  if (answer.kind === "graph") {
    return Object.entries(GRAPH_FORMATS).map(([name, [ending, type]]) => button(name, () => void downloadGraph(ending, type)));
  }
  const text = last?.text ?? "";
  return [
    button("CSV", () => download("answer.csv", "text/csv", toCsv(answer))),
    button("TSV", () => download("answer.tsv", "text/tab-separated-values", toTsv(answer))),
    button("JSON", () => download("answer.srj", "application/sparql-results+json", text)),
  ];
}

/** The server writes RDF better than we do: it is asked again. @param {string} ending @param {string} type */
async function downloadGraph(ending, type) {
  if (!last) return;
  try {
    const response = await ask("/sparql", {
      method: "POST", headers: { "Content-Type": "application/sparql-query", Accept: type }, body: last.query,
    });
    download(`answer.${ending}`, type, await response.text());
  } catch (error) {
    answerPlace.prepend(failure(error));
  }
}

// The past, and links to share.

function drawPast() {
  const asked = past();
  pastPlace.hidden = !asked.length;
  pastPlace.replaceChildren(
    make("summary", {}, say("past"), " ", make("span", { class: "count" }, show(asked.length))),
    make("ul", { class: "questions" }, ...asked.map((one) => make("li", {},
      make("button", { type: "button", class: "plain pastquery", title: one.text, onclick: () => {
        editor.text = one.text;
        editor.focus();
      } }, isolated(gist(one.text))),
      make("div", { class: "count" }, `${new Date(one.at).toLocaleString(currentLanguage())} · ${seconds(one.ms)}`)))),
    make("button", { type: "button", class: "plain", say: "forget", onclick: () => {
      forget();
      drawPast();
    } }));
}

/** A query in one line, its comments and prefixes left out. @param {string} text */
const gist = (text) => text.split("\n").filter((line) => !/^\s*(#|prefix\b)/i.test(line)).join(" ").replace(/\s+/g, " ").trim().slice(0, 160);

async function share() {
  const address = new URL(location.href);
  address.hash = new URLSearchParams({ q: editor.text }).toString();
  history.replaceState(null, "", address);
  try {
    await navigator.clipboard.writeText(address.href);
    clock.textContent = say("copied");
  } catch {
    clock.textContent = say("inAddress"); // no clipboard without https: the address bar has it
  }
}

/** What the address asks for: #q=… a text, #name=…&param=… a question of the catalogue. */
async function follow() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const text = asked.get("q");
  if (text !== null) {
    editor.text = text;
    return run();
  }
  const { name, ...params } = Object.fromEntries(asked);
  if (!name) return undefined;
  const list = await ready;
  if (!list) return undefined;
  list.show(name);
  try {
    await list.ask(name, params);
  } catch (error) {
    // A parameter is missing: the form is open and says so itself.
    if (Object.keys(params).length) answerPlace.replaceChildren(failure(error));
  }
  return undefined;
}

async function loadCatalogue() {
  try {
    const [found, status] = await Promise.all([get("/api/queries"), get("/api/status")]);
    Object.assign(prefixes, found.prefixes);
    const list = catalogue({
      queries: found.queries,
      types: status.types,
      onAsk: (text, name, params) => {
        editor.text = text.replace(HEADER, "");
        history.replaceState(null, "", `#${new URLSearchParams({ name, ...params })}`);
        void run();
      },
    });
    questions.append(list.root);
    keepDrawn(list.draw);
    return list;
  } catch (error) {
    questions.append(failure(error));
    return undefined;
  }
}

const ready = loadCatalogue();
keepDrawn(() => {
  editor.relabel(say("editor"));
  if (!running) clock.textContent = summary();
  drawPast();
  redraw?.();
});
window.addEventListener("hashchange", () => void follow());
await ready;
await follow();
document.documentElement.dataset.ready = "true";
// For tests and for the curious.
Object.defineProperty(globalThis, "kgQuery", { value: Object.freeze({ editor, run }) });
