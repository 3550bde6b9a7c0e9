/** The ontology: the classes as a tree, the fact types with roles, the other properties. */
import { get, queryPage } from "./api.js";
import { $, currentLanguage, failure, isolated, keepDrawn, make, nameOf, say, show, swatch } from "./dom.js";

/** @typedef {{id: string, iri: string, zh: string, en: string, commentZh?: string, commentEn?: string, parents: string[], count?: number, color?: string, shape?: string}} Term */
/** @typedef {Term & {verbZh?: string, verbEn?: string, roles: {id: string, zh: string, en: string, ranges?: string[]}[], short?: Term[]}} Type */

/** @type {{classes: Term[], types: Type[], properties: (Term & {domain?: string, range?: string})[]} | undefined} */
let ontology;
let wanted = "";

const comment = (/** @type {Term} */ term) => (currentLanguage() === "en" ? term.commentEn || term.commentZh : term.commentZh || term.commentEn) ?? "";
const count = (/** @type {number | undefined} */ n) => (n ? make("span", { class: "count" }, show(n)) : "");
const holds = (/** @type {Term} */ term) =>
  !wanted || [term.id, term.zh, term.en].some((name) => name?.toLowerCase().includes(wanted));
const code = (/** @type {string} */ id) => make("code", {}, `kg:${id}`);

/** A class with those below it; a branch without a match is left out. @param {Term} cls @param {Term[]} all @param {Set<string>} above @returns {HTMLElement | ""} */
function branch(cls, all, above = new Set()) {
  if (above.has(cls.id)) return ""; // a circle in someone's ontology
  const below = all.filter((c) => c.parents.includes(cls.id)).map((c) => branch(c, all, new Set([...above, cls.id]))).filter(Boolean);
  if (!below.length && !holds(cls)) return "";
  return make("li", { id: above.size ? undefined : cls.id },
    make("span", { id: above.size ? cls.id : undefined, class: "term" }, swatch(cls), make("b", {}, nameOf(cls)), code(cls.id), count(cls.count)),
    comment(cls) ? make("div", { class: "count" }, comment(cls)) : "",
    below.length ? make("ul", {}, ...below) : "");
}

/** @param {Type} type */
function typeCard(type) {
  const name = (/** @type {string} */ id) => {
    const term = ontology?.classes.find((c) => c.id === id);
    return term ? nameOf(term) : ["text", "quantity", "time"].includes(id) ? say(`range-${id}`) : id;
  };
  return make("article", { class: "fact", id: type.id },
    make("h3", {}, nameOf(type), " ", code(type.id), " ", count(type.count)),
    comment(type) ? make("p", {}, comment(type)) : "",
    make("table", { class: "plaintable" }, make("tbody", {}, ...type.roles.map((role) => make("tr", {},
      make("th", { scope: "row" }, nameOf(role)), make("td", {}, code(role.id)),
      make("td", { class: "count" }, (role.ranges ?? []).map(name).join(" · ")))))),
    type.short?.length ? make("p", {}, say("short"), " ", ...type.short.flatMap((s, i) => [i ? " · " : "", nameOf(s), " ", code(s.id)])) : "",
    type.count ? make("p", { class: "links" }, make("a", { href: queryPage("facts", { type: type.id }), say: "askFacts" })) : "");
}

function draw() {
  if (!ontology) return;
  const { classes, types, properties } = ontology;
  const known = new Set(classes.map((c) => c.id));
  const roots = classes.filter((c) => !c.parents.some((p) => known.has(p) && p !== c.id));
  const shownTypes = types.filter((type) => holds(type) || type.roles.some((role) => holds(/** @type {any} */ (role))));
  const shownProperties = properties.filter(holds);
  $("terms").replaceChildren(
    make("section", {}, make("h2", {}, say("classes"), " ", count(classes.length)),
      make("ul", { class: "tree" }, ...roots.map((c) => branch(c, classes)))),
    make("section", {}, make("h2", {}, say("types"), " ", count(types.length)), make("div", { class: "cards" }, ...shownTypes.map(typeCard))),
    make("section", {}, make("h2", {}, say("properties"), " ", count(properties.length)),
      make("div", { class: "wide" }, make("table", { class: "plaintable" }, make("tbody", {}, ...shownProperties.map((p) => make("tr", { id: p.id },
        make("th", { scope: "row" }, nameOf(p)), make("td", {}, code(p.id)),
        make("td", {}, isolated(comment(p))), make("td", { class: "number" }, count(p.count)))))))),
  );
}

const filter = make("input", { type: "search", hint: "filterTerms", label: "filterTerms" });
filter.addEventListener("input", () => {
  wanted = filter.value.trim().toLowerCase();
  draw();
});
$("main").append(make("h1", { say: "ontology" }), filter, make("div", { id: "terms" }));
try {
  ontology = await get("/api/ontology");
  keepDrawn(draw);
  document.getElementById(location.hash.slice(1))?.scrollIntoView();
} catch (error) {
  $("terms").replaceChildren(failure(error));
}
document.documentElement.dataset.ready = "true";
