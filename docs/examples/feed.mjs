// A regional system in JavaScript without AMQP and without packages: the turnout of a
// region from the HTTP feed.
//
//   node feed.mjs https://primaries.example.org KZ-AKM turnout.json [--once]
//
// The file holds the cursor and all that follows from the events before it. It is
// replaced whole, so that an interrupted run is simply started again.

import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

const [address, region, file, once] = process.argv.slice(2);
let state = existsSync(file)
  ? JSON.parse(readFileSync(file, "utf8"))
  : { after: "", last: {}, turnout: {} };

function isNew(event) {
  const line = `${event.subject} ${event.type.split(".")[0]}`;
  const last = state.last[line] ?? 0;
  if (event.sequence <= last) return false;
  if (event.sequence > last + 1) {
    console.error(`${line}: ${last + 1} to ${event.sequence - 1} are missing`);
  }
  state.last[line] = event.sequence;
  return true;
}

function handle({ type, data }) {
  if (type === "voting.turnout_updated.v1") state.turnout[data.district] = data.online;
}

function keep() {
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
}

async function nextPage() {
  const query = new URLSearchParams({ place: region, after: state.after, limit: 200 });
  const answer = await fetch(`${address}/api/v1/events?${query}`);
  if (answer.ok) return answer.json();
  if (answer.status < 500 && answer.status !== 429) throw Error(await answer.text());
  const seconds = Number(answer.headers.get("Retry-After") ?? 2);
  console.error(`${answer.status}: again in ${seconds} s`);
  await pause(1000 * seconds);
  return nextPage();
}

for (;;) {
  const page = await nextPage();
  page.items.filter(isNew).forEach(handle);
  state.after = page.next;
  keep();
  if (page.items.length > 0) continue;
  const votes = Object.values(state.turnout).reduce((sum, online) => sum + online, 0);
  const districts = Object.keys(state.turnout).length;
  console.log(`${votes} have voted online in ${districts} districts`);
  if (once) break;
  await pause(2000);
}
