// @ts-check
"use strict";

/**
 * What the reader does with nodes and lines: each a change of the state.
 */

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
  const group = graph.groups.get(id);
  if (group) {
    change({ open: [...state.open.filter((one) => one !== id), id], pick: id });
    fitGroup(group);
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
