/** The triples of a CONSTRUCT as a graph, drawn by the vis-network that pyvis brings. */
import { pageOf, shortened } from "./api.js";
import { make, say } from "./dom.js";
import { labelOf, textOf } from "./results.js";

/** @typedef {import("./results.js").Answer} Answer */
/** @typedef {import("./results.js").Term} Term */

const MOST_NODES = 300;
const LABEL = "http://www.w3.org/2000/01/rdf-schema#label";
const LONGEST = 24; // characters of a name

/** @type {Promise<any> | undefined} */
let library;

/** vis-network, loaded when the first graph is asked for: 600 kB that most queries don't need. @returns {Promise<any>} */
function load() {
  library ??= new Promise((resolve, reject) => {
    const script = make("script", { src: "/assets/vis-network.js" });
    script.addEventListener("load", () => resolve(/** @type {any} */ (globalThis).vis));
    script.addEventListener("error", () => reject(new Error("vis-network")));
    document.head.append(script);
  });
  return library;
}

const cut = (/** @type {string} */ text) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

/** @param {Answer} answer */
export async function picture(answer) {
  const vis = await load();
  /** @type {Map<string, any>} */
  const nodes = new Map();
  /** @type {any[]} */
  const edges = [];
  const style = getComputedStyle(document.documentElement);
  const color = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
  const own = new Map(answer.rows.flatMap(([s, p, o]) => (s && p?.value === LABEL && o ? [[s.value, o.value]] : [])));
  const key = (/** @type {Term} */ term) => (term.type === "literal" ? JSON.stringify([term.value, term["xml:lang"], term.datatype]) : term.value);
  let left = 0;

  /** @param {Term} term */
  function node(term) {
    const id = key(term);
    if (nodes.has(id)) return id;
    if (nodes.size >= MOST_NODES) return null;
    const isLiteral = term.type === "literal";
    const name = labelOf(term.value, answer) ?? own.get(term.value) ?? textOf(term, answer);
    nodes.set(id, {
      id, label: cut(name), title: isLiteral ? name : `${name}\n${term.value}`, shape: isLiteral ? "box" : "dot", size: 10,
      color: isLiteral ? { background: color("raised"), border: color("rule") } : { background: color("accent"), border: color("accent") },
      font: { color: color("ink"), size: 13 }, page: isLiteral ? null : pageOf(term.value),
    });
    return id;
  }

  for (const [subject, predicate, object] of answer.rows) {
    if (!subject || !predicate || !object || predicate.value === LABEL) continue;
    const [from, to] = [node(subject), node(object)];
    if (from === null || to === null) left += 1;
    else edges.push({ from, to, arrows: "to", label: cut(labelOf(predicate.value, answer) ?? shortened(predicate.value)) });
  }
  const canvas = make("div", { class: "canvas", role: "img", "aria-label": say("graphOf", { n: nodes.size }) });
  const root = make("div", {}, canvas, left ? make("p", { class: "count" }, say("graphPart", { n: left })) : null,
    make("p", { class: "count" }, say("graphHint")));
  const network = new vis.Network(canvas, { nodes: [...nodes.values()], edges }, {
    layout: { randomSeed: 1, improvedLayout: nodes.size < 120 },
    physics: { solver: "forceAtlas2Based", stabilization: { iterations: 250 }, forceAtlas2Based: { avoidOverlap: 0.6, springLength: 110 } },
    edges: { color: { color: color("line"), highlight: color("accent") }, font: { size: 11, color: color("line-label"), strokeColor: color("paper"), strokeWidth: 4 }, smooth: false },
    interaction: { hover: true, tooltipDelay: 150 },
  });
  network.once("stabilizationIterationsDone", () => network.setOptions({ physics: false }));
  network.on("doubleClick", (/** @type {{nodes: string[]}} */ event) => {
    const page = nodes.get(event.nodes[0])?.page;
    if (page) location.assign(page);
  });
  return { root, network };
}
