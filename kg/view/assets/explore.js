// @ts-check
"use strict";

/**
 * The graph page over a server: it begins with what the address names, or with the busiest entities, and asks
 * for what lies around a thing when that is chosen. Loaded behind the scripts of the page that a build writes.
 */

const MOST_FACTS = 200; // of one entity at a time
const FIRST = 12; // entities to begin with, and of each what is drawn around it

/** What was asked for, by id. @type {Map<string, Promise<void>>} */
const asked = new Map();

/** @param {string} path @param {Record<string, string | number>} params @returns {Promise<any>} */
async function ask(path, params) {
  const query = new URLSearchParams(Object.entries(params).map(([key, value]) => [key, String(value)]));
  const response = await fetch(`${path}?${query}`, { headers: { Accept: "application/json" } });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

/** @param {unknown} error */
function tell(error) {
  byId("problem").textContent = error instanceof Error ? error.message : String(error);
}

/** @param {string} id */
graph.expand = (id) => {
  const known = asked.get(id);
  if (known) return known;
  const work = ask("/api/neighbourhood", { iri: iriOf(id), limit: MOST_FACTS }).then((records) => {
    graph.add(records);
    tell(records.more ? say("moreFacts", { n: records.more }) : "");
  }, (error) => {
    asked.delete(id);
    tell(error);
  });
  asked.set(id, work);
  return work;
};

/** @param {any} hit @param {Record<string, any>} classes @returns {Entity} */
function entityOf(hit, classes) {
  const id = idOf(hit.iri);
  const known = graph.entities.get(id);
  if (known) return known;
  if (!graph.classes.has(hit.cls)) graph.classes.set(hit.cls, { id: hit.cls, iri: "", above: [], ...classes[hit.cls] });
  return { id, label: hit.label, en: hit.en || undefined, cls: hit.cls, aliases: hit.matched ? [hit.matched] : [], group: null, facts: [], near: new Set(), money: 0 };
}

graph.find = async (text, most) => {
  const found = await ask("/api/search", { q: text, limit: most });
  return found.hits.map((/** @type {any} */ hit) => entityOf(hit, found.classes));
};

graph.pageOf = (id) => `/id/${id.split("/").map(encodeURIComponent).join("/")}`;
graph.textPage = (source, start, end) => `/source?name=${encodeURIComponent(source.name)}#${start}-${end}`;

/** @param {string} iri */
function idOf(iri) {
  return iri.startsWith(graph.base) ? iri.slice(graph.base.length) : iri;
}

/** The entity and what is joined to it, as far as there is room. @param {string} id @returns {string[]} */
function withNear(id) {
  const near = (graph.entities.get(id)?.facts || []).flatMap(named).map((entity) => entity.id);
  return [id, ...[...new Set(near)].filter((other) => other !== id).slice(0, FIRST)];
}

async function explore() {
  const wanted = new URLSearchParams(opened).get("iri");
  const pinned = state.pinned.map((one) => one.split(",").slice(2).join(","));
  const said = [...new Set([...state.shown, ...state.path, ...pinned, state.focus])].filter((id) => id);
  if (!wanted && said.length) {
    await Promise.all(said.map(graph.expand));
  } else {
    const first = wanted ? [idOf(wanted)] : (await ask("/api/busiest", { limit: FIRST })).hits.map((/** @type {any} */ h) => idOf(h.iri));
    await Promise.all(first.map(graph.expand));
    const there = first.filter((/** @type {string} */ id) => graph.entities.has(id));
    state = { ...state, shown: [...new Set(there.flatMap(withNear))], pick: wanted && there.length ? there[0] : state.pick };
    writeHash();
  }
  render();
  restoreView();
}

byId("tools").before(make("nav", {}, ...["/", "/query", "/sources", "/ontology"].map((href) =>
  make("a", { href, "data-message": `go${href.slice(1)}` }))));
byId("status").after(make("p", { id: "problem", role: "alert" }));
alsoDrawn.push(() => {
  for (const link of document.querySelectorAll("nav a")) link.textContent = say(/** @type {HTMLElement} */ (link).dataset.message || "");
});
explore().catch(tell).finally(() => {
  render();
  document.documentElement.dataset.explored = "true";
});
