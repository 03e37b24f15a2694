// Lets Lighthouse look at pages as on a mid-range telephone with a slow connection.
//
//     node tests/portal/lighthouse.mjs < plan.json
//
// The plan says where Lighthouse is installed, where its reports go, and which pages it
// shall look at:
//
//     {"modules": "var/lighthouse/node_modules", "reports": "var/lighthouse",
//      "visits": [{"name": "home", "address": "https://localhost:8443/",
//                  "session": "", "press": "", "awaited": "h1"}]}
//
// `press` is pressed once the page is there, and what shows then is looked at too. The
// scores of each view are printed as JSON, with the audits that cost points.
import { createRequire } from "node:module";
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { json } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = [
  ...["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic"],
  ...["--no-first-run", "--disable-background-networking", "--disable-sync"],
  ...["--disable-component-update", "--ignore-certificate-errors"],
];
const PATIENCE = 60_000; // milliseconds
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const FIGURES = [
  ...["first-contentful-paint", "largest-contentful-paint"],
  ...["total-blocking-time", "cumulative-layout-shift", "total-byte-weight"],
];
const TRIES = 3;
// Whoever is signed in stays so; everything else is as at the first visit.
const CONFIG = {
  extends: "lighthouse:default",
  settings: { maxWaitForLoad: PATIENCE },
};

const plan = await json(process.stdin);
const required = createRequire(resolve(plan.modules, "x.js"));
const load = (name) => import(pathToFileURL(required.resolve(name)));
const { startFlow } = await load("lighthouse");
const { launch } = await load("puppeteer-core");

/** What Lighthouse says, short. */
function verdict(view, { audits, categories, gatherMode }) {
  const scores = CATEGORIES.filter((name) => name in categories)
    .filter((name) => gatherMode !== "snapshot" || name !== "performance")
    .map((name) => [name, categories[name].score]);
  const figures = FIGURES.map((id) => [id, audits[id]?.numericValue ?? null]);
  const costly = Object.values(audits)
    .filter(({ score }) => score !== null && score < 0.995)
    .map(({ id, score, displayValue }) => ({ id, score, told: displayValue ?? "" }));
  const [told, counted] = [scores, figures].map(Object.fromEntries);
  return { view, scores: told, figures: counted, costly };
}

async function pressed(flow, page, { name, press, awaited }) {
  await page.waitForSelector(press);
  await flow.startTimespan({ name: `${name}, pressing` });
  await page.click(press);
  await page.waitForSelector(awaited);
  await flow.endTimespan();
  await flow.snapshot({ name: `${name}, pressed` });
}

async function visited(browser, visit) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const { address: url, session: value } = visit;
  if (value) await page.setCookie({ name: "__Host-sid", value, url, secure: true });
  const flow = await startFlow(page, { name: visit.name, config: CONFIG });
  await flow.navigate(url, { name: visit.name });
  if (visit.press) await pressed(flow, page, visit);
  const found = await flow.createFlowResult();
  await keep(visit.name, found, await flow.generateReport());
  await context.close();
  return found.steps;
}

/** The verdicts on one visit. Now and then the browser's trace has no beginning. */
async function look(browser, visit) {
  for (let tries = 1; ; tries += 1) {
    const steps = await visited(browser, visit);
    if (tries === TRIES || steps.every(({ lhr }) => !lhr.runtimeError))
      return steps.map(({ name, lhr }) => verdict(name, lhr));
  }
}

async function keep(name, found, report) {
  await mkdir(plan.reports, { recursive: true });
  await writeFile(join(plan.reports, `${name}.json`), JSON.stringify(found, null, 1));
  await writeFile(join(plan.reports, `${name}.html`), report);
}

const browser = await launch({ executablePath: CHROMIUM, args: FLAGS });
try {
  const seen = [];
  for (const visit of plan.visits) seen.push(...(await look(browser, visit)));
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
}
