/** The front page: a box that finds names, and what there is to find. */
import { get, pageOf, queryPage, sourcePage } from "./api.js";
import { combobox } from "./combobox.js";
import { $, failure, isolated, keepDrawn, make, nameOf, say, show, swatch } from "./dom.js";
import { entityLink, findNames, hitRow } from "./names.js";

const MOST_SOURCES = 8;
const FOUND = 50; // names listed below the box after Enter

/** @type {any} */
let status;
/** @type {any} */
let sources;
/** @type {import("./api.js").Hit[] | undefined} */
let hits;

const input = make("input", { type: "search", id: "q", hint: "searchHint", label: "searchHint" });
const box = combobox(input, {
  find: findNames,
  show: hitRow,
  choose: (hit) => {
    const page = pageOf(hit.iri);
    if (page) location.assign(page);
  },
  enter: (text) => void list(text),
});
const found = make("section", { id: "found", "aria-live": "polite" });
const counts = make("section", { id: "counts" });

/** @param {string} text */
async function list(text) {
  const address = new URL(location.href);
  address.search = text ? `?${new URLSearchParams({ q: text })}` : "";
  history.replaceState(null, "", address);
  try {
    hits = text ? await findNames(text, undefined, FOUND) : undefined;
    drawFound();
  } catch (error) {
    found.replaceChildren(failure(error));
  }
}

function drawFound() {
  if (!hits) return found.replaceChildren();
  return found.replaceChildren(
    make("p", { class: "count" }, hits.length ? say(hits.length < FOUND ? "found" : "foundMost", { n: hits.length }) : say("nothing")),
    make("ul", { class: "hits" }, ...hits.map((hit) => {
      const { look } = /** @type {any} */ (hit);
      return make("li", {}, swatch(look), entityLink(hit),
        hit.matched && hit.matched !== hit.label ? make("span", { class: "count" }, isolated(hit.matched)) : null,
        make("span", { class: "count" }, nameOf(look)),
        hit.degree ? make("span", { class: "count" }, say("factCount", { n: hit.degree })) : null);
    })),
  );
}

function drawCounts() {
  drawFound();
  if (!status) return;
  const number = (/** @type {string} */ key) =>
    make("div", { class: "tally" }, make("b", {}, show(status[key] ?? 0)), make("span", {}, say(`n-${key}`)));
  const top = Math.max(1, ...status.types.map((/** @type {any} */ t) => t.count));
  /** @param {any} term @param {string} name */
  const bar = (term, name) => {
    const meter = make("span", { class: "meter", "aria-hidden": "true" });
    meter.style.setProperty("--part", String(term.count / top));
    return make("li", {}, make("a", { href: queryPage("facts", { type: term.id }) }, name), meter, make("span", { class: "count" }, show(term.count)));
  };
  counts.replaceChildren(
    make("div", { class: "numbers" }, number("entities"), number("facts"), number("sources"), number("triples")),
    make("div", { class: "columns" },
      make("div", {}, make("h2", {}, say("byType")),
        make("ul", { class: "bars" }, ...status.types.map((/** @type {any} */ type) => bar(type, nameOf(type))))),
      make("div", {}, make("h2", {}, say("byClass")),
        make("ul", { class: "plainlist" }, ...status.classes.map((/** @type {any} */ cls) =>
          make("li", {}, swatch(cls), make("a", { href: `/ontology#${cls.id}` }, nameOf(cls)), make("span", { class: "count" }, show(cls.count))))),
        sources?.length ? make("h2", {}, say("sources")) : null,
        make("ul", { class: "plainlist" }, ...(sources ?? []).map((/** @type {any} */ source) =>
          make("li", {}, make("a", { href: sourcePage(source.name) }, isolated(source.name)),
            make("span", { class: "count" }, say("factCount", { n: source.facts }))))),
        make("p", {}, make("a", { href: "/sources", say: "allSources" })))),
  );
}

$("main").append(make("h1", { say: "searchTitle" }), box, found, counts);
keepDrawn(drawCounts);
input.focus();
const asked = new URLSearchParams(location.search).get("q");
if (asked) {
  input.value = asked;
  void list(asked);
}
try {
  [status, sources] = await Promise.all([
    get("/api/status"), get("/api/sources", { limit: MOST_SOURCES }).then((page) => page.sources),
  ]);
  drawCounts();
} catch (error) {
  counts.replaceChildren(failure(error));
}
document.documentElement.dataset.ready = "true";
