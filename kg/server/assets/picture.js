/** The triples of a CONSTRUCT as a graph, drawn by the vis-network that pyvis brings. */
import { pageOf, prefixes, shortened } from "./api.js";
import { currentLanguage, make, say } from "./dom.js";
import { labelOf, textOf } from "./results.js";

/** @typedef {import("./results.js").Answer} Answer */
/** @typedef {import("./results.js").Term} Term */

const MOST_NODES = 300;
const LABEL = `${prefixes.rdfs}label`;
const CLASSES = new Set([`${prefixes.rdf}type`, `${prefixes.kg}directType`]);
const MOST_LINES = 14; // of a tooltip
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

/**
 * Things are nodes, what joins two of them is a line; texts, numbers and classes stand in a node's tooltip,
 * where they would else be hubs that join what has nothing to do with one another.
 * @param {Answer} answer
 */
export async function picture(answer) {
  const vis = await load();
  const style = getComputedStyle(document.documentElement);
  const color = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
  /** @type {Map<string, {lines: string[], name?: string, joined: number}>} */
  const things = new Map();
  /** @type {any[]} */
  const edges = [];
  let left = 0;

  /** @param {Term} term */
  function thing(term) {
    const known = things.get(term.value);
    if (known || things.size >= MOST_NODES) return known;
    const made = { lines: [], name: labelOf(term.value, answer), joined: 0 };
    things.set(term.value, made);
    return made;
  }

  for (const [subject, predicate, object] of answer.rows) {
    if (!subject || !predicate || !object) continue;
    const one = thing(subject);
    const said = labelOf(predicate.value, answer) ?? shortened(predicate.value);
    if (object.type === "literal" || CLASSES.has(predicate.value)) {
      if (predicate.value === LABEL) {
        if (one && (!one.name || object["xml:lang"] === currentLanguage())) one.name = object.value;
      } else one?.lines.push(`${said}: ${textOf(object, answer)}`);
      continue;
    }
    const other = thing(object);
    if (!one || !other) left += 1;
    else {
      one.joined += 1;
      other.joined += 1;
      edges.push({ from: subject.value, to: object.value, arrows: "to", label: cut(said) });
    }
  }
  const alone = edges.length ? [...things].filter(([, { joined }]) => !joined) : [];
  for (const [iri] of alone) things.delete(iri); // names of classes, mostly; the table has them
  const nodes = [...things].map(([id, { lines, name, joined }]) => ({
    id,
    label: cut(name ?? shortened(id)),
    title: [name ?? shortened(id), ...lines.slice(0, MOST_LINES)].join("\n"),
    shape: "dot",
    size: 8 + Math.min(14, 2 * Math.sqrt(joined)),
    color: { background: color("accent"), border: color("paper"), highlight: { background: color("accent"), border: color("ink") } },
    font: { color: color("ink"), size: 13, strokeColor: color("paper"), strokeWidth: 3 },
  }));
  const canvas = make("div", { class: "canvas", role: "img", "aria-label": say("graphOf", { n: nodes.length }) });
  const root = make("div", {}, canvas, left ? make("p", { class: "count" }, say("graphPart", { n: left })) : null,
    make("p", { class: "count" }, say("graphHint")));
  const network = new vis.Network(canvas, { nodes, edges }, {
    layout: { randomSeed: 1, improvedLayout: nodes.length < 120 },
    physics: { solver: "forceAtlas2Based", stabilization: { iterations: 300 }, forceAtlas2Based: { avoidOverlap: 0.8, springLength: 120, gravitationalConstant: -60 } },
    edges: {
      color: { color: color("line"), highlight: color("accent") }, smooth: false,
      font: { size: 11, color: color("line-label"), strokeColor: color("paper"), strokeWidth: 4 },
    },
    interaction: { hover: true, tooltipDelay: 150 },
  });
  network.once("stabilizationIterationsDone", () => network.setOptions({ physics: false }));
  network.on("doubleClick", (/** @type {{nodes: string[]}} */ event) => {
    const page = event.nodes[0] && pageOf(event.nodes[0]);
    if (page) location.assign(page);
  });
  return { root, network };
}
