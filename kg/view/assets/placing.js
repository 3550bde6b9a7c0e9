// @ts-check
"use strict";

/**
 * Where each node of the scene stands. The file brings positions; what it has none for (a focus in a large
 * graph, what a search or a server added, facts as nodes) is placed here, the same for the same state.
 */

/** @typedef {{ x: number, y: number }} Position */

const RING = 210; // pixels between two rings of a focus
const APART = 128; // pixels between two nodes on a ring
const STRETCH = 1.5; // of the file's positions where every fact is a node between them
const TURN = 2.399963; // radians, the golden angle: even steps in ever new directions

/** @param {Scene} scene @returns {Map<string, Position>} */
function placeScene(scene) {
  /** @type {Map<string, Position>} */
  const placed = new Map();
  const known = knownPositions(scene);
  for (const [id, at] of pinnedPositions()) if (scene.nodes.has(id)) known.set(id, at);
  for (const id of scene.nodes.keys()) {
    const at = known.get(id);
    if (at) placed.set(id, at);
  }
  const missing = [...scene.nodes.keys()].filter((id) => !placed.has(id));
  if (missing.length) placeNear(missing, scene, placed);
  return placed;
}

/** @returns {Map<string, Position>} */
function pinnedPositions() {
  return new Map(state.pinned.flatMap((one) => {
    const [x, y, ...id] = one.split(",");
    const at = { x: Number(x), y: Number(y) };
    return Number.isFinite(at.x + at.y) ? [[id.join(","), at]] : [];
  }));
}

/** @param {Scene} scene @returns {Map<string, Position>} */
function knownPositions(scene) {
  const center = hasPath() ? state.path[0] : hasFocus() ? state.focus : "";
  const isWhole = graph.groups.size === 0 && [...scene.nodes.values()].some((n) => n.entity?.x !== undefined);
  if (center && !isWhole) return hasPath() ? inColumns(scene, center) : inRings(scene, center);
  const known = new Map();
  if (graph.groups.size) {
    arrange([...graph.groups.values()].filter((g) => !g.parent), free(scene, 1), { x: 0, y: 0 }, known);
  } else {
    for (const { id, x, y } of free(scene, state.mode === "lines" ? 1 : STRETCH)) known.set(id, { x, y });
  }
  return known;
}

/** What lies in no group and has a position. @param {Scene} scene @param {number} stretch */
function free(scene, stretch) {
  return [...scene.nodes.values()].flatMap(({ id, entity, fact }) => {
    const from = entity ? !entity.group && entity : fact?.hub && fact;
    return from && from.x !== undefined && from.y !== undefined ? [{ id, x: from.x * stretch, y: from.y * stretch }] : [];
  });
}

/** How far what a group holds reaches from its middle, zero where it is closed. @param {Group} group @returns {number} */
function reachOf(group) {
  if (!state.open.includes(group.id)) return 0;
  const inside = group.groups.map((g) => Math.hypot(g.x, g.y) + reachOf(g));
  const members = group.drawn.map((e) => Math.hypot(/** @type {number} */ (e.x), /** @type {number} */ (e.y)));
  return Math.max(0, ...inside, ...members) + 90;
}

/**
 * Groups and what lies in none around a middle; an open group pushes the others away as far as it reaches.
 * @param {Group[]} groups
 * @param {{ id: string, x: number, y: number }[]} others
 * @param {Position} middle
 * @param {Map<string, Position>} known
 */
function arrange(groups, others, middle, known) {
  const open = groups.filter((g) => state.open.includes(g.id)).map((g) => ({ id: g.id, x: g.x, y: g.y, reach: reachOf(g) }));
  for (const one of [...groups, ...others]) {
    let { x, y } = one;
    for (const pusher of open) {
      if (pusher.id === one.id) continue;
      const [dx, dy] = [one.x - pusher.x, one.y - pusher.y];
      const far = Math.hypot(dx, dy) || 1;
      x += (dx / far) * pusher.reach;
      y += (dy / far) * pusher.reach;
    }
    known.set(one.id, { x: Math.round(middle.x + x), y: Math.round(middle.y + y) });
  }
  for (const group of groups.filter((g) => state.open.includes(g.id))) {
    const at = /** @type {Position} */ (known.get(group.id));
    for (const e of group.drawn) known.set(e.id, { x: at.x + /** @type {number} */ (e.x), y: at.y + /** @type {number} */ (e.y) });
    arrange(group.groups, [], at, known);
  }
}

/** What each node is joined to, in the scene's order. @param {Scene} scene @returns {Map<string, string[]>} */
function joints(scene) {
  /** @type {Map<string, string[]>} */
  const joined = new Map([...scene.nodes.keys()].map((id) => [id, []]));
  for (const { from, to } of scene.lines.values()) {
    joined.get(from)?.push(to);
    joined.get(to)?.push(from);
  }
  return joined;
}

/** A tree by nearness to a node: the children of each, and how deep each lies. @param {Scene} scene @param {string} root */
function treeFrom(scene, root) {
  const joined = joints(scene);
  const depth = new Map([[root, 0]]);
  /** @type {Map<string, string[]>} */
  const children = new Map();
  for (const id of depth.keys()) {
    for (const other of joined.get(id) || []) {
      if (depth.has(other)) continue;
      depth.set(other, /** @type {number} */ (depth.get(id)) + 1);
      children.set(id, [...(children.get(id) || []), other]);
    }
  }
  return { depth, children };
}

/** Rings around a node, each subtree in its own sector. @param {Scene} scene @param {string} root */
function inRings(scene, root) {
  const { depth, children } = treeFrom(scene, root);
  /** @type {Map<string, number>} */
  const leaves = new Map();
  for (const id of [...depth.keys()].reverse()) {
    leaves.set(id, (children.get(id) || []).reduce((sum, c) => sum + (leaves.get(c) || 1), 0) || 1);
  }
  /** @type {number[]} */
  const radius = [0];
  const rings = Math.max(0, ...depth.values());
  for (let d = 1; d <= rings; d += 1) {
    const count = [...depth.values()].filter((v) => v === d).length;
    radius.push(Math.max(radius[d - 1] + RING, (count * APART) / (2 * Math.PI)));
  }
  /** @type {Map<string, Position>} */
  const known = new Map([[root, { x: 0, y: 0 }]]);

  /** @param {string} id @param {number} start @param {number} width */
  function spread(id, start, width) {
    let angle = start;
    for (const child of children.get(id) || []) {
      const share = (width * (leaves.get(child) || 1)) / (leaves.get(id) || 1);
      const r = radius[/** @type {number} */ (depth.get(child))];
      const at = angle + share / 2;
      known.set(child, { x: Math.round(1.25 * r * Math.cos(at)), y: Math.round(r * Math.sin(at)) });
      spread(child, angle, share);
      angle += share;
    }
  }
  spread(root, -Math.PI / 2, 2 * Math.PI);
  return known;
}

/** Columns by nearness to a node, for a path. @param {Scene} scene @param {string} root */
function inColumns(scene, root) {
  const { depth } = treeFrom(scene, root);
  /** @type {string[][]} */
  const columns = [];
  for (const [id, d] of depth) columns[d] = [...(columns[d] || []), id];
  /** @type {Map<string, Position>} */
  const known = new Map();
  columns.forEach((column, d) => column.forEach((id, i) => {
    const zigzag = d % 2 ? 40 : -40; // so that names beside one another have room
    known.set(id, { x: d * 230, y: Math.round((i - (column.length - 1) / 2) * 110) + zigzag });
  }));
  return known;
}

/** Places what has no position near what it is joined to, where there is room. @param {string[]} ids @param {Scene} scene @param {Map<string, Position>} placed */
function placeNear(ids, scene, placed) {
  const joined = joints(scene);
  const order = new Map(state.shown.map((id, i) => [id, i]));
  const waiting = ids.sort((a, b) => (order.get(a) ?? Infinity) - (order.get(b) ?? Infinity) || 0);
  const right = Math.max(0, ...[...placed.values()].map((p) => p.x)) + 250;
  for (const id of waiting) {
    const isFact = scene.nodes.get(id)?.kind === "fact";
    const near = (joined.get(id) || []).flatMap((other) => placed.get(other) || []);
    const middle = near.length
      ? { x: near.reduce((s, p) => s + p.x, 0) / near.length, y: near.reduce((s, p) => s + p.y, 0) / near.length }
      : { x: right, y: 0 };
    const [roomX, roomY] = isFact ? [80, 48] : [120, 64];
    const crowded = (/** @type {Position} */ at) =>
      [...placed.values()].some((p) => Math.abs(p.x - at.x) < roomX && Math.abs(p.y - at.y) < roomY);
    let at = middle;
    for (let k = 1; crowded(at) && k < 3000; k += 1) {
      const r = 34 * Math.sqrt(k);
      at = { x: middle.x + 1.3 * r * Math.cos(TURN * k), y: middle.y + r * Math.sin(TURN * k) };
    }
    placed.set(id, { x: Math.round(at.x), y: Math.round(at.y) });
  }
}
