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
const made = await build({
  absWorkingDir: here,
  entryPoints: ["src/desk.js", "src/approvals.js", "src/editor.js", ...sheets.map((name) => `../look/${name}`)],
  outdir: "dist",
  // Without it the folder of a file would become part of its name.
  outbase: ".",
  entryNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  minify: true,
  target: ["es2022", "chrome123", "firefox120", "safari17.5"],
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});

const outputs = Object.entries(made.metafile.outputs);
const names = outputs.filter(([, each]) => each.entryPoint);
const manifest = names.map(([path, each]) => [basename(each.entryPoint), basename(path)]).sort();
writeFileSync(join(dist, "manifest.json"), JSON.stringify(Object.fromEntries(manifest), null, 1) + "\n");
writeFileSync(join(dist, "LICENSES.txt"), licences(Object.keys(made.metafile.inputs)));
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
