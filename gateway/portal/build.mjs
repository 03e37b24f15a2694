// Makes dist/ of what lies beside this file: scripts, styles and icons under names that
// change with their content, and manifest.json, which tells the gateway those names.
//
//     node build.mjs            build
//     node build.mjs --lock     build, and write the bundles' hashes to assets.lock.json
//
// The same sources give the same bytes, on any machine: whoever doubts what a server
// sends builds it again and compares.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import * as esbuild from "esbuild";
import * as sass from "sass";

const HERE = dirname(fileURLToPath(import.meta.url));
const DIST = process.env.PORTAL_DIST ?? join(HERE, "dist");

// A worker is a classic script (iife): as a module it cannot be registered.
const SCRIPTS = {
  "app.js": { from: "app/app.js", format: "esm" },
  "inbox.js": { from: "app/inbox.js", format: "esm" },
  "live.js": { from: "app/live.js", format: "esm" },
  "booth.js": { from: "booth/booth.js", format: "esm" },
  "check.js": { from: "booth/check.js", format: "esm" },
  "verify.js": { from: "app/verify.js", format: "esm" },
  "worker.js": { from: "booth/worker.js", format: "iife" },
};
const STYLES = { "app.css": "css/app.scss", "booth.css": "css/booth.scss" };
const ICONS = {
  "icon-192.png": { from: "icons/icon.svg", size: 192 },
  "icon-512.png": { from: "icons/icon.svg", size: 512 },
  "icon-maskable.png": { from: "icons/maskable.svg", size: 512 },
  "icon-apple.png": { from: "icons/maskable.svg", size: 180 },
};
// What the service worker keeps for whoever has no connection.
const SHELL = ["app.js", "app.css", "icon.svg", "icon-192.png"];
// Most kB that a document may load, compressed.
const BUDGETS = [
  { what: "scripts of the booth", of: ["booth.js", "worker.js"], most: 40 },
  { what: "scripts of a page", of: ["app.js", "live.js"], most: 70 },
  { what: "scripts of a board", of: ["app.js", "verify.js", "worker.js"], most: 70 },
  { what: "style of a page", of: ["app.css"], most: 24 },
  { what: "style of the booth", of: ["booth.css"], most: 16 },
];

const made = new Map();

function add(name, content, { stable = false } = {}) {
  const bytes = Buffer.from(content);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const [stem, extension] = name.split(".");
  made.set(name, {
    bytes,
    file: stable ? name : `${stem}.${sha256.slice(0, 12)}.${extension}`,
    integrity: `sha384-${createHash("sha384").update(bytes).digest("base64")}`,
    sha256,
    gzip: gzipSync(bytes, { level: 9 }).length,
  });
}

async function bundle(from, format, define = {}) {
  const built = await esbuild.build({
    absWorkingDir: HERE,
    bundle: true,
    define,
    entryPoints: [from],
    format,
    legalComments: "none",
    minify: true,
    target: ["chrome96", "firefox102", "safari15.4"],
    write: false,
  });
  return built.outputFiles[0].contents;
}

async function addScripts() {
  for (const [name, { from, format }] of Object.entries(SCRIPTS)) {
    if (existsSync(join(HERE, from))) add(name, await bundle(from, format));
  }
}

function addStyles() {
  for (const [name, from] of Object.entries(STYLES)) {
    if (!existsSync(join(HERE, from))) continue;
    const { css } = sass.compile(join(HERE, from), {
      charset: false,
      loadPaths: [join(HERE, "node_modules")],
      logger: sass.Logger.silent,
      style: "compressed",
    });
    add(name, css);
  }
}

async function addIcons() {
  add("icon.svg", await readFile(join(HERE, "icons/icon.svg")));
  const wasm = join(HERE, "node_modules/@resvg/resvg-wasm/index_bg.wasm");
  await initWasm(await readFile(wasm));
  for (const [name, { from, size }] of Object.entries(ICONS)) {
    const svg = await readFile(join(HERE, from), "utf8");
    add(name, new Resvg(svg, { fitTo: { mode: "width", value: size } }).render().asPng());
  }
}

// Last: it holds the names of what it keeps. Its own name never changes.
async function addServiceWorker() {
  const shell = SHELL.map((name) => `/static/${made.get(name).file}`);
  const define = { SHELL: JSON.stringify(shell) };
  const script = await bundle("app/service-worker.js", "iife", define);
  add("service-worker.js", script, { stable: true });
}

function overspent() {
  return BUDGETS.flatMap(({ what, of, most }) => {
    const bytes = of.reduce((sum, name) => sum + (made.get(name)?.gzip ?? 0), 0);
    const kB = (bytes / 1000).toFixed(1);
    if (bytes > 0) console.log(`portal: ${what}: ${kB} kB of ${most} kB`);
    return bytes > 1000 * most ? [`${what}: ${kB} kB, and ${most} kB are allowed`] : [];
  });
}

async function write() {
  const fresh = `${DIST}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  const manifest = {};
  for (const [name, { bytes, ...facts }] of made) {
    await writeFile(join(fresh, facts.file), bytes);
    manifest[name] = facts;
  }
  await writeFile(join(fresh, "manifest.json"), JSON.stringify(manifest, null, 1));
  await rm(DIST, { recursive: true, force: true });
  await rename(fresh, DIST);
}

async function lock() {
  const names = [...made.keys()].sort();
  const hashes = Object.fromEntries(names.map((name) => [name, made.get(name).sha256]));
  const text = `${JSON.stringify(hashes, null, 2)}\n`;
  await writeFile(join(HERE, "assets.lock.json"), text);
}

await addScripts();
addStyles();
await addIcons();
await addServiceWorker();
const problems = overspent();
if (problems.length > 0) {
  console.error(`portal: too heavy: ${problems.join("; ")}`);
  process.exit(1);
}
await write();
if (process.argv.includes("--lock")) await lock();
