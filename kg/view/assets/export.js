// @ts-check
"use strict";

/**
 * What is seen, to take along: as a picture, as a table, as triples.
 */

/** @type {Record<string, () => void>} */
const savers = {
  png: savePng,
  svg: () => save("graph.svg", "image/svg+xml", svgText()),
  csv: () => save("facts.csv", "text/csv;charset=utf-8", csvText()),
  ttl: () => save("facts.ttl", "text/turtle;charset=utf-8", turtleText()),
};

/** @param {string} name @param {string} type @param {BlobPart} content */
function save(name, type, content) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = make("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

/** The canvas on paper: a picture without ground is unreadable where the page it comes to is dark. */
function savePng() {
  const drawn = /** @type {HTMLCanvasElement} */ (byId("graph").querySelector("canvas"));
  const sheet = /** @type {HTMLCanvasElement} */ (make("canvas"));
  [sheet.width, sheet.height] = [drawn.width, drawn.height];
  const canvas = /** @type {CanvasRenderingContext2D} */ (sheet.getContext("2d"));
  canvas.fillStyle = palette.paper;
  canvas.fillRect(0, 0, sheet.width, sheet.height);
  canvas.drawImage(drawn, 0, 0);
  sheet.toBlob((blob) => blob && save("graph.png", "image/png", blob));
}

/** A text that can stand in XML; what XML has no characters for is left out. @param {string} text */
function xml(text) {
  // eslint-disable-next-line no-control-regex
  const allowed = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "");
  return allowed.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** Corners of a shape of size 1 around 0, 0, as vis-network draws them. @type {Record<string, [number, number][]>} */
const CORNERS = {
  square: [[-1, -1], [1, -1], [1, 1], [-1, 1]],
  diamond: [[0, -1], [1, 0], [0, 1], [-1, 0]],
  triangle: [[0, -1], [1, 0.73], [-1, 0.73]],
  triangleDown: [[0, 1], [1, -0.73], [-1, -0.73]],
  hexagon: [0, 1, 2, 3, 4, 5].map((i) => [Math.cos((i * Math.PI) / 3), Math.sin((i * Math.PI) / 3)]),
  star: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => {
    const r = i % 2 ? 0.5 : 1.1;
    return [r * Math.sin((i * Math.PI) / 5), -r * Math.cos((i * Math.PI) / 5)];
  }),
};

/** The scene as SVG, all of it, as large as it is. @returns {string} */
function svgText() {
  const p = readPalette();
  const nodes = nodeSet.get();
  const at = new Map(nodes.map((/** @type {any} */ n) => [n.id, n]));
  const xs = nodes.map((/** @type {any} */ n) => n.x);
  const ys = nodes.map((/** @type {any} */ n) => n.y);
  const [left, top] = [Math.min(0, ...xs) - 140, Math.min(0, ...ys) - 80];
  const [width, height] = [Math.max(0, ...xs) + 140 - left, Math.max(0, ...ys) + 100 - top];
  /** @param {string} text @param {number} x @param {number} y @param {number} size @param {string} color */
  const write = (text, x, y, size, color) => text.split("\n").map((line, i) =>
    `<text x="${Math.round(x)}" y="${Math.round(y + i * size * 1.25)}" font-size="${size}" fill="${color}" stroke="${p.paper}" stroke-width="3">${xml(line)}</text>`).join("");
  const lines = lineSet.get().map((/** @type {any} */ line) => {
    const [a, b] = [/** @type {any} */ (at.get(line.from)), /** @type {any} */ (at.get(line.to))];
    const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
    const [ux, uy] = [(b.x - a.x) / length, (b.y - a.y) / length];
    const bend = line.smooth ? line.smooth.roundness * (line.smooth.type === "curvedCW" ? 1 : -1) * length : 0;
    const middle = { x: (a.x + b.x) / 2 + uy * bend, y: (a.y + b.y) / 2 - ux * bend };
    const end = { x: b.x - ux * (b.size || 14), y: b.y - uy * (b.size || 14) };
    const dashes = line.dashes ? ` stroke-dasharray="${line.dashes.join(" ")}"` : "";
    return `<path d="M${a.x} ${a.y}Q${middle.x.toFixed(1)} ${middle.y.toFixed(1)} ${end.x.toFixed(1)} ${end.y.toFixed(1)}" fill="none" stroke="${line.color.color}" stroke-width="${line.width}" stroke-opacity="${line.color.opacity}"${dashes}${line.arrows ? " marker-end=\"url(#arrow)\"" : ""}/>`
      + (line.label ? write(line.label, (a.x + b.x) / 4 + middle.x / 2, (a.y + b.y) / 4 + middle.y / 2 + 4, 11, line.font.color) : "");
  });
  const shapes = nodes.map((/** @type {any} */ n) => {
    const paint = `fill="${n.color.background}" stroke="${n.color.border}" stroke-width="1.5"`;
    if (n.shape === "box") {
      const half = [...n.label].reduce((sum, c) => sum + (c > "\u2e80" ? 13 : 7.5), 16) / 2;
      return `<rect x="${n.x - half}" y="${n.y - 13}" width="${2 * half}" height="26" rx="3" ${paint}/>${write(n.label, n.x, n.y + 5, 13, p.ink)}`;
    }
    const corners = CORNERS[n.shape];
    const form = corners
      ? `<polygon points="${corners.map(([x, y]) => `${(n.x + x * n.size).toFixed(1)},${(n.y + y * n.size).toFixed(1)}`).join(" ")}" ${paint}/>`
      : `<circle cx="${n.x}" cy="${n.y}" r="${n.size}" ${paint}/>`;
    return form + pie(n) + write(n.label, n.x, n.y + n.size + n.font.size + 3, n.font.size, p.ink);
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${left} ${top} ${width} ${height}" width="${width}" height="${height}" font-family="${xml(FACE)}" text-anchor="middle" paint-order="stroke">`
    + `<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L10 5L0 10z" fill="${p.line}"/></marker></defs>`
    + `<rect x="${left}" y="${top}" width="${width}" height="${height}" fill="${p.paper}"/>${lines.join("")}${shapes.join("")}</svg>\n`;
}

/** The shares of classes in a group, as the canvas has them. @param {{ id: string, x: number, y: number, size: number }} drawn @returns {string} */
function pie({ id, x, y, size }) {
  const node = scene.nodes.get(id);
  if (!node?.classes) return "";
  const shares = [...graph.classes.values()].flatMap((cls) => {
    const count = node.classes?.get(cls.id);
    return count ? [{ color: cls.color, part: count / node.count }] : [];
  });
  if (shares.length === 1) return `<circle cx="${x}" cy="${y}" r="${size - 4}" fill="${shares[0].color}"/>`;
  const corner = (/** @type {number} */ part) =>
    `${(x + (size - 4) * Math.sin(2 * Math.PI * part)).toFixed(1)} ${(y - (size - 4) * Math.cos(2 * Math.PI * part)).toFixed(1)}`;
  let from = 0;
  return shares.map(({ color, part }) => {
    const to = from + part;
    const path = `<path d="M${x} ${y}L${corner(from)}A${size - 4} ${size - 4} 0 ${part > 0.5 ? 1 : 0} 1 ${corner(to)}z" fill="${color}"/>`;
    from = to;
    return path;
  }).join("");
}

/** A cell as RFC 4180 has it; what a spreadsheet would take for a formula is made a text. @param {string} text */
function cell(text) {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, "\"\"")}"` : safe;
}

/** One line a filler of the facts that are seen. @returns {string} */
function csvText() {
  const head = ["fact", "type", "modality", "confidence", "role", "text", "value", "unit", "bound", "iri", "source", "start", "end", "quote"];
  const rows = scene.facts.flatMap((fact) => fact.roles.flatMap(([role, fillers]) => fillers.map((f) => {
    const [evidence] = fact.evidence;
    return [
      iriOf(fact.id), fact.type.id, fact.mode, String(fact.sure), role, f.s, f.q ? f.q[0] : f.t ? f.t[0] : "", f.q?.[1] || "", f.q?.[2] || "",
      f.e ? iriOf(f.e.id) : "", evidence.source.name, String(evidence.start), String(evidence.end), wordsAt(evidence, evidence.start, evidence.end),
    ];
  })));
  // The mark at the beginning tells spreadsheets that it is UTF-8.
  return `\ufeff${[head, ...rows].map((r) => r.map(cell).join(",")).join("\r\n")}\r\n`;
}

/** @param {string} text @param {string} [language] */
function literal(text, language) {
  /** @type {Record<string, string>} */
  const short = { "\\": "\\\\", "\"": "\\\"", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  // eslint-disable-next-line no-control-regex
  const escaped = text.replace(/[\\"\u0000-\u001f\u007f]/g, (c) => short[c] || `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return `"${escaped}"${language ? `@${language}` : ""}`;
}

/** @param {string} iri */
function ref(iri) {
  // eslint-disable-next-line no-control-regex
  return `<${iri.replace(/[\u0000-\u0020<>"{}|^`\\]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)}>`;
}

/** A name as one segment of an IRI, as Python's iris.escape_segment writes it. @param {string} name */
function segment(name) {
  return name.replace(/[<>"{}|\\^`%/?#[\]@!$&'()*+,;=:\s]/g, (c) => [...new TextEncoder().encode(c)].map((b) => `%${b.toString(16).toUpperCase().padStart(2, "0")}`).join(""));
}

/** The triples of the facts that are seen and of what they name, as the graph has them. @returns {string} */
function turtleText() {
  const kg = "https://w3id.org/tupu-kg/ontology#";
  /** @type {string[]} */
  const blocks = [];
  /** @type {Set<Entity>} */
  const named = new Set(scene.entities);
  for (const fact of scene.facts) {
    const iri = iriOf(fact.id);
    const lines = [kinds(fact.type, fact.mode === "asserted" ? "a" : `kg:${fact.mode}`), `kg:confidence ${decimal(String(fact.sure))}`, `kg:extractor ${literal(fact.by)}`];
    /** @type {[string | null, string | null][]} */
    const days = [];
    for (const [role, fillers] of fact.roles) {
      /** @type {Map<string, number>} */
      const seen = new Map();
      for (const filler of fillers) {
        const predicate = ref(roleOf(fact.type, role).iri);
        if (filler.e) {
          named.add(filler.e);
          lines.push(`${predicate} ${ref(iriOf(filler.e.id))}`);
        } else if (filler.q) {
          const said = `${filler.q[0]}-${filler.q[1]}${filler.q[2] === "exact" ? "" : `-${filler.q[2]}`}`;
          const repeat = (seen.get(said) || 0) + 1;
          seen.set(said, repeat);
          const value = `${iri}-${role}-${segment(said)}${repeat > 1 ? `-${repeat}` : ""}`;
          lines.push(`${predicate} ${ref(value)}`);
          blocks.push(`${ref(value)} a kg:Quantity ;\n  kg:value ${decimal(filler.q[0])} ;\n  kg:unit ${literal(filler.q[1])} ;\n  kg:bound ${literal(filler.q[2])} .`);
        } else if (filler.t) {
          lines.push(`${predicate} "${filler.t[0]}"^^edtf:EDTF`);
          days.push([filler.t[1], filler.t[2]]);
        } else {
          lines.push(`${predicate} ${literal(filler.s)}`);
        }
      }
    }
    const starts = days.flatMap(([start]) => start ?? []).sort();
    const ends = days.flatMap(([, end]) => end ?? []).sort();
    if (days.length && starts.length === days.length) lines.push(`kg:start "${starts[0]}"^^xsd:date`);
    if (days.length && ends.length === days.length) lines.push(`kg:end "${ends[ends.length - 1]}"^^xsd:date`);
    blocks.push(`${ref(iri)} ${lines.join(" ;\n  ")} .`);
  }
  for (const entity of named) blocks.push(entityBlock(entity));
  return `@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .\n@prefix kg: <${kg}> .\n@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n\n${blocks.join("\n\n")}\n`;
}

/** @param {string} digits */
function decimal(digits) {
  return `"${digits}"^^xsd:decimal`;
}

/** @param {EntityClass | FactType} term @param {string} predicate */
function kinds(term, predicate = "a") {
  return `${predicate} ${[term.iri, ...term.above].map(ref).join(", ")}`;
}

/** @param {Entity} entity */
function entityBlock(entity) {
  const lines = [
    kinds(classOf(entity)), `rdfs:label ${literal(entity.label, "zh")}`,
    ...(entity.en ? [`rdfs:label ${literal(entity.en, "en")}`] : []),
    ...(entity.aliases || []).map((a) => `skos:altLabel ${literal(a, "zh")}`),
    ...(entity.in ? [`kg:locatedIn ${ref(iriOf(entity.in))}`] : []),
    ...(entity.code ? [`kg:code ${literal(entity.code)}`] : []),
  ];
  return `${ref(iriOf(entity.id))} ${lines.join(" ;\n  ")} .`;
}
