// One vote in the making: the board's election, the choices, the sealed ballot.

import { Choices, contentOf } from "./choices.js";

/** @typedef {{tracker: string, board: string, height: number, recorded_at: string}} Receipt */
/** @typedef {{candidacy: string, occupation: string, withdrawn: boolean}} Candidate */

export class Vote {
  /** @type {Receipt | null} */
  receipt = null;
  /** @type {import("./sealer.js").Sealed | null} */
  sealed = null;
  isCodeSent = false;
  /** @type {string[]} the contests' titles, in the reader's language */
  contests = [];
  district = "";
  #candidates = new Map();
  #elected;
  #sealer;
  #generation = 0;
  /** @type {Promise<unknown> | null} */
  #sealing = null;
  /** @type {Promise<string> | null} */
  #opening = null;

  /**
   * @param {import("./sealer.js").Sealer} sealer
   * @param {Record<string, any>} elected what the platform says of the election
   * @param {import("./choices.js").Question[]} questions as the sealer read them
   */
  constructor(sealer, elected, questions) {
    this.#sealer = sealer;
    this.#elected = elected;
    this.questions = questions;
    this.choices = new Choices(questions);
  }

  get board() {
    return this.#elected.board;
  }

  /** The ids of the contests, in the order of the ballot. @returns {string[]} */
  get contestIds() {
    return this.#elected.questions.map((/** @type {any} */ each) => each.contest);
  }

  /** @param {Record<string, any>[]} items as the platform lists candidates */
  learn(items) {
    for (const item of items) this.#candidates.set(item.candidacy, item);
  }

  /** What is known of the answers of a question. @param {number} place @returns {Candidate[]} */
  candidates(place) {
    const withdrawn = new Set(this.#elected.withdrawn);
    return this.#elected.questions[place].candidacies.map((/** @type {string} */ id) => ({
      candidacy: id,
      occupation: this.#candidates.get(id)?.occupation ?? "",
      withdrawn: withdrawn.has(id),
    }));
  }

  /**
   * Seal what is chosen now, once; the same promise while nothing changes.
   * @param {(done: number, total: number) => void} onProgress
   * @returns {Promise<unknown>}
   */
  seal(onProgress) {
    this.#sealing ??= this.#sealNow(onProgress).catch((error) => {
      this.#sealing = null; // it may be tried again
      throw error;
    });
    return this.#sealing;
  }

  /** @param {(done: number, total: number) => void} onProgress */
  async #sealNow(onProgress) {
    const generation = this.#generation;
    const sealed = await this.#sealer.seal(this.choices.answers, onProgress);
    if (generation === this.#generation) this.sealed = sealed;
  }

  /** A choice has changed or will: what was sealed holds no more. */
  unseal() {
    this.#generation += 1;
    this.#sealing = null;
    this.#opening = null;
    this.sealed = null;
    this.isCodeSent = false;
  }

  /**
   * What the sealed ballot was sealed with; it can never be cast afterwards.
   * @returns {Promise<string>}
   */
  open() {
    if (!this.sealed) throw new Error("nothing is sealed");
    this.#opening ??= this.#sealer.open();
    return this.#opening;
  }

  /** What it held, computed from what was revealed. @param {string} opening */
  async recompute(opening) {
    const { ballot } = /** @type {import("./sealer.js").Sealed} */ (this.sealed);
    const votes = await this.#sealer.check(this.#elected.election, ballot, opening);
    return contentOf(votes, this.questions);
  }
}
