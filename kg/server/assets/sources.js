/** The documents: how long each is, how many facts it gave, what of it was skipped. */
import { get, sourcePage } from "./api.js";
import { $, failure, isolated, keepDrawn, make, say, show } from "./dom.js";
import { moreButton } from "./names.js";

const PAGE = 100;

/** @type {any[]} */
let sources = [];
/** @type {{name: string, why: string[]}[]} */
let leftOut = [];
let total = 0;
let wanted = "";

const filter = make("input", { type: "search", id: "filter", hint: "filterSources", label: "filterSources" });
const list = make("div", { id: "list" });

function draw() {
  list.replaceChildren(
    make("p", { class: "count", "aria-live": "polite" }, say("sourceCount", { n: total })),
    make("table", { class: "plaintable" },
      make("thead", {}, make("tr", {}, ...["source", "length", "facts", "skipped"].map((key) =>
        make("th", { scope: "col", class: key === "source" ? "" : "number" }, say(key))))),
      make("tbody", {}, ...sources.map((source) => make("tr", {},
        make("td", {}, make("a", { href: sourcePage(source.name) }, isolated(source.title || source.name)),
          source.title && source.title !== source.name ? make("div", { class: "count" }, isolated(source.name)) : null),
        make("td", { class: "number" }, show(source.length)),
        make("td", { class: "number" }, show(source.facts)),
        make("td", { class: "number" }, source.problems ? show(source.problems) : "–"))))),
    leftOut.length ? make("section", { id: "leftout" }, make("h2", {}, say("leftOut")),
      make("ul", {}, ...leftOut.map(({ name, why }) => make("li", {}, isolated(name), " ", make("span", { class: "count" }, isolated(why.join("; "))))))) : "",
    sources.length < total ? moreButton(total - sources.length, () => void load(sources.length)) : "",
  );
}

async function load(offset = 0) {
  try {
    const page = await get("/api/sources", { q: wanted, offset, limit: PAGE });
    sources = offset ? [...sources, ...page.sources] : page.sources;
    ({ total, leftOut } = page);
    draw();
  } catch (error) {
    list.replaceChildren(failure(error));
  }
}

let timer = 0;
filter.addEventListener("input", () => {
  clearTimeout(timer);
  timer = window.setTimeout(() => {
    wanted = filter.value.trim();
    void load();
  }, 150);
});

$("main").append(make("h1", { say: "sources" }), filter, list);
keepDrawn(draw);
await load();
document.documentElement.dataset.ready = "true";
