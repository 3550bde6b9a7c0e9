/** The questions of queries/, each with a form for its parameters. */
import { get } from "./api.js";
import { combobox } from "./combobox.js";
import { currentLanguage, failure, isolated, make, say } from "./dom.js";
import { findNames, hitRow } from "./names.js";

/** @typedef {{name: string, type: string, default?: string | null, required: boolean, about: string, aboutZh: string}} Param */
/** @typedef {{name: string, title: string, titleZh: string, about: string, aboutZh: string, text: string, params: Param[]}} Query */

const titleOf = (/** @type {Query} */ query) => (currentLanguage() === "zh" && query.titleZh) || query.title || query.name;

/** What a question or a parameter is, in the reader's language where that is said. @param {{about: string, aboutZh: string}} one */
const described = (one) => (currentLanguage() === "zh" && one.aboutZh) || one.about;

/**
 * @param {object} options
 * @param {Query[]} options.queries
 * @param {{id: string, zh: string, en: string}[]} options.types fact types, to choose from
 * @param {(text: string, name: string, params: Record<string, string>) => void} options.onAsk
 */
export function catalogue({ queries, types, onAsk }) {
  let wanted = "";
  /** @type {string | undefined} */
  let open;
  const filter = make("input", { type: "search", hint: "filterQueries", label: "filterQueries" });
  const list = make("ul", { class: "questions" });
  const root = make("div", { class: "catalogue" }, filter, list);
  filter.addEventListener("input", () => {
    wanted = filter.value.trim().toLowerCase();
    draw();
  });

  function draw() {
    const shown = queries.filter((q) => !wanted || [q.name, q.title, q.titleZh, q.about, q.aboutZh].some((t) => t.toLowerCase().includes(wanted)));
    list.replaceChildren(...shown.map((query) => {
      const isOpen = query.name === open;
      const toggle = () => {
        open = isOpen ? undefined : query.name;
        draw();
        const next = /** @type {HTMLElement | null} */ (list.querySelector(isOpen ? `[data-query="${query.name}"]` : ".open input, .open select, .open [type=submit]"));
        next?.focus();
      };
      return make("li", { class: isOpen ? "open" : "" },
        make("button", { type: "button", class: "plain question", "data-query": query.name, "aria-expanded": String(isOpen), onclick: toggle }, titleOf(query)),
        isOpen ? form(query) : null);
    }), ...(shown.length ? [] : [make("li", { class: "count" }, say("nothingFound"))]));
  }

  /** @param {Query} query @param {Record<string, string>} [values] */
  function form(query, values = {}) {
    const said = make("div");
    const fields = query.params.map((param) => ({ param, ...field(param, values[param.name] ?? param.default ?? "") }));
    const element = make("form", { class: "params" },
      make("p", { class: "count" }, described(query)),
      ...fields.map(({ param, box }) => make("label", {},
        make("span", {}, param.name, param.required ? make("span", { class: "needed", title: say("required") }, " *") : null),
        box,
        described(param) ? make("span", { class: "count" }, isolated(described(param))) : null)),
      make("div", { class: "buttons" }, make("button", { type: "submit", class: "main", say: "ask" })),
      said);
    element.addEventListener("submit", async (event) => {
      event.preventDefault();
      const params = Object.fromEntries(fields.map(({ param, input }) => [param.name, input.value.trim()]).filter(([, value]) => value));
      said.replaceChildren();
      try {
        await ask(query.name, params);
      } catch (error) {
        said.replaceChildren(failure(error));
      }
    });
    return element;
  }

  /** @param {Param} param @param {string} value */
  function field(param, value) {
    if (param.type === "facttype") {
      const select = make("select", {}, make("option", { value: "" }, param.required ? "" : say("anything")),
        ...types.map((type) => make("option", { value: type.id, selected: type.id === value }, currentLanguage() === "zh" ? type.zh : type.en)));
      return { input: select, box: select };
    }
    const input = make("input", {
      type: "text", name: param.name, value, required: param.required,
      inputmode: ["integer", "decimal", "year"].includes(param.type) ? "decimal" : undefined, placeholder: param.type,
    });
    if (param.type !== "entity") return { input, box: input };
    const box = combobox(input, { find: findNames, show: hitRow, choose: (hit) => { input.value = hit.label; } });
    return { input, box };
  }

  /** @param {string} name @param {Record<string, string>} params */
  async function ask(name, params) {
    const { text } = await get(`/api/queries/${encodeURIComponent(name)}`, params);
    onAsk(text, name, params);
  }

  return {
    root, draw, ask,
    /** @param {string} name */
    show(name) {
      open = name;
      draw();
    },
  };
}
