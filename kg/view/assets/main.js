// @ts-check
"use strict";

/**
 * The page as a whole: draws it from the state, wires buttons and keys, begins.
 */

/** @type {{ keys: string[], message: string, act: () => void }[]} */
const KEYS = [
  { keys: ["/"], message: "keySearch", act: () => query.focus() },
  { keys: ["Escape"], message: "keyBack", act: () => (state.text ? change({ text: "", at: -1 }) : leave()) },
  { keys: ["ArrowRight", "ArrowLeft"], message: "keyNext", act: () => {} },
  { keys: ["Enter"], message: "keyOpen", act: () => state.pick && openNode(state.pick) },
  { keys: ["f"], message: "keyFocus", act: () => graph.entities.has(state.pick) && setFocus(state.focus === state.pick ? "" : state.pick) },
  { keys: ["1", "2", "3"], message: "keyDepth", act: () => {} },
  { keys: ["p"], message: "keyPath", act: () => graph.entities.has(state.pick) && waitForPath(state.pick) },
  { keys: ["h"], message: "keyHide", act: () => graph.entities.has(state.pick) && hide([state.pick]) },
  { keys: ["n"], message: "keyPin", act: () => graph.entities.has(state.pick) && (isPinned(state.pick) ? unpin(state.pick) : pin([state.pick])) },
  { keys: ["e"], message: "keyEvents", act: () => change({ mode: state.mode === "lines" ? "events" : "lines" }) },
  { keys: ["t"], message: "keyText", act: toggleText },
  { keys: ["u"], message: "keyUndo", act: undo },
  { keys: ["r"], message: "keyRedo", act: redo },
  { keys: ["+", "="], message: "keyIn", act: () => zoom(1.25) },
  { keys: ["-"], message: "keyOut", act: () => zoom(0.8) },
  { keys: ["0"], message: "keyFit", act: fit },
  { keys: ["l"], message: "keyLanguage", act: switchLanguage },
  { keys: ["?"], message: "keyHelp", act: () => openHelp() },
];

/** Draws all from the state. */
function render() {
  document.documentElement.lang = state.lang;
  drawPicture();
  drawLegend();
  drawPanel();
  drawText();
  drawTools();
  graph.look(state);
}

function drawTools() {
  query.placeholder = say(pathFrom ? "searchEnd" : "search");
  query.setAttribute("aria-label", query.placeholder);
  for (const [id, key] of Object.entries(TITLES)) {
    byId(id).setAttribute("aria-label", say(key));
    byId(id).title = say(key);
  }
  byId("graph").setAttribute("aria-label", say("graph"));
  byId("panel").setAttribute("aria-label", say("panel"));
  byId("reading").setAttribute("aria-label", say("text"));
  byId("language").textContent = say("switch");
  /** @type {HTMLButtonElement} */ (byId("undo")).disabled = past.length === 0;
  /** @type {HTMLButtonElement} */ (byId("redo")).disabled = future.length === 0;
  byId("events").setAttribute("aria-pressed", String(state.mode === "events"));
  byId("text").setAttribute("aria-pressed", String(state.text !== ""));
  drawSaves();
  drawStatus();
  tellChoice();
}

/** @type {Record<string, string>} */
const TITLES = {
  "zoom-in": "keyIn", "zoom-out": "keyOut", fit: "keyFit", language: "switchTitle", undo: "keyUndo", redo: "keyRedo",
  events: "keyEvents", text: "keyText", help: "keyHelp",
};

function drawSaves() {
  /** @type {HTMLElement} */ (byId("save").firstElementChild).textContent = say("save");
  byId("saves").replaceChildren(...Object.entries(savers).map(([kind, act]) =>
    button(say(`save-${kind}`), () => {
      /** @type {HTMLDetailsElement} */ (byId("save")).open = false;
      act();
    }, { "data-save": kind })));
}

/** What of the graph is seen, and how to leave a focus or a path. */
function drawStatus() {
  const focus = graph.entities.get(state.focus);
  /** @type {Child[]} */
  const parts = [];
  if (hasPath()) {
    parts.push(make("strong", {}, say("pathTitle")), " ", plain(say("leave"), () => change({ path: [] })), " · ");
  } else if (focus) {
    parts.push(make("strong", {}, say("focusOn"), " ", isolated(nameOf(focus))), " ",
      make("span", { role: "group", "aria-label": say("depth"), id: "depth" }, ...[1, 2, 3].map((n) =>
        button(String(n), () => setDepth(n), { "aria-pressed": String(n === state.depth), title: say("depthTitle", { n }) }))),
      " ", plain(say("leave"), () => setFocus("")), " · ");
  }
  if (pathFrom) parts.push(make("strong", {}, say("pathWaits")), " ", plain(say("leave"), leave), " · ");
  parts.push(say("seen", {
    entities: scene.entities.length, allEntities: graph.entities.size, facts: scene.facts.length, allFacts: graph.facts.size,
  }));
  if (state.open.length) parts.push(" · ", plain(say("closeGroups"), () => change({ open: [] })));
  byId("status").replaceChildren(...present(parts));
}

/** Tells those who do not see the picture what was chosen. */
function tellChoice() {
  const node = scene.nodes.get(state.pick);
  const said = node ? nodeLabel(node).replace(/\n/g, " ") : "";
  if (byId("said").textContent !== said) byId("said").textContent = said;
}

/** @param {number} depth */
function setDepth(depth) {
  if (!state.focus || depth === state.depth) return;
  change({ depth });
  fit();
}

function switchLanguage() {
  change({ lang: state.lang === "zh" ? "en" : "zh" });
}

/** Opens the text of what is chosen, or the first. */
function toggleText() {
  if (state.text) {
    change({ text: "", at: -1 });
    return;
  }
  const fact = graph.facts.get(state.pick) || graph.entities.get(state.pick)?.facts[0] || scene.lines.get(state.pick)?.facts[0];
  const sources = [...graph.sources.values()].filter((s) => s.text !== undefined);
  const evidence = fact?.evidence.find((e) => sources.includes(e.source));
  if (evidence) change({ text: evidence.source.name, at: evidence.start });
  else if (sources.length) change({ text: sources[0].name, at: -1 });
}

function openHelp() {
  const dialog = /** @type {HTMLDialogElement} */ (byId("keys"));
  dialog.replaceChildren(
    make("h2", {}, say("keysTitle")),
    make("dl", {}, ...KEYS.flatMap(({ keys, message }) => [
      make("dt", {}, ...keys.flatMap((k, i) => [i ? " " : "", make("kbd", {}, k.replace("Escape", "Esc").replace("ArrowRight", "→").replace("ArrowLeft", "←"))])),
      make("dd", {}, say(message).replace(/\s*[（(][^（(]*[）)]$/, "")),
    ])),
    make("p", { class: "around" }, say("mouse")),
    button(say("closeHelp"), () => dialog.close()));
  dialog.showModal();
}

/** The node after or before the one chosen, from left to right. @param {number} by */
function chooseNext(by) {
  const order = [...scene.nodes.keys()].sort((a, b) => {
    const [p, q] = [positions.get(a), positions.get(b)];
    return (p?.x || 0) - (q?.x || 0) || (p?.y || 0) - (q?.y || 0);
  });
  if (!order.length) return;
  const at = order.indexOf(state.pick);
  const next = order[(at + by + order.length + (at < 0 && by < 0 ? 1 : 0)) % order.length];
  change({ pick: next });
  glide(next);
}

document.addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && target !== query) {
    event.preventDefault();
    if (event.shiftKey) redo();
    else undo();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || /** @type {HTMLDialogElement} */ (byId("keys")).open) return;
  if (target.closest("input, select, textarea, dialog")) return;
  const isOnButton = Boolean(target.closest("button, summary, a"));
  if (event.key === "Enter" && isOnButton) return;
  if (["1", "2", "3"].includes(event.key)) setDepth(Number(event.key));
  else if (event.key === "ArrowRight" || event.key === "ArrowLeft") chooseNext(event.key === "ArrowRight" ? 1 : -1);
  else {
    const key = KEYS.find(({ keys }) => keys.includes(event.key));
    if (!key) return;
    key.act();
  }
  event.preventDefault();
});

/** @type {[string, () => void][]} */
const BUTTONS = [
  ["zoom-in", () => zoom(1.25)], ["zoom-out", () => zoom(0.8)], ["fit", fit], ["undo", undo], ["redo", redo],
  ["events", () => change({ mode: state.mode === "lines" ? "events" : "lines" })], ["text", toggleText], ["help", openHelp],
  ["language", switchLanguage],
];
for (const [id, act] of BUTTONS) byId(id).addEventListener("click", act);
byId("legend").addEventListener("toggle", () => resize());
window.addEventListener("resize", () => resize());
dark.addEventListener("change", () => render());
window.addEventListener("hashchange", readHash);

/** Begins with what the address says, or with the entity that the file is about. @param {Records} records */
function begin(records) {
  graph.add(records);
  graph.outside = records.outside || 0;
  graph.center = records.center || "";
  const tops = [...graph.groups.values()].filter((g) => !g.parent);
  const alone = tops.length === 1 && [...graph.entities.values()].every((e) => e.group) ? [tops[0].id] : [];
  state = location.hash.length > 1 ? stateOf(location.hash) : { ...START, pick: graph.center, open: alone };
  written = location.hash.replace(/^#/, "");
  /** @type {HTMLDetailsElement} */ (byId("legend")).open = matchMedia("(min-width: 801px)").matches;
  render();
  network.setSize("100%", "100%");
  restoreView();
  network.once("afterDrawing", () => {
    performance.mark("drawn");
    document.documentElement.dataset.ready = "true";
  });
  network.redraw();
}

begin(JSON.parse(byId("data").textContent || "{}"));
// For tests and for the curious.
Object.defineProperty(globalThis, "kgView", {
  value: Object.freeze({ network, graph, showEntity, showFact, csvText, svgText, turtleText, state: () => state, scene: () => scene }),
});
