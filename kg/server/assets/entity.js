/** What is known of one thing, or one fact alone: /id/… */
import { explorePage, get, iriOf, pageOf, queryPage } from "./api.js";
import { $, failure, given, isolated, keepDrawn, make, nameOf, say, show, swatch } from "./dom.js";
import { addSentences, factCard, factList, typesById } from "./facts.js";
import { entityName, moreButton, recordLink } from "./names.js";

/** @typedef {import("./api.js").Records} Records */

const PAGE = 200; // facts asked of the server at a time
const iri = given.iri ?? "";
/** @type {Records | undefined} */
let records;
let shownType = "";

/** @param {string} key @param {(Node | string)[]} children */
const row = (key, children) => [make("dt", {}, say(key)), make("dd", {}, ...children)];

function draw() {
  if (!records) return;
  const known = records;
  const center = known.entities.findIndex((e) => e.id === known.center);
  if (center < 0) return drawFact(known);
  const entity = known.entities[center];
  const cls = known.classes.find((c) => c.id === entity.cls) ?? { id: entity.cls, zh: entity.cls, en: entity.cls };
  const above = placesAbove(entity, known);
  const names = [entity.label, entity.en, ...(entity.aliases ?? [])].filter((n) => n && n !== entityName(entity));
  const here = known.facts.filter((fact) => fact.ends.some(([e]) => e === center));
  const counted = new Map();
  for (const fact of here) counted.set(fact.type, (counted.get(fact.type) ?? 0) + 1);
  const types = typesById(known);
  const facts = shownType ? here.filter((fact) => fact.type === shownType) : here;
  const chip = (/** @type {string} */ id, /** @type {string} */ name, /** @type {number} */ n) =>
    make("button", { type: "button", class: "chip", "aria-pressed": String(shownType === id), onclick: () => { shownType = id; draw(); } },
      name, " ", make("span", { class: "count" }, show(n)));
  document.title = `${entityName(entity)} · tupu-kg`;
  $("main").replaceChildren(
    make("h1", { class: "with-swatch" }, swatch(cls), isolated(entityName(entity))),
    make("dl", { class: "about" },
      ...(names.length ? row("names", names.flatMap((n, i) => [i ? " · " : "", isolated(n ?? "")])) : []),
      ...row("class", [make("a", { href: `/ontology#${cls.id}` }, nameOf(cls))]),
      ...(above.length ? row("place", above.flatMap((place, i) => [i ? " ‹ " : "", recordLink(place, known)])) : []),
      ...(entity.code ? row("code", [entity.code]) : []),
      ...row("iri", [isolated(iri)])),
    make("p", { class: "links" },
      make("a", { href: explorePage(iri), say: "inGraph" }),
      make("a", { href: queryPage("entity", { entity: iri }), say: "asTable" }),
      ...formats()),
    make("h2", {}, here.length ? say("factCount", { n: here.length + (known.more ?? 0) }) : say("noFacts")),
    counted.size > 1
      ? make("div", { class: "chips" }, chip("", say("all"), here.length),
        ...[...counted].sort((a, b) => b[1] - a[1]).map(([id, n]) => chip(id, nameOf(types.get(id) ?? { zh: id, en: id }), n)))
      : "",
    factList(facts, known),
    known.more ? moreButton(known.more, () => void load(records?.facts.length)) : "",
  );
  return undefined;
}

/** The places that a thing lies in, nearest first. @param {import("./api.js").Entity} entity @param {Records} known */
function placesAbove(entity, known) {
  const places = new Map(known.places.map((place) => [place.id, place]));
  /** @type {import("./api.js").Place[]} */
  const chain = [];
  for (let place = places.get(entity.in ?? ""); place && place.id !== entity.id && !chain.includes(place); place = places.get(place.in ?? "")) chain.push(place);
  return chain;
}

const formats = () => ["turtle", "jsonld"].map((format) =>
  make("a", { href: `${pageOf(iri)}?format=${format}` }, format === "turtle" ? "Turtle" : "JSON-LD"));

/** @param {Records} shown */
function drawFact(shown) {
  const fact = shown.facts.find((f) => iriOf(f.id, shown) === iri) ?? shown.facts[0];
  if (!fact) return $("main").replaceChildren(make("h1", { say: "noPage" }), make("p", {}, isolated(iri)));
  const type = typesById(shown).get(fact.type) ?? { zh: fact.type, en: fact.type };
  return $("main").replaceChildren(
    make("h1", {}, `${say("factTitle")} · ${nameOf(type)}`),
    make("dl", { class: "about" }, ...row("iri", [isolated(iri)])),
    make("p", { class: "links" }, make("a", { href: queryPage("evidence", { fact: iri }), say: "asTable" }), ...formats()),
    factCard(fact, shown),
  );
}

/** @param {number} [offset] */
async function load(offset = 0) {
  try {
    /** @type {Records} */
    const next = await get("/api/neighbourhood", { iri, limit: PAGE + offset });
    records = next;
    draw();
    void addSentences(next, draw);
  } catch (error) {
    $("main").replaceChildren(make("h1", {}, isolated(iri.slice(given.base.length))), failure(error));
  }
}

keepDrawn(draw);
await load();
document.documentElement.dataset.ready = "true";
