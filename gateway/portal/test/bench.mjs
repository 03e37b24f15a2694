// How long a telephone takes to seal and check a ballot.
//
//     node gateway/portal/test/bench.mjs                 here, in Node
//     node gateway/portal/test/bench.mjs --throttle 6    in Chromium, so much slower
//
// --throttle starts the browser named by CHROMIUM (or /usr/bin/chromium) and slows the
// main thread of an empty page; the booth itself computes in a worker, which that does
// not reach. Best of three runs, in milliseconds: of processor time in Node, of the
// clock in the browser.
import * as esbuild from "esbuild";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { evaluateThrottled } from "./chromium.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const RUNS = 3;
const CASES = ["Ed25519", "BELENIOS-2048"].flatMap((group) =>
  [50, 230].map((answers) => ({ group, answers })),
);
const COLUMNS = ["prepare", "seal", "open", "check"];

async function bundled() {
  const built = await esbuild.build({
    bundle: true,
    entryPoints: [`${HERE}/measure.js`],
    format: "iife",
    globalName: "bench",
    minify: true,
    write: false,
  });
  return built.outputFiles[0].text;
}

async function measureHere() {
  const { measure } = await import("./measure.js");
  return CASES.map((each) => ({ ...each, ...measure(each, RUNS) }));
}

async function measureThrottled(rate) {
  const script = await bundled();
  const cases = JSON.stringify(CASES);
  const expression = `${cases}.map((each) => ({...each, ...bench.measure(each, ${RUNS})}))`;
  return evaluateThrottled(script, expression, rate);
}

function print(rows, where) {
  console.log(`${where}; milliseconds, best of ${RUNS}`);
  const cell = (value) => String(value).padStart(10);
  console.log(
    ["group".padEnd(14), ..."answers,kB".split(","), ...COLUMNS].map(cell).join(""),
  );
  for (const row of rows) {
    const figures = COLUMNS.map((column) => row[column].toFixed(0));
    const kB = (row.bytes / 1000).toFixed(0);
    console.log([row.group.padEnd(14), row.answers, kB, ...figures].map(cell).join(""));
  }
}

const place = process.argv.indexOf("--throttle");
if (process.argv.includes("--help")) {
  console.log(
    "bench.mjs [--throttle RATE]    e.g. node gateway/portal/test/bench.mjs --throttle 6",
  );
} else if (place < 0) {
  print(await measureHere(), `Node ${process.version}`);
} else {
  const rate = Number(process.argv[place + 1]);
  const { version, value } = await measureThrottled(rate);
  print(value, `${version}, ${rate} times slower`);
}
