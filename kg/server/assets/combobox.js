/** A text field with suggestions below it, as WAI-ARIA's combobox pattern has it. */
import { make, say } from "./dom.js";

const PAUSE = 120; // milliseconds after a key before the server is asked
let made = 0;

/**
 * @template T
 * @param {HTMLInputElement} input
 * @param {object} options
 * @param {(text: string, signal: AbortSignal) => Promise<T[]>} options.find
 * @param {(item: T) => (Node | string)[]} options.show
 * @param {(item: T) => void} options.choose
 * @param {(text: string) => void} [options.enter] Enter without a choice
 * @returns {HTMLElement} the field with its list
 */
export function combobox(input, { find, show, choose, enter }) {
  made += 1;
  const id = `suggestions-${made}`;
  const list = make("ul", { id, role: "listbox", class: "suggestions" });
  list.hidden = true;
  /** @type {T[]} */
  let items = [];
  let active = -1;
  /** @type {AbortController | undefined} */
  let asking;
  let timer = 0;
  for (const [name, value] of Object.entries({
    role: "combobox", autocomplete: "off", spellcheck: "false", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list",
  })) input.setAttribute(name, value);

  function close() {
    asking?.abort();
    clearTimeout(timer);
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  /** @param {number} index */
  function mark(index) {
    active = index;
    for (const [i, item] of [...list.children].entries()) item.setAttribute("aria-selected", String(i === index));
    if (index < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", `${id}-${index}`);
    list.children[index].scrollIntoView({ block: "nearest" });
  }

  /** @param {T} item */
  function take(item) {
    close();
    choose(item);
  }

  async function suggest() {
    asking?.abort();
    const text = input.value.trim();
    if (!text) return close();
    asking = new AbortController();
    const { signal } = asking;
    try {
      items = await find(text, signal);
    } catch {
      return close(); // the next key asks again, and what the page needs it asks for with its errors shown
    }
    if (signal.aborted) return undefined;
    list.replaceChildren(...items.map((item, i) => {
      const row = make("li", { role: "option", id: `${id}-${i}` }, ...show(item));
      // On mousedown: a click would come after the field has lost its focus and the list is gone.
      row.addEventListener("mousedown", (event) => {
        event.preventDefault();
        take(item);
      });
      return row;
    }));
    if (!items.length) list.append(make("li", { class: "empty" }, say("nothing")));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    return mark(-1);
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(suggest, PAUSE);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // Enter ends a pinyin word before it chooses a name
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) void suggest();
      else if (items.length) mark((active + (event.key === "ArrowDown" ? 1 : items.length - (active < 0 ? 0 : 1))) % items.length);
    } else if (event.key === "Enter") {
      if (active >= 0 && !list.hidden) {
        event.preventDefault();
        take(items[active]);
      } else {
        close();
        enter?.(input.value.trim());
      }
    } else if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      close();
    }
  });
  return make("div", { class: "combobox" }, input, list);
}
