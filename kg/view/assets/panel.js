// @ts-check
"use strict";

/**
 * The panel beside the picture: an overview, or what was chosen.
 */

let panelShows = "";

/** Draws the panel anew where what it shows, or the language, has changed. */
function drawPanel() {
  const shows = JSON.stringify([state.pick, state.lang, state.path, state.focus, graph.version, filterKey(), panelDetails()]);
  if (shows === panelShows) return;
  const same = panelShows && JSON.parse(panelShows)[0] === state.pick;
  panelShows = shows;
  const focused = focusedInPanel();
  byId("panel").replaceChildren(...present(panelContent()));
  if (focused) refocus(focused);
  if (!same) byId("panel").scrollTop = 0;
}

/** How to find again what the keyboard is on, where it is in the panel. @returns {string} */
function focusedInPanel() {
  const now = document.activeElement;
  if (!(now instanceof HTMLElement) || !byId("panel").contains(now)) return "";
  const relation = now.closest("li")?.dataset.relation;
  return now.id ? `#${now.id}` : relation ? `[data-relation="${CSS.escape(relation)}"] button` : "#panel";
}

/** @param {string} selector */
function refocus(selector) {
  const again = /** @type {HTMLElement | null} */ (document.querySelector(selector)) || byId("panel");
  again.focus({ preventScroll: true });
}

/** What the filters are, as far as a panel depends on them. */
function filterKey() {
  const { offClasses, offTypes, offSources, offModes, years: period, dated, sure } = state;
  return [offClasses, offTypes, offSources, offModes, period, dated, sure];
}

/** What of the picture a panel depends on: which neighbours are drawn, what is open, hidden, pinned. */
function panelDetails() {
  return [state.mode, state.shown, state.hidden, state.open, state.pinned, state.depth, pathFrom];
}

/** @returns {Child[]} */
function panelContent() {
  const entity = graph.entities.get(state.pick);
  if (entity) return entityPanel(entity);
  const fact = graph.facts.get(state.pick);
  if (fact) return factsPanel([fact]);
  const group = graph.groups.get(state.pick);
  if (group) return groupPanel(group);
  const line = scene.lines.get(state.pick);
  if (line) return factsPanel(line.facts);
  if (hasPath()) return pathPanel();
  return overview();
}

function backLink() {
  return plain(`← ${say(hasPath() || hasFocus() ? "back" : "overview")}`, leave, { class: "back" });
}

/** @returns {Child[]} */
function overview() {
  const facts = [...graph.facts.values()];
  const lines = facts.filter((f) => f.lines.length).length;
  const hubs = facts.filter((f) => f.hub).length;
  const single = facts.filter((f) => f.ends.length === 1).length;
  const unnamed = facts.filter((f) => f.ends.length === 0);
  /** @type {[string, number][]} */
  const ways = [["linesCount", lines], ["hubsCount", hubs], ["inPanel", single], ["unnamed", unnamed.length], ["outside", graph.outside]];
  return [
    make("h2", {}, say("overview")),
    make("p", {}, say("about", { entities: graph.entities.size, facts: facts.length })),
    make("ul", { id: "ways" }, ...ways.filter(([, n]) => n > 0).map(([key, n]) => make("li", {}, say(key, { n })))),
    graph.groups.size ? make("p", { id: "partly" }, say("grouped")) : null,
    state.hidden.length ? make("p", {}, say("hiddenCount", { n: state.hidden.length }), " ", plain(say("showHidden"), () => change({ hidden: [] }), { id: "unhide" })) : null,
    make("p", { class: "around" }, say("hint")),
    make("h3", {}, say("busiest")),
    make("ul", {}, ...busiest().map((e) => make("li", {}, entityLink(e), " ", make("span", { class: "count" }, say("factCount", { n: e.facts.length }))))),
    make("h3", {}, say("sources")),
    sourceList(),
    unnamed.length ? make("h3", { id: "unnamed" }, say("unnamedTitle")) : null,
    unnamed.length ? factList(unnamed.filter(keepsFact)) : null,
  ];
}

const MOST_SOURCES = 12; // shown without being asked for

/** The sources, to be opened. */
function sourceList() {
  const items = [...graph.sources.values()].map((source) => make("li", {},
    source.text === undefined ? isolated(source.name) : plain(isolated(source.name), () => change({ text: source.name, at: -1 })),
    " ", make("span", { class: "count" }, say("factCount", { n: source.facts.length }))));
  const list = make("ul", { id: "texts" }, ...items);
  if (items.length <= MOST_SOURCES) return list;
  return make("details", {}, make("summary", {}, say("sourceCount", { n: items.length })), list);
}

/** @returns {Entity[]} */
function busiest() {
  const all = [...graph.entities.values()].filter((e) => e.facts.length);
  return all.sort((a, b) => b.facts.length - a.facts.length || (a.id < b.id ? -1 : 1)).slice(0, 6);
}

/** @param {string} key @param {Child[]} children */
function row(key, children) {
  return [make("dt", {}, say(key)), make("dd", {}, ...children)];
}

/** @param {Entity} entity @returns {Child[]} */
function entityPanel(entity) {
  const cls = classOf(entity);
  const names = [entity.label, entity.en || "", ...(entity.aliases || [])].filter((n) => n && n !== nameOf(entity));
  const above = placesAbove(entity);
  const facts = entity.facts.filter(keepsFact);
  const filtered = entity.facts.length - facts.length;
  return [
    backLink(),
    make("h2", { class: "with-swatch" }, swatch(cls), isolated(nameOf(entity))),
    make("dl", {}, ...[
      ...(names.length ? row("names", listed(names.map(isolated))) : []),
      ...row("class", [termName(cls)]),
      ...(above.length ? row("place", above.flatMap((p, i) => [i ? " ‹ " : "", placeLink(p)])) : []),
      ...(entity.code ? row("code", [entity.code]) : []),
      ...(entity.money ? row("money", [`${numbered(entity.money)} CNY`]) : []),
      ...row("iri", [linked(isolated(iriOf(entity.id)), graph.pages.thing(entity.id))]),
    ]),
    actions(entity),
    relations(entity),
    make("h3", {}, entity.facts.length ? say("factCount", { n: facts.length }) : say("noFacts"),
      filtered ? ` · ${say("filteredOut", { n: filtered })}` : ""),
    factList(facts),
    graph.missing(entity.id) ? button(say("fetch", { n: graph.missing(entity.id) }), () => graph.expand(entity.id).then(render), { id: "fetch" }) : null,
  ];
}

/** @param {Place} place */
function placeLink(place) {
  const entity = graph.entities.get(place.id);
  return entity ? entityLink(entity) : isolated(nameOf(place));
}

/** What can be done with an entity. @param {Entity} entity */
function actions({ id }) {
  const isFocus = state.focus === id;
  return make("div", { class: "actions" },
    button(say(isFocus ? "unfocus" : "focus"), () => setFocus(isFocus ? "" : id), { id: "focus" }),
    button(say(pathFrom === id ? "pathWaits" : "pathFrom"), () => waitForPath(id), { id: "path", "aria-pressed": pathFrom === id ? "true" : "false" }),
    isPinned(id)
      ? button(say("unpin"), () => unpin(id), { id: "pin" })
      : scene.nodes.has(id) ? button(say("pin"), () => pin([id]), { id: "pin" }) : null,
    button(say("hide"), () => hide([id]), { id: "hide" }));
}

/** @param {string} id */
function setFocus(id) {
  change({ focus: id, path: [], pick: id || state.pick });
  if (id) graph.expand(id).then(() => render());
  fit();
}

/** The next entity that is chosen is the path's other end. @param {string} id */
function waitForPath(id) {
  pathFrom = pathFrom === id ? "" : id;
  render();
  if (pathFrom) query.focus();
}

/** What an entity is joined to, by relation, to expand and to collapse. @param {Entity} entity */
function relations(entity) {
  const found = relationsOf(entity);
  if (!found.length) return null;
  return make("section", { id: "relations" },
    make("h3", {}, say("relations")),
    make("ul", { class: "relations" }, ...found.map(({ type, role, others }) => {
      const ids = [...others].map((e) => e.id);
      const absent = ids.filter((id) => !scene.nodes.has(id));
      const drawn = ids.filter((id) => scene.nodes.has(id));
      return make("li", { "data-relation": `${type.id}|${role.id}` },
        make("span", {}, `${termName(type)} · ${termName(role)} `, make("span", { class: "count" }, numbered(ids.length))),
        absent.length ? button(`+${absent.length}`, () => reveal(absent), { title: say("expand"), "aria-label": `${say("expand")}: ${termName(type)} · ${termName(role)}` }) : null,
        drawn.length ? button(`−${drawn.length}`, () => hide(drawn), { title: say("collapse"), "aria-label": `${say("collapse")}: ${termName(type)} · ${termName(role)}` }) : null);
    })));
}

/** @param {Fact[]} facts @returns {Child[]} */
function factsPanel(facts) {
  return [
    backLink(),
    make("h2", {}, facts.length > 1 ? say("factsHere", { n: facts.length }) : say("factTitle")),
    factList(facts),
  ];
}

/** @param {Group} group @returns {Child[]} */
function groupPanel(group) {
  const members = membersOf(group).sort((a, b) => b.near.size - a.near.size || (a.id < b.id ? -1 : 1));
  const isOpen = state.open.includes(group.id);
  const unseen = isOpen ? group.members.length - group.drawn.length : 0;
  return [
    backLink(),
    make("h2", {}, isolated(groupName(group)), " ", make("span", { class: "count" }, say("groupCount", { n: members.length }))),
    make("p", { class: "around" }, say(group.rest ? "restAbout" : "groupAbout")),
    make("div", { class: "actions" },
      isOpen
        ? button(say("close"), () => change({ open: state.open.filter((id) => id !== group.id) }), { id: "open" })
        : button(say("open"), () => openNode(group.id), { id: "open" })),
    unseen > 0 ? make("p", {}, say("groupPartly", { drawn: group.drawn.length, n: unseen })) : null,
    make("ul", {}, ...members.slice(0, 60).map((e) => make("li", { class: "with-swatch" }, swatch(classOf(e)), entityLink(e)))),
    members.length > 60 ? make("p", { class: "around" }, say("andMore", { n: members.length - 60 })) : null,
  ];
}

/** @param {Group} group @returns {Entity[]} */
function membersOf(group) {
  return [...group.members, ...group.groups.flatMap(membersOf)];
}

/** @returns {Child[]} */
function pathPanel() {
  const ends = state.path.map((id) => graph.entities.get(id));
  const length = pathLength();
  const on = new Set([...scene.nodes.keys()]);
  const leftmost = (/** @type {Fact} */ f) => Math.min(...f.ends.map((e) => positions.get(e.entity.id)?.x ?? Infinity));
  const facts = scene.facts
    .filter((f) => f.ends.filter((e) => on.has(e.entity.id)).length > 1)
    .sort((a, b) => leftmost(a) - leftmost(b));
  return [
    backLink(),
    make("h2", {}, say("pathTitle")),
    make("p", {}, ...listed(present(ends.map((e) => (e ? entityLink(e) : null))).map((e) => /** @type {Node} */ (e)))),
    make("p", { id: "path-length" }, length === null ? say("noPath") : say("pathLength", { n: length })),
    length === null ? null : factList(facts),
  ];
}
