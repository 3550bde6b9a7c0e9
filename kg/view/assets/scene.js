// @ts-check
"use strict";

/**
 * What is drawn: nodes and lines, made of the graph and the state and of nothing else.
 */

/** @typedef {{ id: string, kind: "entity" | "fact" | "group", entity?: Entity, fact?: Fact, group?: Group, count: number, classes?: Map<string, number> }} SceneNode */
/**
 * @typedef {object} SceneLine
 * @property {string} id
 * @property {string} from
 * @property {string} to
 * @property {Fact[]} facts
 * @property {string} role of `to`; empty where the line is the fact itself
 * @property {boolean} arrow
 * @property {boolean} bundle whether it joins a group, and says how many facts do
 */
/** @typedef {{ nodes: Map<string, SceneNode>, lines: Map<string, SceneLine>, facts: Fact[], entities: Entity[] }} Scene */

const MOST_DRAWN = 300; // entities of a focus

/** Whether the filters let a fact through. @param {Fact} fact */
function keepsFact(fact) {
  if (state.offTypes.includes(fact.type.id) || state.offModes.includes(fact.mode)) return false;
  if (fact.sure * 100 < state.sure) return false;
  if (state.offSources.length && fact.evidence.every((e) => state.offSources.includes(e.source.name))) return false;
  return keepsYears(fact);
}

/** Whether a fact's time, as far as it has one, meets the period. @param {Fact} fact */
function keepsYears(fact) {
  if (!fact.years) return !state.dated;
  if (!state.years.length) return true;
  const [first, last] = fact.years;
  return (first === null || first <= state.years[1]) && (last === null || last >= state.years[0]);
}

/** Whether the filters let an entity through. @param {Entity} entity */
function keepsEntity(entity) {
  return !state.offClasses.includes(entity.cls) && !state.hidden.includes(entity.id);
}

/** Whether what the state says to focus on is there: an address may be of another graph. */
function hasFocus() {
  return graph.entities.has(state.focus);
}

function hasPath() {
  return state.path.length === 2 && state.path.every((id) => graph.entities.has(id));
}

/** What the filters let through of all that is asked for. @returns {Scene} */
function makeScene() {
  const facts = [...graph.facts.values()].filter(keepsFact);
  const near = hasPath() ? onPath(facts) : hasFocus() ? around(facts) : null;
  const shown = new Set(state.shown);
  const isDrawn = (/** @type {Entity} */ e) => near ? near.has(e.id) || shown.has(e.id) : standsAlone(e) || shown.has(e.id);
  /** @type {Map<string, SceneNode>} */
  const nodes = new Map();
  /** Where an entity's lines lead: itself, its group, or nowhere. @type {Map<Entity, string>} */
  const seat = new Map();
  const entities = [];
  for (const entity of graph.entities.values()) {
    if (!keepsEntity(entity)) continue;
    const group = near ? null : closedGroup(entity);
    if (isDrawn(entity)) {
      nodes.set(entity.id, { id: entity.id, kind: "entity", entity, count: 1 });
      seat.set(entity, entity.id);
      entities.push(entity);
    } else if (group && !state.hidden.includes(group.id)) {
      const classes = nodes.get(group.id)?.classes || new Map();
      classes.set(entity.cls, (classes.get(entity.cls) || 0) + 1);
      const count = (nodes.get(group.id)?.count || 0) + 1;
      /** @type {SceneNode} */
      const node = { id: group.id, kind: "group", group, count, classes };
      nodes.set(group.id, node);
      seat.set(entity, group.id);
    }
  }
  const lines = drawLines(facts, nodes, seat);
  if (state.joined) dropUnjoined(nodes, lines);
  return { nodes, lines, facts: shownFacts(facts, nodes, lines), entities: entities.filter((e) => nodes.has(e.id)) };
}

/** The facts that something drawn names, and where all is asked for those that name nothing. @param {Fact[]} facts @param {Map<string, SceneNode>} nodes @param {Map<string, SceneLine>} lines */
function shownFacts(facts, nodes, lines) {
  const onLines = new Set([...lines.values()].flatMap((line) => line.facts));
  const all = !hasPath() && !hasFocus();
  return facts.filter((fact) => onLines.has(fact) || nodes.has(fact.id) || (all && fact.ends.length === 0)
    || (fact.ends.length === 1 && nodes.has(fact.ends[0].entity.id)));
}

/** The outermost group over an entity that is not open. @param {Entity} entity @returns {Group | null} */
function closedGroup(entity) {
  let closed = null;
  for (let group = entity.group; group; group = group.parent) if (!state.open.includes(group.id)) closed = group;
  return closed;
}

/** Whether an entity is drawn by itself: there are no groups, or its own is open and shows it. @param {Entity} entity */
function standsAlone(entity) {
  return !entity.group || (entity.x !== undefined && !closedGroup(entity));
}

/**
 * How many steps away each entity is, up to a depth.
 * @param {string} start @param {Fact[]} facts @param {number} depth
 * @param {(fact: Fact, from: Entity) => Entity[]} reach where a fact leads from one of its entities
 * @param {number} [most]
 * @returns {Map<string, number>}
 */
function distances(start, facts, depth, reach, most = Infinity) {
  const kept = new Set(facts);
  const reached = new Map([[start, 0]]);
  let ring = [graph.entities.get(start)];
  for (let d = 1; d <= depth && ring.length; d += 1) {
    /** @type {Entity[]} */
    const next = [];
    for (const entity of ring) {
      for (const fact of entity?.facts || []) {
        if (!kept.has(fact)) continue;
        for (const other of reach(fact, /** @type {Entity} */ (entity))) {
          if (reached.has(other.id) || !keepsEntity(other) || reached.size >= most) continue;
          reached.set(other.id, d);
          next.push(other);
        }
      }
    }
    ring = next;
  }
  return reached;
}

/** All that a fact names. @param {Fact} fact @returns {Entity[]} */
function named(fact) {
  return fact.ends.map((end) => end.entity);
}

/** What a fact's own lines lead to, so that a path is one in the picture too. @param {Fact} fact @param {Entity} from @returns {Entity[]} */
function lined(fact, from) {
  if (fact.hub) return named(fact);
  const pairs = fact.lines.map(([a, b]) => [fact.ends[a].entity, fact.ends[b].entity]);
  return pairs.flatMap(([a, b]) => (a === from ? [b] : b === from ? [a] : []));
}

/** @param {Fact[]} facts */
function around(facts) {
  return distances(state.focus, facts, state.depth, named, MOST_DRAWN);
}

/** All that lies on a shortest way between two entities. @param {Fact[]} facts @returns {Map<string, number>} */
function onPath(facts) {
  const [from, to] = state.path;
  const there = distances(from, facts, Infinity, lined);
  const length = there.get(to);
  if (length === undefined) return new Map([[from, 0], [to, 1]]);
  const back = distances(to, facts, length, lined);
  const on = [...there].filter(([id, d]) => d + (back.get(id) ?? Infinity) === length);
  return new Map(on.slice(0, MOST_DRAWN));
}

/** How many facts lie between the ends of the path, none where no way leads. @returns {number | null} */
function pathLength() {
  const facts = [...graph.facts.values()].filter(keepsFact);
  return distances(state.path[0], facts, Infinity, lined).get(state.path[1]) ?? null;
}

/**
 * Lines for all facts between what is drawn; alike ones are one. Adds the facts that are nodes.
 * @param {Fact[]} facts @param {Map<string, SceneNode>} nodes @param {Map<Entity, string>} seat
 */
function drawLines(facts, nodes, seat) {
  /** @type {Map<string, SceneLine>} */
  const lines = new Map();

  /** @param {Fact} fact @param {string | undefined} from @param {string | undefined} to @param {string} role @param {boolean} arrow */
  function join(fact, from, to, role, arrow) {
    if (!from || !to || from === to) return;
    const bundle = nodes.get(from)?.kind === "group" || nodes.get(to)?.kind === "group";
    if (bundle && from > to) [from, to] = [to, from];
    const id = bundle ? `${from}|${to}` : [from, to, fact.type.id, fact.mode, role].join("|");
    const line = lines.get(id);
    if (!line) lines.set(id, { id, from, to, facts: [fact], role, arrow: arrow && !bundle, bundle });
    else if (!line.facts.includes(fact)) line.facts.push(fact);
  }

  for (const fact of facts) {
    if (state.hidden.includes(fact.id)) continue;
    const seats = fact.ends.map(({ entity }) => seat.get(entity));
    const drawn = new Set(seats.filter((s) => s));
    const alone = [...drawn].filter((s) => nodes.get(/** @type {string} */ (s))?.kind === "entity");
    const isNode = state.mode === "events" ? alone.length > 0 : fact.hub && drawn.size > 1 && alone.length > 0;
    if (isNode) {
      nodes.set(fact.id, { id: fact.id, kind: "fact", fact, count: 1 });
      fact.ends.forEach(({ role }, i) => join(fact, fact.id, seats[i], role, false));
    } else if (fact.hub) {
      seats.slice(1).forEach((s) => join(fact, seats[0], s, "", false));
    } else {
      for (const [a, b, kind] of fact.lines) join(fact, seats[a], seats[b], kind === 2 ? fact.ends[b].role : "", kind !== 1);
    }
  }
  return lines;
}

/** @param {Map<string, SceneNode>} nodes @param {Map<string, SceneLine>} lines */
function dropUnjoined(nodes, lines) {
  const joined = new Set([...lines.values()].flatMap((line) => [line.from, line.to]));
  for (const id of [...nodes.keys()]) if (!joined.has(id) && id !== state.focus) nodes.delete(id);
}

/** How an entity is joined to others: by fact type and the others' role. @param {Entity} entity */
function relationsOf(entity) {
  /** @type {Map<string, { type: FactType, role: Role, others: Set<Entity> }>} */
  const found = new Map();
  for (const fact of entity.facts.filter(keepsFact)) {
    for (const end of fact.ends) {
      if (end.entity === entity || state.offClasses.includes(end.entity.cls)) continue;
      const key = `${fact.type.id}|${end.role}`;
      const relation = found.get(key) || { type: fact.type, role: roleOf(fact.type, end.role), others: new Set() };
      relation.others.add(end.entity);
      found.set(key, relation);
    }
  }
  return [...found.values()];
}
