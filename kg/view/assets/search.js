// @ts-check
"use strict";

/**
 * Search over names and aliases, with suggestions.
 */

const MOST_SUGGESTIONS = 12;

const query = /** @type {HTMLInputElement} */ (byId("query"));
/** @type {Entity[]} */
let suggested = [];
let active = -1;

/** @param {string} text */
function fold(text) {
  return text.normalize("NFKC").toLowerCase();
}

let folded = { version: -1, names: /** @type {[Entity, string[]][]} */ ([]) };

function foldedNames() {
  if (folded.version !== graph.version) {
    const names = [...graph.entities.values()].map((e) => /** @type {[Entity, string[]]} */ ([e, [e.label, e.en || "", ...(e.aliases || [])].map(fold)]));
    folded = { version: graph.version, names };
  }
  return folded.names;
}

/** Entities by how well a name fits: the whole, its beginning, a part; then by their facts. @param {string} text @returns {Entity[]} */
function searchNames(text) {
  const wanted = fold(text.trim());
  if (!wanted) return [];
  /** @type {[number, Entity][]} */
  const hits = [];
  for (const [entity, names] of foldedNames()) {
    const rank = Math.min(...names.map((n) => (n === wanted ? 0 : n.startsWith(wanted) ? 1 : n.includes(wanted) ? 2 : 9)));
    if (rank < 9) hits.push([rank, entity]);
  }
  hits.sort((a, b) => a[0] - b[0] || b[1].facts.length - a[1].facts.length || (a[1].id < b[1].id ? -1 : 1));
  return hits.slice(0, MOST_SUGGESTIONS).map((h) => h[1]);
}

function suggest() {
  listSuggestions();
  const said = query.value;
  graph.find(said).then(() => {
    if (query.value !== said || document.activeElement !== query) return;
    if (searchNames(said).some((entity, i) => entity !== suggested[i])) listSuggestions();
  });
}

function listSuggestions() {
  suggested = searchNames(query.value);
  active = suggested.length ? 0 : -1;
  const wanted = fold(query.value.trim());
  const items = suggested.map((entity, i) => {
    const other = (entity.aliases || []).find((a) => fold(a).includes(wanted));
    return make("li", {
      role: "option", id: `s${i}`,
      // On mousedown: a click would come after the input has lost its focus and the list is gone.
      onmousedown: (/** @type {Event} */ event) => {
        event.preventDefault();
        choose(entity);
      },
    }, swatch(classOf(entity)), isolated(nameOf(entity)),
    other && !fold(nameOf(entity)).includes(wanted) ? make("span", { class: "count" }, isolated(other)) : null,
    make("span", { class: "count" }, termName(classOf(entity))));
  });
  if (wanted && !items.length) items.push(make("li", { class: "empty" }, say("nothing")));
  byId("suggestions").replaceChildren(...items);
  byId("suggestions").hidden = !items.length;
  query.setAttribute("aria-expanded", String(items.length > 0));
  markActive();
}

function markActive() {
  for (const [i, item] of [...byId("suggestions").children].entries()) item.setAttribute("aria-selected", String(i === active));
  if (active >= 0) query.setAttribute("aria-activedescendant", `s${active}`);
  else query.removeAttribute("aria-activedescendant");
  document.getElementById(`s${active}`)?.scrollIntoView({ block: "nearest" });
}

function closeSuggestions() {
  byId("suggestions").hidden = true;
  query.setAttribute("aria-expanded", "false");
}

/** @param {Entity} entity */
function choose(entity) {
  query.value = nameOf(entity);
  closeSuggestions();
  query.blur();
  if (graph.isWhole || pathFrom || scene.nodes.has(entity.id)) showEntity(entity.id);
  else setFocus(entity.id);
}

query.addEventListener("input", suggest);
query.addEventListener("focus", () => query.select());
query.addEventListener("blur", closeSuggestions);
query.addEventListener("keydown", (event) => {
  if (event.isComposing) return; // Enter ends a pinyin word before it chooses a name
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (byId("suggestions").hidden) suggest();
    else if (suggested.length) active = (active + (event.key === "ArrowDown" ? 1 : suggested.length - 1)) % suggested.length;
    markActive();
  } else if (event.key === "Enter" && active >= 0 && !byId("suggestions").hidden) {
    choose(suggested[active]);
  } else if (event.key === "Escape") {
    event.stopPropagation();
    if (byId("suggestions").hidden) query.blur();
    closeSuggestions();
  }
});
