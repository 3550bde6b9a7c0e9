/** An answer as a table: names linked, columns sorted, rows filtered and turned over page by page. */
import { pageOf } from "./api.js";
import { make, say } from "./dom.js";
import { isNumeric, sorted, textOf } from "./results.js";

/** @typedef {import("./results.js").Answer} Answer */
/** @typedef {import("./results.js").Term} Term */

const PAGE = 100; // rows
const SHORT = 16; // characters that stay on one line

/** @param {Answer} answer */
export function resultTable(answer) {
  let [column, down, wanted, page] = [-1, false, "", 0];
  const numeric = answer.variables.map((_, i) => isNumeric(answer, i));
  const filter = make("input", { type: "search", hint: "filterRows", label: "filterRows", class: "rowfilter" });
  const place = make("div", { class: "wide" });
  const pager = make("div", { class: "pager" });
  const root = make("div", { class: "results" }, answer.rows.length > 8 ? filter : null, place, pager);

  filter.addEventListener("input", () => {
    wanted = filter.value.trim().toLowerCase();
    page = 0;
    draw();
  });

  /** @param {number} i */
  function sortBy(i) {
    if (column !== i) [column, down] = [i, false];
    else if (!down) down = true;
    else [column, down] = [-1, false]; // the third click gives the query's own order back
    page = 0;
    draw();
    /** @type {HTMLElement | undefined} */ (place.querySelectorAll("th button")[i])?.focus();
  }

  function draw() {
    let rows = answer.rows;
    if (wanted) rows = rows.filter((row) => row.some((term) => textOf(term, answer).toLowerCase().includes(wanted)));
    if (column >= 0) rows = sorted(answer, rows, column, down);
    const pages = Math.max(1, Math.ceil(rows.length / PAGE));
    page = Math.min(page, pages - 1);
    place.replaceChildren(make("table", {},
      make("thead", {}, make("tr", {}, ...answer.variables.map((name, i) =>
        make("th", { scope: "col", class: numeric[i] ? "number" : "", "aria-sort": column !== i ? "none" : down ? "descending" : "ascending" },
          make("button", { type: "button", onclick: () => sortBy(i) }, name,
            make("span", { "aria-hidden": "true" }, column !== i ? "" : down ? " ↓" : " ↑")))))),
      make("tbody", {}, ...rows.slice(page * PAGE, (page + 1) * PAGE).map((row) =>
        make("tr", {}, ...row.map((term, i) => make("td", { class: numeric[i] ? "number" : answer.variables[i] === "iri" ? "iri" : "" }, cell(term, answer, answer.variables[i]))))))));
    const turn = (/** @type {number} */ by) => () => {
      page += by;
      draw();
    };
    pager.replaceChildren(...(pages > 1 || wanted ? [
      make("button", { type: "button", label: "previous", disabled: page === 0, onclick: turn(-1) }, "←"),
      make("span", { class: "count" }, say("rowsShown", {
        from: rows.length ? page * PAGE + 1 : 0, to: Math.min(rows.length, (page + 1) * PAGE), n: rows.length,
      })),
      make("button", { type: "button", label: "next", disabled: page >= pages - 1, onclick: turn(1) }, "→"),
    ] : []));
  }

  draw();
  return { root, draw };
}

/** A value in a table; a column named iri shows IRIs, as `kg query` does. @param {Term | undefined} term @param {Answer} answer @param {string} variable */
function cell(term, answer, variable) {
  if (!term) return "";
  if (term.type !== "uri") return brief(textOf(term, answer));
  const bare = { ...answer, labels: new Map() };
  const text = brief(textOf(term, variable === "iri" ? bare : answer));
  const page = pageOf(term.value);
  return page ? make("a", { href: page, title: term.value }, text) : make("span", { title: term.value }, text);
}

/** A text that breaks only where it is long. @param {string} text */
const brief = (text) => make("bdi", { class: text.length <= SHORT ? "brief" : "" }, text);
