/** What is known of one thing, or one fact alone: /id/… */
import { explorePage, get, pageOf, queryPage } from "./api.js";
import { $, failure, given, isolated, keepDrawn, make, nameOf, say, show, swatch } from "./dom.js";
import { addSentences, factCard, factList, typesById } from "./facts.js";
import { entityLink, entityName, moreButton } from "./names.js";
import { readRecords } from "./records.js";

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
  const { center } = records;
  if (typeof center !== "number") return drawFact(records);
  const entity = records.entities[center];
  const cls = records.classes.find((c) => c.id === entity.cls) ?? { id: entity.cls, zh: entity.cls, en: entity.cls };
  const names = [entity.label, entity.en, ...(entity.aliases ?? [])].filter((n) => n && n !== entityName(entity));
  const here = records.facts.filter((fact) => fact.e.includes(center));
  const counted = new Map();
  for (const fact of here) counted.set(fact.type, (counted.get(fact.type) ?? 0) + 1);
  const types = typesById(records);
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
      ...(entity.in ? row("place", entity.in.flatMap((place, i) => [i ? " ‹ " : "", placeName(place)])) : []),
      ...(entity.code ? row("code", [entity.code]) : []),
      ...row("iri", [isolated(entity.iri)])),
    make("p", { class: "links" },
      make("a", { href: explorePage(entity.iri), say: "inGraph" }),
      make("a", { href: queryPage("entity", { entity: entity.iri }), say: "asTable" }),
      ...formats()),
    make("h2", {}, here.length ? say("factCount", { n: here.length + (records.more ?? 0) }) : say("noFacts")),
    counted.size > 1
      ? make("div", { class: "chips" }, chip("", say("all"), here.length),
        ...[...counted].sort((a, b) => b[1] - a[1]).map(([id, n]) => chip(id, nameOf(types.get(id) ?? { zh: id, en: id }), n)))
      : "",
    factList(facts, records),
    records.more ? moreButton(records.more, () => void load(records?.facts.length)) : "",
  );
  return undefined;
}

/** @param {import("./api.js").Place} place */
function placeName(place) {
  const entity = typeof place.e === "number" ? records?.entities[place.e] : place.iri ? place : undefined;
  return entity ? entityLink(/** @type {any} */ (entity)) : isolated(entityName(place));
}

const formats = () => ["turtle", "jsonld"].map((format) =>
  make("a", { href: `${pageOf(iri)}?format=${format}` }, format === "turtle" ? "Turtle" : "JSON-LD"));

/** @param {Records} shown */
function drawFact(shown) {
  const fact = shown.facts.find((f) => f.iri === iri) ?? shown.facts[0];
  if (!fact) return $("main").replaceChildren(make("h1", { say: "noPage" }), make("p", {}, isolated(iri)));
  const type = typesById(shown).get(fact.type) ?? { zh: fact.type, en: fact.type };
  return $("main").replaceChildren(
    make("h1", {}, `${say("factTitle")} · ${nameOf(type)}`),
    make("dl", { class: "about" }, ...row("iri", [isolated(fact.iri)])),
    make("p", { class: "links" }, make("a", { href: queryPage("evidence", { fact: fact.iri }), say: "asTable" }), ...formats()),
    factCard(fact, shown),
  );
}

/** @param {number} [offset] */
async function load(offset = 0) {
  try {
    /** @type {Records} */
    const next = readRecords(await get("/api/neighbourhood", { iri, limit: PAGE + offset }));
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
