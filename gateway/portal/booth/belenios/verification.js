// A board checked in the browser, as far as its voters' part goes: the chain of events,
// who may vote, every ballot's signature and proofs, which ballots count, their sum.
//
// What trustees do is not checked here: their keys, decryptions and the result. For
// these there is the project's verifier on the command line, and belenios-tool.
import { readRecords, readText } from "./archive.js";
import { checkBallot, choicesOf, credentialOf, trackerOf } from "./ballots.js";
import { Election } from "./election.js";
import { hex, hexHash, loads, record, utf8 } from "./encoding.js";
import { Refusal, require } from "./errors.js";
import { EVENTS, readEvent } from "./events.js";
import { Frontier } from "./merkle.js";
import { readCredentials } from "./roll.js";
import { Tally } from "./tally.js";

/** What this verifier leaves to others. */
export const UNCHECKED = ["trustees", "partial decryptions", "result"];

/** @typedef {import("./archive.js").Chunks} Chunks */
/** @typedef {{code: string, where: string, message: string}} Problem */

/**
 * Check a whole archive. A wrong board is reported, not raised: `problems` names the
 * first thing that is wrong, and where.
 * @param {Chunks} chunks the archive's bytes
 * @param {object} [options]
 * @param {string[]} [options.trackers] ballots that must be on the board
 * @param {import("./merkle.js").TreeHead} [options.head] a head of the board's tree, which
 *   may have grown since
 * @param {string} [options.fingerprint] of the election that it must be
 * @param {(bytes: number, ballots: number) => void} [options.progress]
 */
export async function verifyBoard(chunks, options = {}) {
  const { trackers = [], head, fingerprint, progress } = options;
  const chain = new Chain(head);
  /** @type {Problem[]} */
  const problems = [];
  const report = (/** @type {number} */ bytes) => progress?.(bytes, chain.box.ballots);
  try {
    for await (const found of readRecords(chunks, report)) chain.take(found);
    chain.finish(trackers, fingerprint);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    problems.push({ code: error.code, where: chain.where, message: error.message });
  }
  return { ok: problems.length === 0, problems, ...chain.summary() };
}

/** Puts records together into linked events, in the only order they may come. */
class Chain {
  /** @param {import("./merkle.js").TreeHead} [signed] that it must come by */
  constructor(signed) {
    this.signed = signed;
    this.box = new BallotBox();
    this.phase = "empty";
    this.where = "the first record";
    /** The hash of the last event. @type {string | undefined} */
    this.head = undefined;
    /** @type {Uint8Array[]} */
    this.data = [];
    this.tree = new Frontier();
  }

  /** @param {import("./archive.js").Found} found */
  take({ body, isEvent }) {
    if (isEvent) {
      this.takeEvent(body);
      return;
    }
    this.data.push(body);
    const fits = this.data.length <= EVENTS.Setup.data;
    require(fits, "InvalidBoard", "data that no event refers to");
  }

  /** @param {Uint8Array} body */
  takeEvent(body) {
    const event = readEvent(readText(body));
    this.where = `event ${this.tree.size} (${event.type})`;
    const linked = event.height === this.tree.size && event.parent === this.head;
    require(linked, "InvalidBoard", "the chain of events is broken");
    checkPayload(event, this.data);
    this.enter(event.type);
    this.tree.append(body);
    if (this.tree.size === this.signed?.size) this.compare(this.signed);
    this.head = hexHash(body);
    this.data = [];
    this.where = `after ${this.where}`;
  }

  /** @param {import("./merkle.js").TreeHead} signed */
  compare({ root }) {
    const same = hex(root) === hex(this.tree.root);
    require(same, "InvalidInclusion", "the signed head is another board's");
  }

  /** @param {string} type */
  enter(type) {
    const { from, to } = EVENTS[type];
    require(this.phase === from, "InvalidBoard", `the board is ${this.phase}`);
    this.box.apply(type, this.data.map(readText));
    this.phase = to;
  }

  /**
   * @param {string[]} trackers
   * @param {string} [fingerprint]
   */
  finish(trackers, fingerprint = this.box.election?.fingerprint) {
    this.where = "the end of the archive";
    const ended = this.tree.size > 0 && this.data.length === 0;
    require(ended, "InvalidBoard", "it ends before its event");
    const missing = trackers.filter((tracker) => !this.box.trackers.has(tracker));
    require(missing.length ===
      0, "InvalidInclusion", `not there: ${missing.join(", ")}`);
    const { size } = this.signed ?? this.tree;
    const reached = size <= this.tree.size;
    require(reached, "InvalidInclusion", "it ends before the signed head");
    const mine = fingerprint === this.box.election?.fingerprint;
    require(mine, "WrongElection", "another fingerprint");
  }

  /** What was read, up to the first problem. */
  summary() {
    return {
      phase: this.phase,
      head: this.head,
      tree: { size: this.tree.size, root: hex(this.tree.root) },
      counts: this.box.counts(),
      unchecked: UNCHECKED,
    };
  }
}

/**
 * @param {{type: string, payload?: string}} event
 * @param {Uint8Array[]} data
 */
function checkPayload({ type, payload }, data) {
  const complete = data.length === EVENTS[type].data;
  require(complete, "InvalidBoard", "data missing, or data that no event refers to");
  const last = data.at(-1);
  const named = payload === (last && hexHash(last));
  require(named, "InvalidBoard", "the payload is not the data before the event");
}

/** What the events up to the tally say of voters and ballots. */
class BallotBox {
  constructor() {
    /** @type {Set<string>} */
    this.trackers = new Set();
    /** The weight of each credential. @type {Map<string, bigint>} */
    this.roll = new Map();
    /** @type {Election | undefined} */
    this.election = undefined;
    /** @type {Tally | undefined} */
    this.tally = undefined;
  }

  get ballots() {
    return this.trackers.size;
  }

  counts() {
    const counted = this.tally?.counted ?? 0;
    const { ballots } = this;
    return { voters: this.roll.size, ballots, counted, replaced: ballots - counted };
  }

  /**
   * @param {string} type
   * @param {string[]} texts
   */
  apply(type, texts) {
    if (type === "Setup") this.setUp(texts);
    if (type === "Ballot") this.accept(texts[0]);
    if (type === "EncryptedTally") this.checkTally(texts);
  }

  /** @param {string[]} texts election, trustees, credentials, and their hashes */
  setUp([election, trustees, credentials, setup]) {
    const fields = record(loads(setup), "election", "trustees", "credentials");
    const found = [election, trustees, credentials].map((text) => hexHash(utf8(text)));
    const named = Object.values(fields).join() === found.join();
    require(named, "InvalidBoard", "the set-up names other data");
    this.election = new Election(election);
    this.roll = readCredentials(this.election.group, credentials);
    this.tally = new Tally(this.election);
  }

  /**
   * Check a ballot and let it stand instead of its voter's earlier one.
   * @param {string} text
   */
  accept(text) {
    if (!this.election || !this.tally) throw new Error("accepted before the set-up");
    const tracker = trackerOf(text);
    require(!this.trackers.has(tracker), "RepeatedBallot");
    const credential = credentialOf(text);
    const weight = this.roll.get(credential);
    require(weight !== undefined, "UnknownCredential");
    const ciphertexts = checkBallot(this.election, text);
    this.tally.replace(credential, weight, choicesOf(text), ciphertexts);
    this.trackers.add(tracker);
  }

  /** @param {string[]} texts */
  checkTally([tally, sized]) {
    const expected = this.tally?.texts();
    require(expected?.tally === tally, "InvalidTally", "the sum is another");
    require(expected?.sized ===
      sized, "InvalidTally", "the counts beside it are wrong");
  }
}
