// Answers the worker's messages from a terminal or from a test in another language.
//
//     node respond.mjs [SEED] < messages     one JSON object a line, answers likewise
//
// With SEED the randomness is always the same: for tests alone. Beside the worker's
// own messages it checks a ballot's proofs: {type: "check-ballot", election, ballot}.
// A board is given as {type: "verify-board", path}.
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { checkBallot, trackerOf } from "../booth/belenios/ballots.js";
import { Election } from "../booth/belenios/election.js";
import { createHandler } from "../booth/belenios/messages.js";
import { seeded } from "./seeded.js";

const [seed] = process.argv.slice(2);
const handle = createHandler(seed === undefined ? undefined : seeded(seed));
const print = (answer) => console.log(JSON.stringify(answer));
const elections = new Map();

function electionOf(text) {
  if (!elections.has(text)) elections.set(text, new Election(text));
  return elections.get(text);
}

function judge({ election, ballot }) {
  try {
    checkBallot(electionOf(election), ballot);
    print({ type: "ballot", ok: true, tracker: trackerOf(ballot) });
  } catch (error) {
    if (!error.code) throw error;
    print({ type: "ballot", ok: false, code: error.code, detail: error.detail });
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (message.type === "check-ballot") {
    judge(message);
  } else {
    const { path, ...others } = message;
    const chunks = path && [await readFile(path)];
    await handle(chunks ? { ...others, chunks } : others, print);
  }
}
