// @ts-check
"use strict";

/**
 * The scene on the canvas (vis-network): colours, labels, zoom, clicks.
 */

/** @type {any} */
const { DataSet, Network } = /** @type {any} */ (globalThis).vis;

const SMALLEST = 10; // pixels on the screen; smaller names give way to those seen from afar
const LEGIBLE = 0.86; // scale from which all names are drawn in full ink
const SMALLEST_ON_LINE = 10; // pixels on the screen below which nothing is written on a line
const LONGEST_FAR = 16; // characters of a name seen from afar; a group's has its count behind
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

/** @param {SceneLine} line */
function lineLabel({ facts, role, from, bundle }) {
  const [fact] = facts;
  if (bundle) return facts.length > 1 ? `×${facts.length}` : "";
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
      ? { ...common, shape: "dot", size: 6, color: colors(fact.mode === "asserted" ? p.line : p.paper, p.line), font: { ...font, size: 12, strokeWidth: 4 }, title, shapeProperties }
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
    font: { color, strokeWidth: 0, background: p.paper, size: side ? 11 : 12 },
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

// Clicks.

/** What a click waits for: the other end of a path. @type {string} */
let pathFrom = "";

network.on("click", (/** @type {any} */ event) => {
  const [node] = event.nodes;
  if (node) chooseNode(node);
  else if (event.edges.length) change({ pick: event.edges[0] });
  else leave();
});
network.on("doubleClick", (/** @type {any} */ event) => {
  const [node] = event.nodes;
  if (node) openNode(node);
});
network.on("dragEnd", (/** @type {any} */ event) => {
  if (event.nodes.length) pin(event.nodes);
});

/** @param {string} id */
function chooseNode(id) {
  if (pathFrom && graph.entities.has(id) && id !== pathFrom) {
    const path = [pathFrom, id];
    pathFrom = "";
    change({ path, focus: "", pick: "" });
    fit();
  } else {
    change({ pick: id });
  }
}

/** Opens a group, or shows all that an entity is joined to. @param {string} id */
function openNode(id) {
  if (graph.groups.has(id)) {
    change({ open: [...state.open, id], pick: id });
    glide(id);
  } else if (graph.entities.has(id)) {
    graph.expand(id).then(() => {
      const entity = /** @type {Entity} */ (graph.entities.get(id));
      const near = entity.facts.filter(keepsFact).flatMap((f) => f.ends.map((e) => e.entity.id));
      reveal(near.filter((other) => other !== id));
    });
  }
}

/** Draws entities beside what is drawn. @param {string[]} ids */
function reveal(ids) {
  const wanted = new Set(ids);
  change({
    hidden: state.hidden.filter((id) => !wanted.has(id)),
    shown: [...state.shown, ...[...wanted].filter((id) => !state.shown.includes(id) && !scene.nodes.has(id))],
  });
}

/** @param {string[]} ids */
function hide(ids) {
  const gone = new Set(ids);
  change({
    hidden: [...state.hidden, ...[...gone].filter((id) => !state.hidden.includes(id))],
    shown: state.shown.filter((id) => !gone.has(id)),
    pick: gone.has(state.pick) ? "" : state.pick,
  });
}

/** Keeps nodes where they were put. @param {string[]} ids */
function pin(ids) {
  const at = network.getPositions(ids);
  const moved = new Set(ids);
  change({
    pinned: [
      ...state.pinned.filter((one) => !moved.has(one.split(",").slice(2).join(","))),
      ...ids.map((id) => `${Math.round(at[id].x)},${Math.round(at[id].y)},${id}`),
    ],
  });
}

/** @param {string} id */
function unpin(id) {
  change({ pinned: state.pinned.filter((one) => one.split(",").slice(2).join(",") !== id) });
}

/** @param {string} id */
function isPinned(id) {
  return state.pinned.some((one) => one.split(",").slice(2).join(",") === id);
}

/** Shows an entity, wherever it is: drawn, in a group, filtered out. @param {string} id */
function showEntity(id) {
  const entity = graph.entities.get(id);
  if (!entity) return;
  if (pathFrom && pathFrom !== id) {
    chooseNode(id);
    return;
  }
  change({
    pick: id,
    hidden: state.hidden.filter((one) => one !== id),
    offClasses: state.offClasses.filter((cls) => cls !== entity.cls),
    shown: scene.nodes.has(id) ? state.shown : [...state.shown, id],
  });
  glide(id);
}

/** @param {string} id */
function showFact(id) {
  change({ pick: id });
}

/** Back from a fact, a path, a focus, one at a time. */
function leave() {
  pathFrom = "";
  if (state.pick) change({ pick: "" });
  else if (state.path.length) change({ path: [] });
  else if (state.focus) change({ focus: "" });
  else render();
}

// Distance.

/** @param {number} factor */
function zoom(factor) {
  network.moveTo({ scale: Math.min(4, Math.max(0.02, network.getScale() * factor)) });
  keepView();
}

/** Writes to the address where the reader has moved to; no step to undo. */
function keepView() {
  const { x, y } = network.getViewPosition();
  state = { ...state, view: [Math.round(x), Math.round(y), Number(network.getScale().toPrecision(3))].map(String) };
  writeHash();
}
network.on("animationFinished", keepView);
network.on("dragEnd", (/** @type {any} */ event) => {
  if (!event.nodes.length) keepView();
});
/** @type {ReturnType<typeof setTimeout> | undefined} */
let zoomed;
network.on("zoom", () => {
  clearTimeout(zoomed);
  zoomed = setTimeout(keepView, 250);
});

/** Where the address says that the reader was; otherwise all. */
function restoreView() {
  const [x, y, scale] = state.view.map(Number);
  if (scale > 0 && Number.isFinite(x) && Number.isFinite(y)) network.moveTo({ position: { x, y }, scale: Math.min(4, Math.max(0.02, scale)) });
  else fit();
}

/** The canvas takes the room that it has now; who saw all sees all again. */
function resize() {
  network.setSize("100%", "100%");
  network.redraw();
  if (!state.view.length) fit();
}

/** Pixels that the open legend takes from the picture's left. */
function besideLegend() {
  const legend = /** @type {HTMLDetailsElement} */ (byId("legend"));
  return legend.open && byId("graph").clientWidth > 700 ? legend.offsetWidth + 10 : 0;
}

/** Moves to a node that is out of sight, near enough to read it. @param {string} id */
function glide(id) {
  if (!scene.nodes.has(id) || isInSight(id)) return;
  const animation = calm.matches ? false : { duration: 300 };
  if (calm.matches) setTimeout(keepView);
  network.focus(id, { scale: Math.max(LEGIBLE, network.getScale()), offset: { x: besideLegend() / 2, y: 0 }, animation });
}

/** @param {string} id */
function isInSight(id) {
  const { x, y } = network.canvasToDOM(positions.get(id) || { x: 0, y: 0 });
  const { clientWidth: width, clientHeight: height } = byId("graph");
  return network.getScale() > 0.3 && x > besideLegend() + 40 && x < width - 40 && y > 60 && y < height - 40;
}

/** All that is drawn, beside the legend; never larger than life, or two nodes would fill the screen. */
function fit() {
  const shown = [...positions.values()];
  state = { ...state, view: [] };
  writeHash();
  if (!shown.length) return;
  const xs = shown.map((n) => n.x);
  const ys = shown.map((n) => n.y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const { clientWidth: width, clientHeight: height } = byId("graph");
  // Half a name's width is kept free on both sides, in pixels of the screen; above, the status line.
  const room = Math.min((width - besideLegend() - Math.min(170, 0.28 * width)) / (right - left || 1), (height - 110) / (bottom - top || 1), 1.1);
  // vis-network fades names in over a little of the way; nothing comes to rest there.
  const scale = room < LEGIBLE && room * 13 > SMALLEST ? (SMALLEST - 0.1) / 13 : Math.max(0.02, room);
  network.moveTo({ position: { x: (left + right) / 2, y: (top + bottom) / 2 }, scale, offset: { x: besideLegend() / 2, y: 4 } });
}

// From afar.

/**
 * From afar, where labels would be too small to read, the busiest nodes still get theirs and then
 * the lines, the same size on the screen at every distance, as many as fit without covering anything.
 * @param {CanvasRenderingContext2D} canvas
 */
function labelFromAfar(canvas) {
  const scale = network.getScale();
  const all = nodeSet.get();
  const far = all.filter((/** @type {any} */ n) => n.font.size * scale < SMALLEST + 1); // vis-network fades its own over that last pixel
  if (!far.length) return;
  const p = palette;
  const selected = new Set(network.getSelectedNodes());
  const at = network.getPositions();
  const taken = new Boxes(120 / scale);
  for (const { id, size = 12 } of all) taken.add(at[id].x - size, at[id].y - size, at[id].x + size, at[id].y + size, id);

  /** Writes at the first of the places, middle and top, that is free. @param {string} id @param {string} text @param {[number, number][]} places @param {string} color @param {boolean} [boxed] */
  function write(id, text, places, color, boxed) {
    const half = canvas.measureText(text).width / 2 + 5 / scale;
    const free = places.find(([x, top]) => !taken.meets(x - half, top, x + half, top + 15 / scale, id));
    if (!free) return;
    const [x, top] = free;
    taken.add(x - half, top, x + half, top + 15 / scale, "");
    if (boxed) {
      canvas.fillStyle = p.line;
      canvas.fillRect(x - half - 1 / scale, top - 3 / scale, 2 * half + 2 / scale, 19 / scale);
      canvas.fillStyle = p.raised;
      canvas.fillRect(x - half, top - 2 / scale, 2 * half, 17 / scale);
    } else {
      canvas.strokeText(text, x, top);
    }
    canvas.fillStyle = color;
    canvas.fillText(text, x, top);
  }

  canvas.textAlign = "center";
  canvas.textBaseline = "top";
  canvas.lineJoin = "round";
  canvas.lineWidth = 3.5 / scale;
  canvas.strokeStyle = p.paper;
  canvas.font = `${12 / scale}px ${FACE}`;
  far.sort((/** @type {any} */ a, /** @type {any} */ b) =>
    Number(selected.has(b.id)) - Number(selected.has(a.id)) || (b.size || 15) - (a.size || 15) || (a.id < b.id ? -1 : 1));
  for (const node of far) {
    const isFact = node.shape === "box";
    const isGroup = graph.groups.has(node.id);
    const name = node.label.replace(/\n/g, isGroup ? " · " : state.lang === "zh" ? "" : " ");
    const most = isGroup ? LONGEST_FAR + 12 : state.lang === "zh" ? LONGEST_FAR : 2 * LONGEST_FAR;
    const text = name.length > most ? `${name.slice(0, most - 1)}…` : name;
    const { x, y } = at[node.id];
    if (isFact) write(node.id, text, [[x, y - 6 / scale]], p.ink, true);
    else write(node.id, text, [[x, y + node.size + 3 / scale], [x, y - node.size - 17 / scale]], p.ink);
  }
  if (12 * scale >= SMALLEST_ON_LINE) return;
  canvas.font = `${11 / scale}px ${FACE}`;
  const chosen = new Set(network.getSelectedEdges());
  const lines = lineSet.get().sort((/** @type {any} */ a, /** @type {any} */ b) => Number(chosen.has(b.id)) - Number(chosen.has(a.id)));
  for (const line of lines) {
    const [a, b] = [at[line.from], at[line.to]];
    if (!a || !b || !line.label || line.width <= 1) continue;
    if (canvas.measureText(line.label).width > 1.25 * Math.hypot(a.x - b.x, a.y - b.y)) continue;
    // Where the line is bent its middle lies beside the straight way; vis-network knows where.
    const along = [0.5, 0.6, 0.4, 0.7, 0.3].map((t) => network.body.edges[line.id].edgeType.getPoint(t));
    write(line.id, line.label, [0, 10, -10, -17, -22].flatMap((off) => along.map(({ x, y }) => /** @type {[number, number]} */ ([x, y + (off - 7) / scale]))), line.font.color);
  }
}
let palette = readPalette();
network.on("beforeDrawing", () => {
  palette = readPalette();
});
network.on("afterDrawing", (/** @type {CanvasRenderingContext2D} */ canvas) => {
  drawShares(canvas);
  labelFromAfar(canvas);
});

/** What classes a group is made of, as a pie within its ring. @param {CanvasRenderingContext2D} canvas */
function drawShares(canvas) {
  const at = graph.groups.size ? network.getPositions() : {};
  for (const node of scene.nodes.values()) {
    if (!node.classes || !at[node.id]) continue;
    const { x, y } = at[node.id];
    const radius = nodeSet.get(node.id).size - 4;
    let angle = -Math.PI / 2;
    // In the legend's order, so that two groups can be compared.
    for (const cls of graph.classes.values()) {
      const share = ((node.classes.get(cls.id) || 0) / node.count) * 2 * Math.PI;
      canvas.fillStyle = cls.color;
      canvas.beginPath();
      canvas.moveTo(x, y);
      canvas.arc(x, y, radius, angle, angle + share);
      canvas.fill();
      angle += share;
    }
  }
}

/** Boxes that know their neighbours: a grid, so that many hundred labels are compared with few. */
class Boxes {
  /** @param {number} cell */
  constructor(cell) {
    this.cell = cell;
    /** @type {Map<string, [number, number, number, number, string][]>} */
    this.grid = new Map();
  }

  /** @param {number} left @param {number} top @param {number} right @param {number} bottom @returns {string[]} */
  cells(left, top, right, bottom) {
    const keys = [];
    for (let x = Math.floor(left / this.cell); x <= right / this.cell; x += 1) {
      for (let y = Math.floor(top / this.cell); y <= bottom / this.cell; y += 1) keys.push(`${x},${y}`);
    }
    return keys;
  }

  /** @param {number} left @param {number} top @param {number} right @param {number} bottom @param {string} owner */
  add(left, top, right, bottom, owner) {
    for (const key of this.cells(left, top, right, bottom)) {
      const cell = this.grid.get(key);
      if (cell) cell.push([left, top, right, bottom, owner]);
      else this.grid.set(key, [[left, top, right, bottom, owner]]);
    }
  }

  /** @param {number} left @param {number} top @param {number} right @param {number} bottom @param {string} owner @returns {boolean} */
  meets(left, top, right, bottom, owner) {
    return this.cells(left, top, right, bottom).some((key) =>
      (this.grid.get(key) || []).some(([l, t, r, b, of]) => of !== owner && left < r && l < right && top < b && t < bottom));
  }
}
