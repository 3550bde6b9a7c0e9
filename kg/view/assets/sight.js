// @ts-check
"use strict";

/**
 * Where the reader looks at the picture from.
 */

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

/** All that is drawn. */
function fit() {
  state = { ...state, view: [] };
  writeHash();
  frame([...positions.values()]);
}

/** What a group shows where it is open. @param {Group} group */
function fitGroup(group) {
  frame([...group.drawn, ...group.groups].flatMap(({ id }) => positions.get(id) || []));
  keepView();
}

/** Moves so that all of these are seen beside the legend; never larger than life, or two nodes would fill the screen. @param {Position[]} seen */
function frame(seen) {
  if (!seen.length) return;
  const xs = seen.map((n) => n.x);
  const ys = seen.map((n) => n.y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const { clientWidth: width, clientHeight: height } = byId("graph");
  // Half a name's width is kept free on both sides, in pixels of the screen; above, the status line.
  const room = Math.min((width - besideLegend() - Math.min(170, 0.28 * width)) / (right - left || 1), (height - 110) / (bottom - top || 1), 1.1);
  // vis-network fades names in over a little of the way; nothing comes to rest there.
  const scale = room < LEGIBLE && room * 13 > SMALLEST ? (SMALLEST - 0.1) / 13 : Math.max(0.02, room);
  network.moveTo({ position: { x: (left + right) / 2, y: (top + bottom) / 2 }, scale, offset: { x: besideLegend() / 2, y: 4 } });
}
