// @ts-check
"use strict";

/**
 * What is drawn over the canvas: names seen from afar, the shares of classes in a group.
 */

const LONGEST_FAR = 16; // characters of a name seen from afar; a group's has its count behind

/**
 * From afar, where labels would be too small to read, the busiest nodes still get theirs and then
 * the lines, the same size on the screen at every distance, as many as fit without covering anything.
 * @param {CanvasRenderingContext2D} canvas
 */
function labelFromAfar(canvas) {
  const scale = network.getScale();
  const all = nodeSet.get();
  const far = all.filter((/** @type {any} */ n) => n.font.size * scale < SMALLEST);
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
