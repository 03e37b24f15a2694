// When the vote closes, by the platform's clock and not by this device's: told two
// minutes before, and only if nobody has extended the vote meanwhile.

import { Lost, Problem } from "./api.js";

const WARNING = 120; // seconds before the close
const LONGEST = 86_400; // seconds that one timer waits; longer ones overflow

export class Closing {
  #api;
  #closesAt;
  #ends; // by performance.now(), which no change of the clock moves

  /**
   * @param {import("./api.js").Api} api
   * @param {{closes_at: string, closes_in: number}} facts the close, and the seconds
   *   left to it when the server wrote this
   * @param {(closesAt: string) => void} onWarning
   */
  constructor(api, { closes_at, closes_in }, onWarning) {
    this.#api = api;
    this.#closesAt = closes_at;
    this.#ends = performance.now() + 1000 * closes_in;
    this.onWarning = onWarning;
    this.#wait();
  }

  get #left() {
    return (this.#ends - performance.now()) / 1000;
  }

  #wait() {
    const seconds = Math.min(LONGEST, Math.max(0, this.#left - WARNING));
    setTimeout(() => this.#look(), 1000 * seconds);
  }

  async #look() {
    if (this.#left <= WARNING) await this.#askAgain();
    if (this.#left > WARNING) this.#wait();
    else this.onWarning(this.#closesAt);
  }

  /** What the calendar says now; what it said before where it cannot be asked. */
  async #askAgain() {
    try {
      const { said } = await this.#api.get("/calendar");
      const { closes_at } = said.phases.voting;
      this.#ends += Date.parse(closes_at) - Date.parse(this.#closesAt);
      this.#closesAt = closes_at;
    } catch (error) {
      if (!(error instanceof Lost || error instanceof Problem)) throw error;
    }
  }
}
