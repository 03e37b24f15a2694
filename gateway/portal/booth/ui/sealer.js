// The worker that seals: it alone sees choices and credential together.

/** @typedef {{ballot: string, tracker: string}} Sealed */

/** The worker could not do what it was asked. */
export class SealingFailed extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

const ANSWERS = new Set(["ready", "sealed", "opened", "checked-opening", "inclusion", "discarded"]);
const ID = "ballot"; // one at a time: sealing anew forgets what the last was sealed with

/** @type {any} */
let policy = null;

/**
 * The address that may become a worker, and no other.
 * @param {string} address
 */
export function trusted(address) {
  // what the browser does not enforce it does not offer either
  const factory = /** @type {any} */ (globalThis).trustedTypes;
  if (!factory) return address;
  policy ??= factory.createPolicy("booth", {
    createScriptURL: (/** @type {string} */ asked) => {
      if (asked !== address) throw new TypeError("not the booth's worker");
      return asked;
    },
  });
  return policy.createScriptURL(address);
}

export class Sealer {
  #worker;
  /** @type {{resolve: (said: any) => void, reject: (error: Error) => void} | null} */
  #waiting = null;
  /** @type {Promise<unknown>} */
  #turn = Promise.resolve();
  #onProgress = (/** @type {number} */ _done, /** @type {number} */ _total) => {};

  /** @param {string} address of the worker's script */
  constructor(address) {
    this.#worker = new Worker(trusted(address));
    this.#worker.onmessage = ({ data }) => this.#hear(data);
    this.#worker.onerror = () => this.#fail("worker_failed", "");
  }

  /** @param {string} election @param {string} credential @param {string} fingerprint */
  prepare(election, credential, fingerprint) {
    return this.#ask({ type: "prepare", election, credential, board: { fingerprint } });
  }

  /**
   * @param {number[][]} answers
   * @param {(done: number, total: number) => void} onProgress
   * @returns {Promise<Sealed>}
   */
  async seal(answers, onProgress) {
    const asked = { type: "seal", id: ID, answers };
    const { ballot, tracker } = await this.#ask(asked, onProgress);
    return { ballot, tracker };
  }

  /** What the last ballot was sealed with. @returns {Promise<string>} */
  async open() {
    return (await this.#ask({ type: "open", id: ID })).opening;
  }

  /**
   * Encrypt again what was revealed, and compare.
   * @param {string} election @param {string} ballot @param {string} opening
   * @returns {Promise<number[][]>} what the ballot held
   */
  async check(election, ballot, opening) {
    const asked = { type: "check-opening", election, ballot, opening };
    return (await this.#ask(asked)).votes;
  }

  /**
   * @param {string} tracker @param {unknown} inclusion as the platform shows it
   * @returns {Promise<{ok: boolean, height: number, size: number, root: string}>}
   */
  verifyInclusion(tracker, inclusion) {
    return this.#ask({ type: "verify-inclusion", tracker, inclusion });
  }

  /** Forget the credential and what ballots were sealed with. */
  discard() {
    return this.#ask({ type: "discard" });
  }

  /**
   * One question at a time: a later one waits for its turn.
   * @param {Record<string, unknown>} message
   * @param {(done: number, total: number) => void} [onProgress]
   */
  #ask(message, onProgress = () => {}) {
    const answer = this.#turn.then(
      () =>
        new Promise((resolve, reject) => {
          this.#waiting = { resolve, reject };
          this.#onProgress = onProgress;
          this.#worker.postMessage(message);
        }),
    );
    this.#turn = answer.catch(() => {});
    return /** @type {Promise<any>} */ (answer);
  }

  /** @param {any} data */
  #hear(data) {
    if (data.type === "progress") this.#onProgress(data.done, data.total);
    else if (data.type === "error") this.#fail(data.code, data.message);
    else if (ANSWERS.has(data.type)) {
      this.#waiting?.resolve(data);
      this.#waiting = null;
    }
  }

  /** @param {string} code @param {string} message */
  #fail(code, message) {
    this.#waiting?.reject(new SealingFailed(code, message));
    this.#waiting = null;
  }
}
