// Bundles the desk: named by content, packed beforehand, with the licences of what is in it and a list of names.
import { build } from "esbuild";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const look = join(here, "..", "look");
const dist = join(here, "dist");
const sheets = readdirSync(look).filter((name) => name.endsWith(".css"));

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
const how = {
  absWorkingDir: here,
  outdir: "dist",
  // Without it the folder of a file would become part of its name.
  outbase: ".",
  entryNames: "[name]-[hash]",
  // Each file whole: what two of them share is a few lines, and one more file is one more request.
  bundle: true,
  format: "esm",
  minify: true,
  target: ["es2022", "chrome123", "firefox120", "safari17.5"],
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
};
// As its makers packed it, which is smaller than we could: it stands before our own, which finds it as `htmx`.
const HTMX = "node_modules/htmx.org/dist/htmx.esm.min.js";
const banner = { js: readFileSync(join(here, HTMX), "utf8").replace(/export default htmx;\s*$/, "") };
const made = [
  await build({ ...how, entryPoints: ["src/desk.js"], banner }),
  await build({ ...how, entryPoints: ["drafts", "queue", "editor"].map((name) => `src/${name}.js`) }),
  await build({ ...how, entryPoints: sheets.map((name) => `../look/${name}`) }),
].map((each) => each.metafile);

const outputs = made.flatMap((each) => Object.entries(each.outputs));
const names = outputs.filter(([, each]) => each.entryPoint);
const manifest = names.map(([path, each]) => [basename(each.entryPoint), basename(path)]).sort();
writeFileSync(join(dist, "manifest.json"), JSON.stringify(Object.fromEntries(manifest), null, 1) + "\n");
writeFileSync(join(dist, "LICENSES.txt"), licences([HTMX, ...made.flatMap((each) => Object.keys(each.inputs))]));
for (const [path] of outputs) {
  const plain = readFileSync(join(here, path));
  const packed = brotliCompressSync(plain);
  writeFileSync(join(here, `${path}.br`), packed);
  writeFileSync(join(here, `${path}.gz`), gzipSync(plain, { level: 9 }));
  console.log(`${(packed.length / 1024).toFixed(1).padStart(7)} KB packed  ${basename(path)}`);
}

function licences(inputs) {
  const folders = new Set(inputs.map((path) => path.match(/^node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0]).filter(Boolean));
  return [...folders].sort().map(licence).join(`\n${"-".repeat(80)}\n`);
}

function licence(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(here, folder, "package.json"), "utf8"));
  const file = ["LICENSE", "LICENSE.md", "LICENSE.txt"].map((each) => join(here, folder, each)).find(existsSync);
  if (!file) throw new Error(`${name} has no licence file`);
  return `${name} ${version} (${license})\n\n${readFileSync(file, "utf8").trim()}\n`;
}
