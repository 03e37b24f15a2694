// One voter's ballot, timed step by step; runs in Node and in a page.
import { checkBallot } from "../booth/belenios/ballots.js";
import { Election, answersFor } from "../booth/belenios/election.js";
import { dumps } from "../booth/belenios/encoding.js";
import { getGroup } from "../booth/belenios/group.js";
import { createSealer } from "../booth/belenios/sealer.js";

const UUID = "11111111111111";
const CREDENTIAL = "2NE-fZH-L34-mQx-7YX";
const PRIVATE = 987654321987654321n;

/**
 * An election with one question: up to ten of so many answers, or blank.
 * @param {{group: string, answers: number}} asked
 */
function electionOf({ group: name, answers }) {
  const group = getGroup(name);
  const names = Array.from({ length: answers }, (_, place) => `Candidate ${place + 1}`);
  return dumps({
    version: 1,
    description: "",
    name: "Measurement",
    group: name,
    public_key: group.encode(group.powerG(PRIVATE)),
    questions: [{ answers: names, blank: true, min: 1, max: 10, question: "Pick" }],
    uuid: UUID,
  });
}

/**
 * @param {{group: string, answers: number}} asked
 * @param {number} runs
 */
export function measure(asked, runs) {
  const election = electionOf(asked);
  /** @type {Record<string, number>} */
  const best = {};
  for (let run = 0; run < runs; run += 1) {
    const times = timesOf(election);
    for (const [step, time] of Object.entries(times)) {
      best[step] = Math.min(time, best[step] ?? Infinity);
    }
  }
  return best;
}

/** @param {string} election */
function timesOf(election) {
  const sealer = createSealer();
  const [prepare, [question]] = timed(() => sealer.prepare(election, CREDENTIAL));
  const answers = [answersFor(question, [0, 7, 11])];
  const [seal, { ballot }] = timed(() => sealer.seal("1", answers));
  const [open] = timed(() => sealer.open("1"));
  const read = new Election(election);
  read.key.power(1n);
  const [check] = timed(() => checkBallot(read, ballot));
  return { prepare, seal, open, check, bytes: ballot.length };
}

/**
 * @template T
 * @param {() => T} step
 * @returns {[number, T]}
 */
function timed(step) {
  const began = now();
  const value = step();
  return [now() - began, value];
}

/** Milliseconds of this thread's processor time; of the clock, where that is all. */
function now() {
  const used = globalThis.process?.threadCpuUsage?.();
  return used ? (used.user + used.system) / 1000 : performance.now();
}
