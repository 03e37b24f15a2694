// A page of a real browser with a slow processor, over the DevTools protocol.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const OPTIONS = [
  ...["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"],
  ...[
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
  "--remote-debugging-port=0",
];

/** One connection to the browser: calls, and their answers by number. */
class Connection {
  constructor(socket) {
    this.socket = socket;
    this.waiting = new Map();
    socket.addEventListener("message", ({ data }) => {
      const { id, result, error } = JSON.parse(data);
      const { resolve, reject } = this.waiting.get(id) ?? {};
      if (error) reject?.(new Error(error.message));
      else resolve?.(result);
    });
  }

  call(method, params = {}, sessionId = undefined) {
    const id = this.waiting.size + 1;
    this.socket.send(JSON.stringify({ id, method, params, sessionId }));
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }
}

async function addressOf(browser) {
  for await (const line of createInterface({ input: browser.stderr })) {
    const [, address] = line.match(/listening on (ws:\S+)/) ?? [];
    if (address) return address;
  }
  throw new Error(`${CHROMIUM} did not start`);
}

async function connect(address) {
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", reject);
  });
  return new Connection(socket);
}

async function evaluate(connection, script, expression, rate) {
  const { targetId } = await connection.call("Target.createTarget", {
    url: "about:blank",
  });
  const attached = { targetId, flatten: true };
  const { sessionId } = await connection.call("Target.attachToTarget", attached);
  await connection.call("Emulation.setCPUThrottlingRate", { rate }, sessionId);
  const asked = { expression: `${script};${expression}`, returnByValue: true };
  const answer = await connection.call("Runtime.evaluate", asked, sessionId);
  if (answer.exceptionDetails)
    throw new Error(answer.exceptionDetails.exception.description);
  const { product } = await connection.call("Browser.getVersion");
  return { version: product, value: answer.result.value };
}

/** What an expression is worth in an empty page, after the script, so much slower. */
export async function evaluateThrottled(script, expression, rate) {
  const profile = await mkdtemp(join(tmpdir(), "bench-"));
  const browser = spawn(CHROMIUM, [...OPTIONS, `--user-data-dir=${profile}`]);
  const ended = new Promise((resolve) => browser.on("exit", resolve));
  try {
    const connection = await connect(await addressOf(browser));
    const found = await evaluate(connection, script, expression, rate);
    await connection.call("Browser.close");
    return found;
  } finally {
    browser.kill();
    await ended;
    await rm(profile, { recursive: true, force: true });
  }
}
