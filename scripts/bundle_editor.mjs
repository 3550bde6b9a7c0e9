// Bundles kg/server/editor/ with the packages it imports into one script for the query page, and their licences.

import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = "kg/server/assets/built";

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ["kg/server/editor/editor.js"],
  outfile: `${out}/editor.js`,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none", // the packages' licences are written below, whole
  banner: { js: "/* Bundled from npm packages; their licences: licences.txt beside this file. */" },
  metafile: true,
  logLevel: "warning",
});

const packages = new Set(
  Object.keys(metafile.inputs).flatMap((path) => path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1] ?? []),
);
const notices = [];
for (const name of [...packages].sort()) {
  const folder = join(root, "node_modules", name);
  const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  notices.push(`${name} ${version} (${license})\n\n${(await readFile(join(folder, "LICENSE"), "utf8")).trim()}\n`);
}
await writeFile(join(root, out, "licences.txt"), notices.join(`\n${"-".repeat(72)}\n\n`));
