// @ts-check
"use strict";

/**
 * The explorer: the graph page with the server behind its data. It knows what was fetched, and no more than a
 * part of the graph is ever drawn; what the reader looks at is fetched as it is looked at.
 */
{
  const MOST_FACTS = 100; // of one entity, fetched at once
  const MOST_EXPANDED = 40; // entities around a focus whose own surroundings are fetched for a greater depth
  const MOST_NAMES = 12;
  // Where to begin: what is joined to most others in a part of the facts that any store gives at once.
  const BUSY = `SELECT ?entity (COUNT(DISTINCT ?other) AS ?others) {
    { SELECT ?fact { ?fact kg:evidence ?quote } LIMIT 2000 }
    ?fact ?role ?entity ; ?rest ?other . ?entity a kg:Entity . ?other a kg:Entity FILTER(?other != ?entity)
  } GROUP BY ?entity ORDER BY DESC(?others) ?entity LIMIT 1`;
  const LANGUAGE = "kg-language";
  const KG = "https://w3id.org/tupu-kg/ontology#";

  /** @type {Record<Language, Record<string, string>>} */
  const words = JSON.parse(byId("words").textContent || "{}");
  const address = new URLSearchParams(location.hash.slice(1)); // the graph page writes its own over it
  /** What was asked for, with how many facts of it were left behind. @type {Map<string, number>} */
  const asked = new Map();
  /** How many facts of each were asked for. @type {Map<string, number>} */
  const came = new Map();
  let isBegun = false;
  let failed = "";

  graph.isWhole = false;
  START.joined = true; // places are known for their names' sake, and would stand about by themselves

  /** @param {string} iri */
  const shortId = (iri) => (iri.startsWith(graph.base) ? iri.slice(graph.base.length) : iri);

  /** @param {string} path @param {Record<string, string | number>} params @returns {Promise<any>} */
  async function get(path, params) {
    const said = new URLSearchParams(Object.entries(params).map(([key, value]) => [key, String(value)]));
    const response = await fetch(`${path}?${said}`);
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error);
    return answer;
  }

  /** The solutions of a query. @param {string} text @returns {Promise<any[]>} */
  async function select(text) {
    const response = await fetch("/sparql", {
      method: "POST", body: text,
      headers: { "Content-Type": "application/sparql-query", Accept: "application/sparql-results+json" },
    });
    if (!response.ok) throw new Error((await response.text()).trim());
    return (await response.json()).results.bindings;
  }

  /**
   * The first facts of an entity, and with each further call the next ones. What fails is told and not asked again
   * by itself: drawing anew would ask without end.
   * @param {string} id an entity, or a fact
   */
  graph.expand = async (id) => {
    if (asked.has(id) && !graph.missing(id)) return;
    const offset = came.get(id) || 0;
    asked.set(id, 0);
    try {
      const records = await get("/api/neighbourhood", { iri: iriOf(id), limit: MOST_FACTS, offset });
      graph.add(records);
      asked.set(id, records.more || 0);
      came.set(id, offset + MOST_FACTS);
      graph.outside = [...asked.values()].reduce((sum, n) => sum + n, 0);
      failed = "";
    } catch (error) {
      failed = error instanceof Error ? error.message : String(error);
    }
  };

  graph.missing = (id) => asked.get(id) || 0;
  graph.pages = {
    thing: (id) => `/id/${id.split("/").map(encodeURIComponent).join("/")}`,
    text: ({ source, start, end }) => `/source?name=${encodeURIComponent(source.name)}#${start}-${end}`,
  };

  graph.find = async (text) => {
    if (!text.trim()) return;
    /** @type {any} */
    let said;
    try {
      said = await get("/api/search", { q: text.trim(), limit: MOST_NAMES });
    } catch {
      return; // the next key asks again
    }
    const entities = [];
    for (const { iri, label, en, cls, matched } of said.hits) {
      const id = shortId(iri);
      const known = graph.entities.get(id);
      const names = [label, en, ...(known?.aliases || [])];
      const aliases = names.includes(matched) ? known?.aliases : [...(known?.aliases || []), matched];
      if (known) known.aliases = aliases;
      else entities.push({ id, label, cls, ...(en ? { en } : {}), ...(aliases ? { aliases } : {}) });
    }
    const classes = Object.entries(said.classes).map(([id, look]) => ({ id, iri: KG + id, above: [`${KG}Entity`], .../** @type {any} */ (look) }));
    graph.add({ base: graph.base, classes, types: [], sources: [], places: [], entities, facts: [] });
  };

  /** What has to be here for a state: its chosen things, what lies around a focus, a path. @param {State} now */
  function wanted(now) {
    const ids = [now.focus, ...now.path, ...(graph.entities.has(now.pick) ? [now.pick] : [])].filter(Boolean);
    if (now.focus && now.depth > 1 && asked.has(now.focus)) {
      ids.push(...[...distances(now.focus, [...graph.facts.values()], now.depth - 1, named, MOST_EXPANDED).keys()]);
    }
    return ids.filter((id) => !asked.has(id));
  }

  graph.look = (now) => {
    nameLinks(now.lang);
    if (failed) byId("status").append(" · ", isolated(failed));
    const ids = isBegun ? wanted(now) : [];
    if (ids.length) void fetchAll(ids);
    if (isBegun && now.path.length) void fetchPath(now.path);
  };

  /** What comes is shown at once; who has not moved the picture sees all of it. @param {string[]} ids */
  async function fetchAll(ids) {
    const drawn = scene.nodes.size;
    await Promise.all(ids.map((id) => graph.expand(id)));
    render();
    if (!state.view.length && scene.nodes.size !== drawn) fit();
  }

  /** The facts on the shortest ways between two things; the catalogue has the question. @param {string[]} ends */
  async function fetchPath([from, to]) {
    const key = `${from} ${to}`;
    if (asked.has(key)) return;
    asked.set(key, 0);
    try {
      const { text } = await get("/api/queries/path", { from: iriOf(from), to: iriOf(to) });
      const rows = await select(text);
      const facts = new Set(rows.flatMap((/** @type {any} */ row) => [row.fact1, row.fact2, row.fact3].map((term) => term?.value)));
      facts.delete(undefined);
      const ids = [...facts].slice(0, MOST_EXPANDED).map(shortId);
      await Promise.all(ids.map((id) => graph.expand(id)));
      render();
      fit();
    } catch (error) {
      failed = error instanceof Error ? error.message : String(error);
    }
  }

  /** @param {Language} lang */
  function nameLinks(lang) {
    for (const link of document.querySelectorAll("nav [data-say]")) {
      link.textContent = words[lang][/** @type {HTMLElement} */ (link).dataset.say || ""];
    }
    try {
      localStorage.setItem(LANGUAGE, lang);
    } catch {
      // Refused: the next page begins in Chinese.
    }
  }

  /** What the address asks for: #iri=… by a link of another page, else a state of the graph page; else the best connected. */
  async function beginHere() {
    const iri = address.get("iri");
    isBegun = true;
    /** @type {Partial<State>} */
    const first = {};
    try {
      if (!address.has("lang") && localStorage.getItem(LANGUAGE) === "en") first.lang = "en";
    } catch {
      // Refused.
    }
    let focus = iri ? shortId(iri) : "";
    if (!iri && !state.focus && !state.path.length) focus = await bestConnected();
    if (focus) await graph.expand(focus);
    state = { ...state, ...first, ...(focus ? { focus, pick: graph.entities.has(focus) ? focus : "" } : {}) };
    writeHash();
    render();
    restoreView();
    if (!focus && !state.focus && !state.path.length) query.focus();
    document.documentElement.dataset.begun = "true";
  }

  async function bestConnected() {
    try {
      const [first] = await select(BUSY);
      return first ? shortId(first.entity.value) : "";
    } catch {
      return "";
    }
  }

  // The graph page's own beginning comes with the script after this one.
  document.addEventListener("DOMContentLoaded", () => void beginHere());
}
