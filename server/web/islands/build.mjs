// Bundle the islands into ../static/islands, with the licences of what was bundled.
// Run by build_hook.py, or by hand: npm run build.

import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

const outdir = process.argv[2] ?? "../static/islands";

const { metafile } = await build({
  entryPoints: ["src/authoring.ts", "src/code.ts", "src/editor.ts", "src/live.ts"],
  outdir,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  legalComments: "none", // LICENSES.txt carries them
  metafile: true,
  logLevel: "warning",
});

const packages = new Set();
for (const input of Object.keys(metafile.inputs)) {
  const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1];
  if (name) packages.add(name);
}

const notices = [];
for (const name of [...packages].sort()) {
  const folder = join("node_modules", name);
  const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? await readFile(join(folder, file), "utf8") : `Licence: ${license}`;
  notices.push(`${name} ${version}\n\n${text.trim()}\n`);
}
await writeFile(join(outdir, "LICENSES.txt"), notices.join(`\n${"-".repeat(80)}\n\n`));
