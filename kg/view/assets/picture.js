// @ts-check
"use strict";

/**
 * The scene on the canvas (vis-network): colours, labels, zoom, clicks.
 */

/** @type {any} */
const { DataSet, Network } = /** @type {any} */ (globalThis).vis;

const SMALLEST = 10; // pixels on the screen; smaller names give way to those seen from afar
const LEGIBLE = 0.86; // scale from which all names are drawn in full ink
const SMALLEST_ON_LINE = 9.3; // pixels on the screen; in full ink a pixel above that, at LEGIBLE
const BEND = 0.22; // roundness between two lines that join the same nodes
const FACE = "system-ui, Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif";

const dark = matchMedia("(prefers-color-scheme: dark)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** @typedef {ReturnType<typeof readPalette>} Palette */

/** The colours of the style sheet, which change with the reader's light or dark. */
function readPalette() {
  const style = getComputedStyle(document.documentElement);
  const color = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
  return {
    paper: color("paper"), raised: color("raised"), ink: color("ink"), line: color("line"), lineLabel: color("line-label"),
    border: color("node-border"), accent: color("accent"), denied: color("denied"),
  };
}

/** The scene that is drawn, and where. @type {Scene} */
let scene = { nodes: new Map(), lines: new Map(), facts: [], entities: [] };
/** @type {Map<string, Position>} */
let positions = new Map();

const nodeSet = new DataSet([]);
const lineSet = new DataSet([]);
/** What was last given to the canvas, to give it changes alone. @type {Map<string, string>} */
const given = new Map();

const network = new Network(byId("graph"), { nodes: nodeSet, edges: lineSet }, {
  physics: false,
  layout: { improvedLayout: false },
  interaction: { hover: true, tooltipDelay: 250, hideEdgesOnDrag: false, selectConnectedEdges: true },
  nodes: {
    borderWidth: 1.5,
    borderWidthSelected: 4,
    margin: { top: 5, bottom: 5, left: 7, right: 7 },
    font: { size: 13, face: FACE },
    scaling: { label: { drawThreshold: SMALLEST + 1 } },
  },
  edges: {
    smooth: false,
    font: { size: 12, face: FACE },
    scaling: { label: { drawThreshold: SMALLEST_ON_LINE + 1 } },
    arrows: { to: { scaleFactor: 0.6 } },
    selectionWidth: 1.5,
    hoverWidth: 0.5,
  },
});

// What stands on nodes and lines.

/** A text for the canvas: no mark in it may turn around what stands beside it. @param {string} text */
function unturned(text) {
  return text.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "");
}

/** @param {SceneNode} node @returns {string} */
function nodeLabel({ entity, fact, group, count }) {
  if (entity) return (state.lang === "en" && entity.en ? entity.wrap?.[1] : entity.wrap?.[0]) || nameOf(entity);
  if (fact) return factLabel(fact);
  return `${groupName(/** @type {Group} */ (group))}\n${say("groupCount", { n: count })}`;
}

/** A group by the most connected that it holds. @param {Group} group @returns {string} */
function groupName(group) {
  return group.rest ? say("others") : nameOf(leaderOf(group));
}

/** @param {Group} group @returns {Entity} */
function leaderOf(group) {
  if (group.members.length) return group.members.reduce((best, e) => (e.near.size > best.near.size ? e : best));
  return group.groups.map(leaderOf).reduce((best, e) => (e.near.size > best.near.size ? e : best));
}

/** A fact's type and main value. @param {Fact} fact */
function factLabel(fact) {
  const value = fact.value ? fact.value[state.lang === "zh" ? 0 : 1] : "";
  return `${fact.mode === "negated" ? "✗ " : ""}${termName(fact.type)} ${value}`.trim();
}

/** Facts on the thickest line of a group: the thin ones go without a number. */
let mostBundled = 0;

/** @param {SceneLine} line */
function lineLabel({ facts, role, from, bundle }) {
  const [fact] = facts;
  if (bundle) return facts.length >= Math.max(3, mostBundled / 4) ? `×${facts.length}` : "";
  const roleName = role ? termName(roleOf(fact.type, role)) : "";
  if (scene.nodes.get(from)?.kind === "fact") return roleName;
  const sign = fact.mode === "negated" ? "✗ " : "";
  if (facts.length > 1) return `${sign}${termName(fact.type)}${role ? ` · ${roleName}` : ""} ×${facts.length}`;
  return role ? `${sign}${termName(fact.type)} · ${roleName}` : factLabel(fact);
}

// Colours and shapes.

/** @param {SceneNode} node @param {Palette} p */
function dressNode(node, p) {
  const { entity, fact, group } = node;
  const pinned = state.pinned.some((pin) => pin.split(",").slice(2).join(",") === node.id);
  const at = positions.get(node.id) || { x: 0, y: 0 };
  const font = { size: 13, color: p.ink, strokeColor: p.paper, strokeWidth: fact ? 0 : 4 };
  const common = { id: node.id, x: at.x, y: at.y, label: unturned(nodeLabel(node)) };
  const colors = (/** @type {string} */ fill, /** @type {string} */ border) => {
    const strong = { background: fill, border: p.accent };
    return { background: fill, border, highlight: strong, hover: strong };
  };
  if (entity) {
    const cls = classOf(entity);
    const near = entity.near.size;
    return {
      ...common, shape: cls.shape, size: sizeOf(entity), borderWidth: pinned ? 3.5 : 1.5, color: colors(cls.color, p.border),
      title: `${nameOf(entity)}\n${termName(cls)}${pinned ? ` · ${say("pinned")}` : ""}`,
      font: { ...font, size: 13 + Math.min(9, Math.max(0, Math.round(2 * Math.sqrt(near)) - 2)) },
    };
  }
  if (fact) {
    const title = sentenceText(fact);
    const shapeProperties = { borderDashes: fact.mode === "planned" ? [6, 4] : false };
    // Many facts as nodes stay small; one that joins many entities is what the eye looks for.
    return state.mode === "events"
      ? { ...common, shape: "dot", size: 6, color: colors(fact.mode === "asserted" ? p.line : p.paper, p.line), font: { ...font, strokeWidth: 4 }, title, shapeProperties }
      : { ...common, shape: "box", color: colors(p.raised, p.line), font, title, shapeProperties };
  }
  return {
    ...common, shape: "dot", size: 12 + Math.round(5 * Math.sqrt(Math.sqrt(node.count))), borderWidth: 2, font: { ...font, size: 14 },
    color: colors(p.paper, p.border), title: `${groupName(/** @type {Group} */ (group))}\n${say("groupTitle")}`,
  };
}

/** Pixels of an entity's node. @param {Entity} entity */
function sizeOf(entity) {
  if (state.size === "links") return 8 + Math.min(20, Math.round(4 * Math.sqrt(entity.near.size)));
  return 7 + Math.round(25 * Math.sqrt(entity.money / (mostMoney() || 1)));
}

let richest = { version: -1, most: 0 };

/** The most CNY that an entity has to do with. */
function mostMoney() {
  if (richest.version !== graph.version) {
    const most = [...graph.entities.values()].reduce((high, e) => Math.max(high, e.money), 0);
    richest = { version: graph.version, most };
  }
  return richest.most;
}

/** @param {SceneLine} line @param {number} bend @param {Palette} p */
function dressLine(line, bend, p) {
  const [fact] = line.facts;
  const denied = !line.bundle && fact.mode === "negated";
  const side = Boolean(line.role) || scene.nodes.get(line.from)?.kind === "fact";
  const color = denied ? p.denied : p.lineLabel;
  const dashes = line.bundle || fact.mode === "asserted" ? false : fact.mode === "planned" ? [8, 6] : [2, 5];
  return {
    id: line.id, from: line.from, to: line.to, label: unturned(lineLabel(line)), arrows: line.arrow ? "to" : "", dashes,
    width: line.bundle ? Math.min(8, 1 + Math.sqrt(line.facts.length) / 2) : side ? 1 : 1.6,
    color: { color: denied ? p.denied : p.line, highlight: p.accent, hover: p.accent, opacity: line.bundle ? Math.min(0.9, 0.2 + 0.15 * line.facts.length) : 1 },
    font: { color, strokeWidth: 0, background: p.paper, size: 12 },
    smooth: bend ? { enabled: true, type: bend > 0 ? "curvedCW" : "curvedCCW", roundness: Math.abs(bend) } : false,
  };
}

/** How each line is bent, so that those between the same two nodes lie side by side. @returns {Map<string, number>} */
function bends() {
  /** @type {Map<string, SceneLine[]>} */
  const pairs = new Map();
  for (const line of scene.lines.values()) {
    const pair = line.from < line.to ? `${line.from}|${line.to}` : `${line.to}|${line.from}`;
    pairs.set(pair, [...(pairs.get(pair) || []), line]);
  }
  const bent = new Map();
  for (const same of pairs.values()) {
    same.forEach((line, i) => {
      const offset = (i - (same.length - 1) / 2) * BEND;
      // vis-network bends to the side as seen from the line's beginning.
      bent.set(line.id, line.from < line.to ? offset : -offset);
    });
  }
  return bent;
}

/** Draws the scene of the state: gives the canvas what has changed. */
function drawPicture() {
  scene = makeScene();
  positions = placeScene(scene);
  const p = readPalette();
  const bent = bends();
  mostBundled = [...scene.lines.values()].reduce((most, line) => Math.max(most, line.bundle ? line.facts.length : 0), 0);
  renew(nodeSet, [...scene.nodes.values()].map((node) => dressNode(node, p)));
  renew(lineSet, [...scene.lines.values()].map((line) => dressLine(line, bent.get(line.id) || 0, p)));
  selectPicked();
}

/** @param {any} set @param {any[]} items */
function renew(set, items) {
  const wanted = new Set(items.map((item) => item.id));
  const gone = set.getIds().filter((/** @type {string} */ id) => !wanted.has(id));
  for (const id of gone) given.delete(id);
  set.remove(gone);
  const changed = items.filter((item) => {
    const now = JSON.stringify(item);
    if (given.get(item.id) === now) return false;
    given.set(item.id, now);
    return true;
  });
  set.update(changed);
}

/** What the panel is about is marked in the picture. */
function selectPicked() {
  const line = scene.lines.get(state.pick);
  const fact = graph.facts.get(state.pick);
  const facts = line ? line.facts : fact ? [fact] : [];
  const wanted = [state.pick, ...facts.flatMap((f) => [f.id, ...f.ends.map((e) => e.entity.id)])];
  const edges = [...scene.lines.values()].filter((l) => l.id === state.pick || (fact && l.facts.includes(fact)));
  const nodes = wanted.filter((id) => scene.nodes.has(id));
  network.setSelection({ nodes, edges: edges.map((l) => l.id) }, { highlightEdges: scene.nodes.get(state.pick)?.kind === "entity" });
}
