// @ts-check
"use strict";

/**
 * The graph: what the page knows, by id. All access to data goes through `graph`; in a file everything is
 * there from the start, a server adds more with the same records when `expand` is asked for it.
 */

/**
 * @typedef {object} Entity
 * @property {string} id the IRI, without the usual base
 * @property {string} label
 * @property {string} [en]
 * @property {string[]} [aliases]
 * @property {string} cls
 * @property {string} [code]
 * @property {string} [in] id of the place it lies in
 * @property {[string, string]} [wrap] the labels in lines
 * @property {number} [x]
 * @property {number} [y]
 * @property {Group | null} group
 * @property {Fact[]} facts
 * @property {Set<string>} near what its facts join it to
 * @property {number} money CNY in its asserted facts
 */
/** @typedef {{ e?: Entity, s: string, v?: string, q?: [string, string, string], t?: [string, string | null, string | null] }} Filler */
/** @typedef {{ role: string, entity: Entity | null, start: number, end: number }} Mention */
/**
 * @typedef {object} Evidence
 * @property {Source} source
 * @property {number} start
 * @property {number} end
 * @property {[number, number] | null} trigger
 * @property {Mention[]} mentions
 * @property {[number, string] | null} words where the source's text is not at hand: offset and text
 */
/**
 * @typedef {object} Fact
 * @property {string} id
 * @property {FactType} type
 * @property {"asserted" | "planned" | "negated"} mode
 * @property {number} sure
 * @property {string} by
 * @property {string[]} why
 * @property {[string, Filler[]][]} roles
 * @property {{ entity: Entity, role: string }[]} ends
 * @property {[number, number, number][]} lines from end, to end; 0 its own line, 1 between equals, 2 to a role
 * @property {boolean} hub
 * @property {[string, string] | null} value
 * @property {[number | null, number | null] | null} years
 * @property {Evidence[]} evidence
 * @property {number} [x]
 * @property {number} [y]
 */
/** @typedef {Labels & { id: string, iri: string, above: string[], color: string, shape: string }} EntityClass */
/** @typedef {Labels & { id: string, iri: string }} Role */
/** @typedef {Labels & { id: string, iri: string, above: string[], roles: Role[] }} FactType */
/** @typedef {{ name: string, text?: string, furniture: [number, number][], copies: [number, number][], facts: Fact[], chars?: string[] | null }} Source */
/** @typedef {{ id: string, label: string, en?: string, in?: string }} Place */
/** @typedef {{ id: string, parent: Group | null, rest: boolean, x: number, y: number, groups: Group[], members: Entity[], drawn: Entity[], depth: number }} Group */
/** Records as Python writes them, in kg/view/records.py. @typedef {any} Records */

const graph = {
  base: "",
  /** @type {Map<string, Entity>} */
  entities: new Map(),
  /** @type {Map<string, Fact>} */
  facts: new Map(),
  /** @type {Map<string, EntityClass>} */
  classes: new Map(),
  /** @type {Map<string, FactType>} */
  types: new Map(),
  /** @type {Map<string, Source>} */
  sources: new Map(),
  /** @type {Map<string, Place>} */
  places: new Map(),
  /** @type {Map<string, Group>} */
  groups: new Map(),
  /** Facts that a focus of the file left out. */
  outside: 0,
  /** The entity that the file is about. */
  center: "",
  /** Counts what was added, so that what is derived can be kept. */
  version: 0,

  /** @param {Records} records */
  add(records) {
    graph.version += 1;
    graph.base = records.base;
    for (const one of records.classes) if (!graph.classes.has(one.id)) graph.classes.set(one.id, one);
    for (const one of records.types) if (!graph.types.has(one.id)) graph.types.set(one.id, one);
    for (const one of records.places) graph.places.set(one.id, one);
    const sources = records.sources.map(addSource);
    const groups = (records.groups || []).map(addGroup);
    for (const one of groups) linkGroup(one, groups);
    const entities = records.entities.map((/** @type {any} */ one) => addEntity(one, groups));
    for (const one of records.facts) if (!graph.facts.has(one.id)) addFact(one, entities, sources);
  },

  /**
   * Fetches what is joined to an entity and not here yet; in a file everything is.
   * @param {string} _id
   * @returns {Promise<void>}
   */
  async expand(_id) {},

  /**
   * Is told what the reader sees, whenever that changes; a server fetches what is missing of it.
   * @param {State} _state
   */
  look(_state) {},

  /**
   * Adds the entities whose names hold a text; in a file all are here.
   * @param {string} _text
   * @returns {Promise<void>}
   */
  async find(_text) {},

  /** How many facts of an entity a server has beside those that came. @param {string} _id */
  missing(_id) {
    return 0;
  },

  /** The page of a thing and of a place in a source's text, where a server has one. @type {{ thing(id: string): string, text(evidence: Evidence): string }} */
  pages: { thing: () => "", text: () => "" },

  /** Whether all there is is here: an entity that is chosen is then added to the picture, else becomes its middle. */
  isWhole: true,
};

/** @param {any} record @returns {Source} */
function addSource(record) {
  const known = graph.sources.get(record.source);
  if (known) return known;
  const { source: name, text, furniture = [], copies = [] } = record;
  /** @type {Source} */
  const source = { name, text, furniture, copies, facts: [] };
  graph.sources.set(name, source);
  return source;
}

/** @param {any} record @returns {Group} */
function addGroup(record) {
  const group = { ...record, parent: record.in, groups: [], members: [], drawn: [], depth: 0 };
  graph.groups.set(group.id, group);
  return group;
}

/** Each group comes after the one it lies in. @param {any} group @param {Group[]} groups */
function linkGroup(group, groups) {
  group.parent = group.parent === null ? null : groups[group.parent];
  group.parent?.groups.push(group);
  group.depth = group.parent ? group.parent.depth + 1 : 0;
}

/** @param {any} record @param {Group[]} groups @returns {Entity} */
function addEntity(record, groups) {
  const { g, ...rest } = record;
  const known = graph.entities.get(record.id);
  if (known) return Object.assign(known, rest); // a search may have told its name alone
  /** @type {Entity} */
  const entity = { ...rest, group: g === undefined ? null : groups[g], facts: [], near: new Set(), money: 0 };
  entity.group?.members.push(entity);
  if (entity.x !== undefined) entity.group?.drawn.push(entity);
  graph.entities.set(entity.id, entity);
  return entity;
}

/** @param {any} record @param {Entity[]} entities @param {Source[]} sources */
function addFact(record, entities, sources) {
  /** @type {Fact} */
  const fact = {
    id: record.id,
    type: /** @type {FactType} */ (graph.types.get(record.type)),
    mode: record.m || "asserted",
    sure: record.c,
    by: record.by,
    why: record.why || [],
    roles: record.roles.map((/** @type {any} */ [role, fillers]) => [
      role,
      fillers.map((/** @type {any} */ f) => (f.e === undefined ? f : { e: entities[f.e], s: entities[f.e].label })),
    ]),
    ends: record.ends.map((/** @type {any} */ [e, role]) => ({ entity: entities[e], role })),
    lines: record.lines || [],
    hub: Boolean(record.hub),
    value: record.main || null,
    years: record.years || null,
    evidence: record.ev.map((/** @type {any} */ e) => ({
      source: sources[e.s],
      start: e.at[0],
      end: e.at[1],
      trigger: e.t || null,
      mentions: e.f.map((/** @type {any} */ [role, i, start, end]) => ({ role, entity: i < 0 ? null : entities[i], start, end })),
      words: e.q || null,
    })),
    x: record.x,
    y: record.y,
  };
  graph.facts.set(fact.id, fact);
  for (const source of new Set(fact.evidence.map((e) => e.source))) source.facts.push(fact);
  const money = moneyOf(fact);
  for (const { entity } of fact.ends) {
    entity.facts.push(fact);
    entity.money += money;
  }
  /** @type {[string, string][]} */
  const joined = fact.hub
    ? fact.ends.map(({ entity }) => [entity.id, fact.id])
    : fact.lines.map(([a, b]) => [fact.ends[a].entity.id, fact.ends[b].entity.id]);
  for (const [a, b] of joined) {
    graph.entities.get(a)?.near.add(b);
    graph.entities.get(b)?.near.add(a);
  }
}

/** CNY that a fact states as having happened. @param {Fact} fact @returns {number} */
function moneyOf(fact) {
  if (fact.mode !== "asserted") return 0;
  const fillers = fact.roles.flatMap(([, all]) => all);
  return fillers.reduce((sum, { q }) => sum + (q && q[1] === "CNY" ? Number(q[0]) : 0), 0);
}

/** The full IRI of an id. @param {string} id */
function iriOf(id) {
  return id.includes("://") ? id : graph.base + id;
}

/** @param {Labels} term */
function termName(term) {
  return term[state.lang];
}

/** @param {{ label: string, en?: string }} named */
function nameOf(named) {
  return (state.lang === "en" && named.en) || named.label;
}

/** @param {Entity} entity @returns {EntityClass} */
function classOf(entity) {
  return /** @type {EntityClass} */ (graph.classes.get(entity.cls));
}

/** @param {FactType} type @param {string} role @returns {Role} */
function roleOf(type, role) {
  return /** @type {Role} */ (type.roles.find((r) => r.id === role));
}

/** The class of the style sheet that gives a role its colour. @param {FactType} type @param {string} role */
function roleColor(type, role) {
  return `r${type.roles.findIndex((r) => r.id === role) % 8}`;
}

/** The places that something lies in, nearest first. @param {Entity} entity @returns {Place[]} */
function placesAbove(entity) {
  /** @type {Place[]} */
  const chain = [];
  let place = graph.places.get(entity.in || "");
  while (place && place.id !== entity.id && !chain.includes(place)) {
    chain.push(place);
    place = graph.places.get(place.in || "");
  }
  return chain;
}

/**
 * Characters of a source. Offsets count code points, which a string's own do not where a text has
 * characters beyond U+FFFF: such texts are cut up once.
 * @param {Source} source
 * @param {number} start
 * @param {number} end
 */
function cut(source, start, end) {
  const text = source.text || "";
  if (source.chars === undefined) source.chars = /[\ud800-\udfff]/.test(text) ? Array.from(text) : null;
  return source.chars ? source.chars.slice(start, end).join("") : text.slice(start, end);
}

/** The source's words where an evidence stands, or what came along of them. @param {Evidence} evidence @param {number} start @param {number} end */
function wordsAt(evidence, start, end) {
  if (!evidence.words) return cut(evidence.source, start, end);
  const [offset, words] = evidence.words;
  return Array.from(words).slice(Math.max(0, start - offset), Math.max(0, end - offset)).join("");
}
