// @ts-check
"use strict";

/**
 * The page's script: the picture (vis-network), the panel, the search, the legend.
 * Names and texts enter the page as text nodes and canvas text, never as markup.
 */
(() => {
  /** @type {any} */
  const vis = /** @type {any} */ (globalThis).vis;
  const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
  const data = JSON.parse($("data").textContent || "");
  const messages = JSON.parse($("messages").textContent || "");
  const PAGE = 40; // facts shown in the panel before "more"
  const MOST_SUGGESTIONS = 12;
  const MOST_ADDED = 12; // neighbours that come with a node that was not drawn
  const SMALLEST = 10; // pixels on the screen; smaller names give way to those seen from afar
  const SMALLEST_ON_LINE = 7; // pixels on the screen below which nothing is written on a line
  const LONGEST_FAR = 18; // characters of a name seen from afar
  const FACE = "system-ui, Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif";

  /** @type {"zh" | "en"} */
  let language = "zh";
  let connectedOnly = false;
  const hiddenClasses = new Set();
  const hiddenTypes = new Set();
  /** What the panel shows, so that a switch of language can show it again. @type {() => void} */
  let current = showOverview;

  const classes = new Map(data.classes.map((/** @type {any} */ c) => [c.id, c]));
  const types = new Map(data.types.map((/** @type {any} */ t) => [t.id, t]));
  /** @type {number[][]} */
  const factsOf = data.entities.map(() => []);
  data.facts.forEach((/** @type {any} */ fact, /** @type {number} */ i) => {
    for (const e of fact.e) factsOf[e].push(i);
  });
  const restNodes = new Map(data.rest.nodes.map((/** @type {any} */ n) => [n.id, n]));
  const nodes = new vis.DataSet(data.nodes);
  const edges = new vis.DataSet(data.edges);
  const lineOf = new Map(); // fact -> lines, drawn or not
  for (const line of [...data.edges, ...data.rest.edges]) {
    for (const f of line.facts) lineOf.set(f, [...(lineOf.get(f) || []), line.id]);
  }

  // Texts.

  /** @param {string} key @param {Record<string, unknown>} [values] */
  function say(key, values = {}) {
    return messages[language][key].replace(/\{(\w+)\}/g, (/** @type {string} */ _, /** @type {string} */ k) => String(values[k]));
  }

  /** @param {any} term */
  const termName = (term) => term[language];
  /** @param {number} e */
  const nameOf = (e) => (language === "en" && data.entities[e].en) || data.entities[e].label;
  /** @param {number} e */
  const classOf = (e) => /** @type {any} */ (classes.get(data.entities[e].cls));

  // Elements.

  /**
   * An element; a text child becomes a text node.
   * @param {string} tag
   * @param {Record<string, any>} [props]
   * @param {...(Node | string | null | undefined)} children
   */
  function make(tag, props = {}, ...children) {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(props)) {
      if (key === "class") element.className = value;
      else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else if (key === "fill") element.style.setProperty("--fill", value);
      else element.setAttribute(key, value);
    }
    element.append(...children.filter((c) => c !== null && c !== undefined).map((c) => /** @type {Node | string} */ (c)));
    return element;
  }

  /** @param {any} cls */
  const swatch = (cls) => make("span", { class: `swatch ${cls.shape}`, fill: cls.color, "aria-hidden": "true" });
  /** Text of unknown direction, kept apart from what stands around it. @param {string} text */
  const isolated = (text) => make("bdi", {}, text);
  /** @param {number} e */
  const entityLink = (e) => make("button", { class: "plain", type: "button", onclick: () => showEntity(e) }, isolated(nameOf(e)));

  // The panel.

  /** @param {...(Node | string | null)} children */
  function fillPanel(...children) {
    $("panel").replaceChildren(...children.filter((c) => c !== null).map((c) => /** @type {Node} */ (c)));
    $("panel").scrollTop = 0;
  }

  const back = () =>
    make("button", { class: "plain", type: "button", onclick: leave }, `← ${say("overview")}`);

  function showOverview() {
    current = showOverview;
    const { counts } = data;
    /** @type {[string, number][]} */
    const ways = [["lines", counts.lines], ["hubs", counts.hubs], ["inPanel", counts.panel], ["unnamed", counts.unnamed], ["outside", counts.outside]];
    const bySource = new Map();
    for (const fact of data.facts) {
      for (const source of new Set(fact.ev.map((/** @type {any} */ e) => e.source))) {
        bySource.set(source, (bySource.get(source) || 0) + 1);
      }
    }
    const unnamed = [...data.facts.keys()].filter((/** @type {number} */ f) => data.facts[f].e.length === 0);
    const all = data.nodes.length + data.rest.nodes.length;
    fillPanel(
      make("h2", {}, say("overview")),
      make("p", {}, say("about", counts)),
      make("ul", { id: "ways" }, ...ways.filter(([, n]) => n > 0).map(([key, n]) => make("li", {}, say(key, { n })))),
      data.rest.nodes.length ? make("p", { id: "partly" }, say("partly", { drawn: data.nodes.length, all })) : null,
      make("p", { class: "around" }, say("hint")),
      make("h3", {}, say("sources")),
      make("ul", {}, ...[...bySource].sort((a, b) => (a[0] < b[0] ? -1 : 1)).map(([source, n]) =>
        make("li", {}, isolated(source), " ", make("span", { class: "count" }, say("sourceFacts", { n }))))),
      unnamed.length ? make("h3", { id: "unnamed" }, say("unnamedTitle")) : null,
      factList(unnamed),
    );
  }

  /** Facts with a button for the next ones, in the order given. @param {number[]} facts */
  function factList(facts) {
    const list = make("div");
    let shown = 0;
    const more = make("button", { type: "button", onclick: next });
    function next() {
      more.remove();
      list.append(...facts.slice(shown, shown + PAGE).map(factCard));
      shown += PAGE;
      if (shown < facts.length) {
        more.textContent = say("more", { n: facts.length - shown });
        list.append(more);
      }
    }
    next();
    return list;
  }

  /** @param {number} e */
  function entityPanel(e) {
    const entity = data.entities[e];
    const cls = classOf(e);
    const names = [entity.label, entity.en, ...(entity.aliases || [])].filter((n) => n && n !== nameOf(e));
    const rows = [
      names.length ? row("names", names.flatMap((n, i) => (i ? [language === "zh" ? "、" : ", ", isolated(n)] : [isolated(n)]))) : null,
      row("class", [termName(cls)]),
      entity.in ? row("place", entity.in.flatMap((/** @type {any} */ place, /** @type {number} */ i) => [i ? " ‹ " : "", placeName(place)])) : null,
      entity.code ? row("code", [entity.code]) : null,
      row("iri", [isolated(entity.iri)]),
    ];
    const facts = factsOf[e];
    fillPanel(
      back(),
      make("h2", { class: "with-swatch" }, swatch(cls), isolated(nameOf(e))),
      make("dl", {}, ...rows.flatMap((r) => r || [])),
      make("h3", {}, facts.length ? say("factCount", { n: facts.length }) : say("noFacts")),
      factList(facts),
    );
  }

  /** @param {any} place */
  function placeName(place) {
    const name = language === "en" ? place.en : place.label;
    return typeof place.e === "number" ? entityLink(place.e) : isolated(name);
  }

  /** @param {string} key @param {(Node | string)[]} children */
  const row = (key, children) => [make("dt", {}, say(key)), make("dd", {}, ...children)];

  /** @param {number[]} facts */
  function factsPanel(facts) {
    fillPanel(back(), make("h2", {}, facts.length > 1 ? say("factsHere", { n: facts.length }) : say("factTitle")), factList(facts));
  }

  /** One fact: its type, what fills each role, and every place that states it. @param {number} f */
  function factCard(f) {
    const fact = data.facts[f];
    const type = /** @type {any} */ (types.get(fact.type));
    const colors = new Map(Object.keys(type.roles).map((role, i) => [role, `r${i % 8}`]));
    const [first, ...others] = fact.ev.map((/** @type {any} */ e) => quote(e, type, colors));
    return make(
      "article",
      { class: "fact", "data-fact": String(f) },
      make("button", { class: "plain type", type: "button", onclick: () => showFact(f) }, termName(type)),
      fact.m === "asserted" ? null : make("span", { class: `badge ${fact.m}` }, say(fact.m)),
      make("dl", {}, ...fact.roles.flatMap((/** @type {any} */ [role, fillers]) => [
        make("dt", { class: colors.get(role) }, termName(type.roles[role])),
        make("dd", {}, ...fillers.map((/** @type {any} */ v) => make("span", { class: "filler" }, ...filler(v)))),
      ])),
      first,
      others.length ? make("details", {}, make("summary", {}, say("alsoAt", { n: others.length })), ...others) : null,
      make("div", { class: "where" }, say("confidence", { c: fact.c }), " · ", isolated(fact.by)),
    );
  }

  /** @param {any} v */
  function filler(v) {
    if (v.e !== undefined) return [entityLink(v.e)];
    const [main, beside] = language === "en" && v.v ? [v.v, v.s] : [v.s, v.v];
    if (!beside || v.s.startsWith(v.v)) return [isolated(main)]; // the one says no more than the other
    return [isolated(main), " ", make("span", { class: "value" }, isolated(beside))];
  }

  /** The source's words with the fillers marked. @param {any} e @param {any} type @param {Map<string, string>} colors */
  function quote(e, type, colors) {
    /** @param {any} part */
    const piece = ([text, roles, entity, trigger]) => {
      const titles = roles.map((/** @type {string} */ r) => termName(type.roles[r]));
      if (trigger) titles.push(say("trigger"));
      if (!roles.length) return trigger ? make("span", { class: "trigger", title: titles.join(", ") }, text) : text;
      const mark = make("mark", { class: `${colors.get(roles[0])}${trigger ? " trigger" : ""}`, title: titles.join(", ") }, text);
      if (entity !== null) {
        mark.classList.add("link");
        mark.addEventListener("click", () => showEntity(entity));
      }
      return mark;
    };
    const far = (e.far || []).map((/** @type {any} */ f) =>
      make("div", { class: "around" }, say("elsewhere"), " ", f.before, piece(f.part), f.after));
    return make(
      "blockquote",
      { dir: "auto" },
      e.before ? make("span", { class: "around" }, e.before) : null,
      make("q", {}, ...e.parts.map(piece)),
      e.after ? make("span", { class: "around" }, e.after) : null,
      ...far,
      make("div", { class: "where" }, isolated(e.source), " · ", say("characters", e)),
    );
  }

  // Selection.

  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  /** @param {number} e @param {boolean} [move] */
  function showEntity(e, move = true) {
    current = () => entityPanel(e);
    reveal(e);
    current();
    const id = `e${e}`;
    if (nodes.get(id).hidden) return;
    network.selectNodes([id]);
    if (!move) return;
    const animation = calm.matches ? false : { duration: 350 };
    network.focus(id, { scale: Math.max(0.85, network.getScale()), offset: { x: besideLegend() / 2, y: 0 }, animation });
  }

  /** The fact alone, with its line and all it names selected. @param {number} f */
  function showFact(f) {
    selectFacts([f]);
    current = () => factsPanel([f]);
    current();
  }

  /** @param {number[]} facts */
  function selectFacts(facts) {
    const ids = facts.flatMap((f) => [`f${f}`, ...data.facts[f].e.map((/** @type {number} */ e) => `e${e}`)]);
    const lines = facts.flatMap((f) => lineOf.get(f) || []);
    const drawn = { nodes: ids.filter((id) => nodes.get(id)), edges: lines.filter((id) => edges.get(id)) };
    network.setSelection(drawn, { highlightEdges: false });
  }

  function leave() {
    network.unselectAll();
    showOverview();
  }

  /** Adds an entity that was not drawn, with some of its neighbours. @param {number} e */
  function reveal(e) {
    const id = `e${e}`;
    if (nodes.get(id)) return;
    add(id);
    const near = data.rest.edges
      .filter((/** @type {any} */ l) => l.from === id || l.to === id)
      .map((/** @type {any} */ l) => (l.from === id ? l.to : l.from));
    for (const other of [...new Set(near)].filter((n) => !nodes.get(n)).slice(0, MOST_ADDED)) add(/** @type {string} */ (other));
    applyFilter();
  }

  /** Puts a node near those it is joined to, where there is room. @param {string} id */
  function add(id) {
    const node = /** @type {any} */ (restNodes.get(id));
    const lines = data.rest.edges.filter((/** @type {any} */ l) => l.from === id || l.to === id);
    const joined = lines.map((/** @type {any} */ l) => nodes.get(l.from === id ? l.to : l.from)).filter(Boolean);
    const all = nodes.get();
    let x = Math.max(0, ...all.map((/** @type {any} */ n) => n.x)) + 250;
    let y = 0;
    if (joined.length) {
      x = joined.reduce((/** @type {number} */ sum, /** @type {any} */ n) => sum + n.x, 0) / joined.length;
      y = joined.reduce((/** @type {number} */ sum, /** @type {any} */ n) => sum + n.y, 0) / joined.length;
    }
    const crowded = (/** @type {number} */ a, /** @type {number} */ b) =>
      all.some((/** @type {any} */ n) => Math.abs(n.x - a) < 150 && Math.abs(n.y - b) < 75);
    let [a, b] = [x, y];
    for (let k = 1; crowded(a, b) && k < 2000; k += 1) {
      // A sunflower's spiral: even steps outwards in ever new directions.
      a = x + 60 * Math.sqrt(k) * Math.cos(2.39996 * k);
      b = y + 60 * Math.sqrt(k) * Math.sin(2.39996 * k);
    }
    nodes.add(dressNode({ ...node, x: Math.round(a), y: Math.round(b) }, palette()));
    edges.add(lines.filter((/** @type {any} */ l) => nodes.get(l.from) && nodes.get(l.to) && !edges.get(l.id)).map((/** @type {any} */ l) => dressEdge(l, palette())));
  }

  // The picture.

  const dark = matchMedia("(prefers-color-scheme: dark)");

  /** The colours of the style sheet, which change with the reader's light or dark. */
  function palette() {
    const style = getComputedStyle(document.documentElement);
    const color = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
    return {
      paper: color("paper"), raised: color("raised"), ink: color("ink"), line: color("line"), lineLabel: color("line-label"),
      border: color("node-border"), accent: color("accent"), denied: color("denied"),
    };
  }

  /** A node in the reader's language and colours. @param {any} node @param {ReturnType<typeof palette>} p */
  function dressNode(node, p) {
    const n = Number(node.id.slice(1));
    const isFact = node.id.startsWith("f");
    const fill = isFact ? p.raised : classOf(n).color;
    const cls = isFact ? termName(types.get(data.facts[n].type)) : termName(classOf(n));
    const strong = { background: fill, border: p.accent };
    return {
      ...node,
      label: node.labels[language],
      title: isFact ? cls : `${nameOf(n)}\n${cls}`,
      color: { background: fill, border: isFact ? p.line : p.border, highlight: strong, hover: strong },
      font: { ...node.font, color: p.ink, strokeColor: p.paper, strokeWidth: isFact ? 0 : 4 },
      shapeProperties: { borderDashes: isFact && data.facts[n].m === "planned" ? [6, 4] : false },
    };
  }

  /** @param {any} edge @param {ReturnType<typeof palette>} p */
  function dressEdge(edge, p) {
    const denied = data.facts[edge.facts[0]].m === "negated";
    const color = denied ? p.denied : p.lineLabel;
    return {
      ...edge,
      label: edge.labels[language],
      width: edge.side ? 1 : 1.6,
      color: { color: denied ? p.denied : p.line, highlight: p.accent, hover: p.accent },
      // A background would stay behind where a label is moved; there a halo must do.
      font: edge.shift
        ? { color, vadjust: edge.shift, strokeWidth: 5, strokeColor: p.paper }
        : { color, strokeWidth: 0, background: p.paper },
    };
  }

  function dress() {
    const p = palette();
    nodes.update(nodes.get().map((/** @type {any} */ n) => dressNode(n, p)));
    edges.update(edges.get().map((/** @type {any} */ e) => dressEdge(e, p)));
  }

  dress();
  const network = new vis.Network($("graph"), { nodes, edges }, {
    physics: false,
    layout: { improvedLayout: false },
    interaction: { hover: true, tooltipDelay: 250, hideEdgesOnDrag: data.edges.length > 800, selectConnectedEdges: true },
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

  network.on("click", (/** @type {any} */ event) => {
    const [node] = event.nodes;
    if (node && node.startsWith("e")) {
      current = () => entityPanel(Number(node.slice(1)));
      current();
    } else if (node) {
      showFact(Number(node.slice(1)));
    } else if (event.edges.length) {
      const { facts } = edges.get(event.edges[0]);
      selectFacts(facts);
      current = () => factsPanel(facts);
      current();
    } else {
      leave();
    }
  });
  network.on("dragEnd", (/** @type {any} */ event) => {
    for (const [id, at] of Object.entries(network.getPositions(event.nodes))) nodes.update({ id, .../** @type {any} */ (at) });
  });

  /**
   * From afar, where labels would be too small to read, the busiest nodes still get theirs and then
   * the lines, the same size on the screen at every distance, as many as fit without covering anything.
   * @param {CanvasRenderingContext2D} canvas
   */
  function labelFromAfar(canvas) {
    const scale = network.getScale();
    const at = network.getPositions(); // of hidden nodes none
    const shown = nodes.get().filter((/** @type {any} */ n) => at[n.id]);
    const far = shown.filter((/** @type {any} */ n) => (n.font.size || 13) * scale < SMALLEST);
    if (!far.length) return;
    const p = palette();
    const selected = new Set(network.getSelectedNodes());
    /** @type {[number, number, number, number, string][]} */
    const taken = shown.map((/** @type {any} */ { id, size = 12 }) => {
      const { x, y } = at[id];
      return [x - size, y - size, x + size, y + size, id];
    });

    /** @param {string} id @param {string} text @param {number} x @param {number} top @param {string} color @param {boolean} boxed */
    function write(id, text, x, top, color, boxed) {
      const half = canvas.measureText(text).width / 2 + 5 / scale;
      const bottom = top + 15 / scale;
      if (taken.some(([l, t, r, b, of]) => of !== id && x - half < r && l < x + half && top < b && t < bottom)) return;
      taken.push([x - half, top, x + half, bottom, ""]);
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
      const isFact = node.id.startsWith("f");
      const name = isFact ? node.label : nameOf(Number(node.id.slice(1)));
      const text = name.length > LONGEST_FAR ? `${name.slice(0, LONGEST_FAR - 1)}…` : name;
      const { x, y } = at[node.id];
      write(node.id, text, x, isFact ? y - 6 / scale : y + node.size + 3 / scale, p.ink, isFact);
    }
    if (12 * scale >= SMALLEST_ON_LINE) return;
    canvas.font = `${11 / scale}px ${FACE}`;
    for (const line of edges.get()) {
      const [a, b] = [at[line.from], at[line.to]];
      if (!a || !b || line.hidden || line.side) continue;
      // Where the line is bent its middle lies beside the straight way; vis-network knows where.
      const middle = network.body.edges[line.id].edgeType.getPoint(0.5);
      if (canvas.measureText(line.label).width < Math.hypot(a.x - b.x, a.y - b.y)) {
        write(line.id, line.label, middle.x, middle.y - 7 / scale, line.font.color, false);
      }
    }
  }
  network.on("afterDrawing", labelFromAfar);

  /** @param {number} factor */
  const zoom = (factor) => network.moveTo({ scale: Math.min(4, Math.max(0.03, network.getScale() * factor)) });
  /** Pixels that the open legend takes from the picture's left. */
  function besideLegend() {
    const legend = /** @type {HTMLDetailsElement} */ ($("legend"));
    return legend.open && $("graph").clientWidth > 700 ? legend.offsetWidth + 10 : 0;
  }

  /** All that is not hidden, beside the legend; never larger than life, or two nodes would fill the screen. */
  function fit() {
    const shown = nodes.get().filter((/** @type {any} */ n) => !n.hidden);
    if (!shown.length) return;
    const xs = shown.map((/** @type {any} */ n) => n.x);
    const ys = shown.map((/** @type {any} */ n) => n.y);
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const { clientWidth: width, clientHeight: height } = $("graph");
    // Half a name's width is kept free on both sides, in pixels of the screen.
    const scale = Math.min(
      (width - besideLegend() - 130) / (right - left || 1),
      (height - 70) / (bottom - top || 1),
      1.1,
    );
    network.moveTo({ position: { x: (left + right) / 2, y: (top + bottom) / 2 }, scale, offset: { x: besideLegend() / 2, y: 0 } });
  }

  // The legend, which is the filter.

  function applyFilter() {
    const off = (/** @type {any} */ n) => {
      const i = Number(n.id.slice(1));
      return n.id.startsWith("f") ? hiddenTypes.has(data.facts[i].type) : hiddenClasses.has(data.entities[i].cls);
    };
    const hidden = new Set(nodes.get().filter(off).map((/** @type {any} */ n) => n.id));
    const lines = edges.get();
    const lineHidden = (/** @type {any} */ l) =>
      hidden.has(l.from) || hidden.has(l.to) || hiddenTypes.has(data.facts[l.facts[0]].type);
    const ends = new Map();
    for (const l of lines) if (!lineHidden(l)) for (const n of [l.from, l.to]) ends.set(n, (ends.get(n) || 0) + 1);
    // A fact's box joins two things or more; with less to join it goes too, and its line with it.
    for (const n of nodes.getIds()) if (n.startsWith("f") && (ends.get(n) || 0) < 2) hidden.add(n);
    const joined = new Set(lines.filter((/** @type {any} */ l) => !lineHidden(l)).flatMap((/** @type {any} */ l) => [l.from, l.to]));
    if (connectedOnly) for (const n of nodes.getIds()) if (!joined.has(n)) hidden.add(n);
    nodes.update(nodes.getIds().map((/** @type {string} */ id) => ({ id, hidden: hidden.has(id) })));
    edges.update(lines.map((/** @type {any} */ l) => ({ id: l.id, hidden: lineHidden(l) })));
  }

  function drawLegend() {
    /** @type {HTMLElement} */ ($("legend").firstElementChild).textContent = say("legend");
    const connected = /** @type {HTMLInputElement} */ (make("input", { type: "checkbox", id: "connected" }));
    connected.checked = connectedOnly;
    connected.addEventListener("change", () => {
      connectedOnly = connected.checked;
      applyFilter();
    });
    $("filters").replaceChildren(
      checkboxes("classes", data.classes, hiddenClasses, swatch),
      make("label", {}, connected, say("connected")),
      checkboxes("types", data.types, hiddenTypes, () => ""),
      make("fieldset", {}, make("legend", {}, say("signs")),
        ...["asserted", "planned", "negated"].map((m) =>
          make("label", {}, make("span", { class: `stroke ${m}` }), `${m === "negated" ? "✗ " : ""}${say(m)}`))),
    );
  }

  /** @param {string} key @param {any[]} terms @param {Set<string>} hidden @param {(term: any) => Node | string} sign */
  function checkboxes(key, terms, hidden, sign) {
    const set = (/** @type {boolean} */ on) => () => {
      terms.forEach((t) => (on ? hidden.delete(t.id) : hidden.add(t.id)));
      drawLegend();
      applyFilter();
    };
    return make(
      "fieldset",
      { id: key },
      make("legend", {}, say(key),
        make("button", { type: "button", onclick: set(true) }, say("all")),
        make("button", { type: "button", onclick: set(false) }, say("none"))),
      ...terms.map((term) => {
        const box = /** @type {HTMLInputElement} */ (make("input", { type: "checkbox", value: term.id }));
        box.checked = !hidden.has(term.id);
        box.addEventListener("change", () => {
          if (box.checked) hidden.delete(term.id);
          else hidden.add(term.id);
          applyFilter();
        });
        return make("label", {}, box, sign(term), termName(term), make("span", { class: "count" }, String(term.count)));
      }),
    );
  }

  // Search.

  const query = /** @type {HTMLInputElement} */ ($("query"));
  const fold = (/** @type {string} */ text) => text.normalize("NFKC").toLowerCase();
  const index = data.entities.map((/** @type {any} */ e) => [e.label, e.en || "", ...(e.aliases || [])].map(fold));
  /** @type {number[]} */
  let found = [];
  let active = -1;

  /** Entities by how well a name fits: the whole, its beginning, a part; then by their facts. @param {string} text */
  function searchNames(text) {
    const wanted = fold(text.trim());
    if (!wanted) return [];
    /** @type {[number, number, number][]} */
    const hits = [];
    index.forEach((/** @type {string[]} */ names, /** @type {number} */ e) => {
      const ranks = names.map((n) => (n === wanted ? 0 : n.startsWith(wanted) ? 1 : n.includes(wanted) ? 2 : 9));
      const rank = Math.min(...ranks);
      if (rank < 9) hits.push([rank, -factsOf[e].length, e]);
    });
    hits.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
    return hits.slice(0, MOST_SUGGESTIONS).map((h) => h[2]);
  }

  function suggest() {
    found = searchNames(query.value);
    active = found.length ? 0 : -1;
    const items = found.map((e, i) => {
      const wanted = fold(query.value.trim());
      const other = (data.entities[e].aliases || []).find((/** @type {string} */ a) => fold(a).includes(wanted));
      const item = make("li", { role: "option", id: `s${i}` }, swatch(classOf(e)), isolated(nameOf(e)),
        other && !fold(nameOf(e)).includes(wanted) ? make("span", { class: "count" }, isolated(other)) : null,
        make("span", { class: "count" }, termName(classOf(e))));
      // On mousedown: a click would come after the input has lost its focus and the list is gone.
      item.addEventListener("mousedown", (event) => {
        event.preventDefault();
        choose(e);
      });
      return item;
    });
    if (query.value.trim() && !items.length) items.push(make("li", { class: "empty" }, say("nothing")));
    $("suggestions").replaceChildren(...items);
    $("suggestions").hidden = !items.length;
    query.setAttribute("aria-expanded", String(items.length > 0));
    markActive();
  }

  function markActive() {
    for (const [i, item] of [...$("suggestions").children].entries()) item.setAttribute("aria-selected", String(i === active));
    if (active >= 0) query.setAttribute("aria-activedescendant", `s${active}`);
    else query.removeAttribute("aria-activedescendant");
    document.getElementById(`s${active}`)?.scrollIntoView({ block: "nearest" });
  }

  function closeSuggestions() {
    $("suggestions").hidden = true;
    query.setAttribute("aria-expanded", "false");
  }

  /** @param {number} e */
  function choose(e) {
    query.value = nameOf(e);
    closeSuggestions();
    query.blur();
    if (hiddenClasses.delete(data.entities[e].cls)) {
      drawLegend();
      applyFilter();
    }
    showEntity(e);
  }

  query.addEventListener("input", suggest);
  query.addEventListener("focus", () => query.select());
  query.addEventListener("blur", closeSuggestions);
  query.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // Enter ends a pinyin word before it chooses a name
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if ($("suggestions").hidden) suggest();
      else if (found.length) active = (active + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length;
      markActive();
    } else if (event.key === "Enter" && active >= 0 && !$("suggestions").hidden) {
      choose(found[active]);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      if ($("suggestions").hidden) query.blur();
      closeSuggestions();
    }
  });

  // Keys, language, light and dark.

  document.addEventListener("keydown", (event) => {
    if (event.target === query || event.ctrlKey || event.metaKey || event.altKey) return;
    /** @type {Record<string, () => void>} */
    const keys = { "/": () => query.focus(), Escape: leave, "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), 0: fit };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  function label() {
    document.documentElement.lang = language;
    query.placeholder = say("search");
    query.setAttribute("aria-label", say("search"));
    /** @type {[string, string][]} */
    const titles = [["zoom-in", "zoomIn"], ["zoom-out", "zoomOut"], ["fit", "fit"], ["language", "switchTitle"], ["graph", "graph"], ["panel", "panel"]];
    for (const [id, key] of titles) {
      $(id).setAttribute("aria-label", say(key));
      if (id !== "graph" && id !== "panel") $(id).title = say(key);
    }
    $("language").textContent = say("switch");
    drawLegend();
    dress();
    current();
  }

  $("zoom-in").addEventListener("click", () => zoom(1.25));
  $("zoom-out").addEventListener("click", () => zoom(0.8));
  $("fit").addEventListener("click", fit);
  $("language").addEventListener("click", () => {
    language = language === "zh" ? "en" : "zh";
    label();
  });
  dark.addEventListener("change", dress);

  /** @type {HTMLDetailsElement} */ ($("legend")).open = matchMedia("(min-width: 801px)").matches;
  label();
  fit();
  if (data.center !== null) showEntity(data.center, false);
  network.once("afterDrawing", () => {
    document.documentElement.dataset.ready = "true";
  });
  network.redraw();
  // For tests and for the curious: the network and what a click would do.
  Object.defineProperty(globalThis, "kgView", { value: Object.freeze({ network, showEntity, showFact, data }) });
})();
