// Seals one voter's ballots for one election, and opens them again on demand.
//
// Everything is kept in memory, and no longer than needed: byte buffers that held
// secrets are overwritten, numbers (which the language cannot overwrite) are let go.
import { makeBallot, trackerOf } from "./ballots.js";
import { derive } from "./credentials.js";
import { Election } from "./election.js";
import { Refusal, require } from "./errors.js";
import { openingText } from "./spoiled.js";

/** @typedef {import("./algebra.js").Rng} Rng */

/**
 * The system's randomness.
 * @type {Rng}
 */
export const systemRandomness = (size) => crypto.getRandomValues(new Uint8Array(size));

/** @param {Rng} [rng] where all randomness comes from; tests give another */
export function createSealer(rng = systemRandomness) {
  /** @type {{election: Election, signingKey: any} | null} */
  let prepared = null;
  /** @type {Map<string, import("./elgamal.js").Opening[][]>} */
  const openings = new Map();

  return {
    /**
     * Read the election, derive the voter's key and make the tables; the questions.
     * @param {string} text the election exactly as it was served
     * @param {string} credential
     * @param {{fingerprint?: string}} [board] what the board says of its election
     */
    prepare(text, credential, board = {}) {
      this.discard();
      const election = new Election(text);
      const expected = board.fingerprint ?? election.fingerprint;
      require(expected ===
        election.fingerprint, "WrongElection", "another fingerprint");
      const { group, uuid } = election;
      prepared = { election, signingKey: derive(group, uuid, credential) };
      election.key.power(1n);
      return election.questions;
    },

    /**
     * A fresh ballot; an earlier one under the same id can no longer be opened.
     * @param {string} id
     * @param {number[][]} answers as `answersFor` gives them, by question
     * @param {(done: number, total: number) => void} [progress]
     */
    seal(id, answers, progress) {
      if (prepared === null) throw new Refusal("NotPrepared");
      const { election, signingKey } = prepared;
      const made = makeBallot(election, signingKey, answers, rng, progress);
      openings.set(id, made.openings);
      return { ballot: made.ballot, tracker: trackerOf(made.ballot) };
    },

    /**
     * What opens a sealed ballot; it is handed out once.
     * @param {string} id
     */
    open(id) {
      const found = openings.get(id);
      if (found === undefined) throw new Refusal("UnknownBallot");
      openings.delete(id);
      return openingText(found);
    },

    /** Forget the voter's key and all that would open a ballot. */
    discard() {
      prepared = null;
      openings.clear();
    },
  };
}
