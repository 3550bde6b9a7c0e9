/** Numbers as a picture: bars for things, a line for a column of times. Our own SVG, and no more than that. */
import { currentLanguage, isolated, make, say } from "./dom.js";
import { isNumeric, numberOf, textOf } from "./results.js";

/** @typedef {import("./results.js").Answer} Answer */

const MOST_BARS = 40;
const TIME = /^-?\d{4}(-\d{2}){0,2}([/.T].*)?$/;

/** @param {Answer} answer */
export const numberColumns = (answer) =>
  answer.variables.map((_, i) => i).filter((i) => isNumeric(answer, i) && !isTime(answer, i));

/** Years and dates are what a chart runs along, not what it measures. @param {Answer} answer @param {number} column */
function isTime(answer, column) {
  const cells = answer.rows.flatMap((row) => (row[column] ? [textOf(row[column], answer)] : []));
  return cells.length > 0 && cells.every((text) => TIME.test(text));
}

/** @param {string} tag @param {Record<string, string | number>} attributes @param {...(Node | string)} children */
function svg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/** @param {Answer} answer */
export function chart(answer) {
  const numbers = numberColumns(answer);
  const others = answer.variables.map((_, i) => i).filter((i) => !numbers.includes(i));
  let along = others.find((i) => isTime(answer, i)) ?? others[0] ?? 0;
  let measured = numbers[0];
  const place = make("div", { class: "chart" });

  /** @param {number[]} columns @param {number} chosen @param {string} key @param {(i: number) => void} onChoose */
  const choice = (columns, chosen, key, onChoose) => {
    const select = make("select", {}, ...columns.map((i) => make("option", { value: String(i), selected: i === chosen }, answer.variables[i])));
    select.addEventListener("change", () => {
      onChoose(Number(select.value));
      draw();
    });
    return make("label", {}, make("span", { say: key }), select);
  };

  function draw() {
    const points = answer.rows
      .map((row) => ({ label: textOf(row[along], answer), value: numberOf(row[measured]) }))
      .filter((point) => !Number.isNaN(point.value));
    if (isTime(answer, along) && points.length > 1) place.replaceChildren(line(points));
    else place.replaceChildren(bars(points));
  }

  const root = make("div", {}, make("div", { class: "choices" },
    choice(others.length ? others : numbers, along, "along", (i) => (along = i)),
    choice(numbers, measured, "measured", (i) => (measured = i))), place);
  draw();
  return { root, draw };
}

const shortNumber = (/** @type {number} */ n) => n.toLocaleString("en", { maximumFractionDigits: 2 });

/** Horizontal bars, the longest first: names of any length stand beside them. @param {{label: string, value: number}[]} points */
function bars(points) {
  const shown = [...points].sort((a, b) => b.value - a.value).slice(0, MOST_BARS);
  const low = Math.min(0, ...shown.map((p) => p.value));
  const span = Math.max(0, ...shown.map((p) => p.value)) - low || 1;
  return make("div", { role: "img", "aria-label": say("chartOf", { n: shown.length }) },
    ...shown.map(({ label, value }) => {
      const bar = make("span", { class: "bar" });
      bar.style.setProperty("--from", String((Math.min(0, value) - low) / span));
      bar.style.setProperty("--part", String(Math.abs(value) / span));
      return make("div", { class: "barrow" }, make("span", { class: "barlabel", title: label }, isolated(label || "–")), make("span", { class: "bartrack" }, bar), make("span", { class: "count" }, shortNumber(value)));
    }),
    points.length > shown.length ? make("p", { class: "count" }, say("chartPart", { n: shown.length, all: points.length })) : null);
}

/** Years since year 0 of a year, month, day or the beginning of a period. @param {string} label */
function moment(label) {
  const [year, month = 1, day = 1] = (/^(-?\d+)(?:-(\d+))?(?:-(\d+))?/.exec(label) ?? []).slice(1).map((n) => (n === undefined ? n : Number(n)));
  return (year ?? 0) + (month - 1) / 12 + (day - 1) / 365;
}

/** One point a time, sums where a time comes twice. @param {{label: string, value: number}[]} points */
function line(points) {
  /** @type {Map<string, number>} */
  const sums = new Map();
  for (const { label, value } of points) sums.set(label, (sums.get(label) ?? 0) + value);
  const steps = [...sums].sort((a, b) => moment(a[0]) - moment(b[0]));
  const [width, height, left, right, bottom, top] = [800, 300, 64, 30, 30, 14];
  const [most, least] = [Math.max(0, ...sums.values()), Math.min(0, ...sums.values())];
  const [first, last] = [moment(steps[0][0]), moment(steps[steps.length - 1][0])];
  const x = (/** @type {string} */ label) => left + ((moment(label) - first) * (width - left - right)) / (last - first || 1);
  const y = (/** @type {number} */ value) => top + ((most - value) * (height - top - bottom)) / (most - least || 1);
  const compact = new Intl.NumberFormat(currentLanguage(), { notation: "compact", maximumFractionDigits: 1 });
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": say("chartOf", { n: steps.length }) });
  for (const part of [0, 0.25, 0.5, 0.75, 1]) {
    const value = least + part * (most - least);
    picture.append(
      svg("line", { class: "grid", x1: left, x2: width - right, y1: y(value), y2: y(value) }),
      svg("text", { x: left - 8, y: y(value) + 4, "text-anchor": "end" }, compact.format(value)),
    );
  }
  picture.append(svg("polyline", { class: "curve", points: steps.map(([label, value]) => `${x(label)},${y(value)}`).join(" ") }));
  let written = -Infinity; // where the last label stands
  for (const [label, value] of steps) {
    picture.append(svg("circle", { class: "point", cx: x(label), cy: y(value), r: 4 }, svg("title", {}, `${label}: ${shortNumber(value)}`)));
    if (x(label) - written < 12 * Math.max(4, label.length) * 0.62 + 10) continue;
    written = x(label);
    picture.append(svg("text", { x: written, y: height - 8, "text-anchor": "middle" }, label));
  }
  return picture;
}
