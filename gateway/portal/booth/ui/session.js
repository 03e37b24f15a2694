// Who votes: signed in with a one-time code; then a voting token, held in memory only.

import { Problem } from "./api.js";

const WARNING = 120; // seconds before the end

export class Session {
  #api;
  #token = "";
  #csrf = "";
  #ends = 0; // by performance.now(), which no change of the clock moves
  /** @type {ReturnType<typeof setTimeout>[]} */
  #alarms = [];

  /**
   * @param {import("./api.js").Api} api
   * @param {{onWarning: () => void, onEnd: () => void}} listener told two minutes
   *   before the end, and at the end
   */
  constructor(api, listener) {
    this.#api = api;
    this.listener = listener;
  }

  /** What a request of the voter carries. */
  get asked() {
    return { bearer: this.#token };
  }

  get isOpen() {
    return this.#token !== "" && performance.now() < this.#ends;
  }

  /** @param {string} iin @returns {Promise<{pause_seconds: number, valid_seconds: number}>} */
  async requestCode(iin) {
    const { said } = await this.#api.post("/sign-in-codes", { body: { iin } });
    return said;
  }

  /** @param {string} iin @param {string} code */
  async signIn(iin, code) {
    const asked = { body: { iin, code }, withCookie: true };
    const { headers } = await this.#api.post("/sessions", asked);
    this.#csrf = headers.get("X-CSRF-Token") ?? "";
    await this.renew();
  }

  /**
   * Go on with the session that the browser still has.
   * @param {string} csrf
   * @returns {Promise<boolean>} whether there is one that can vote
   */
  async resume(csrf) {
    this.#csrf = csrf;
    try {
      await this.renew();
      return true;
    } catch (error) {
      if (error instanceof Problem && [401, 403].includes(error.status)) return false;
      throw error;
    }
  }

  /** A fresh voting token; the old one is forgotten. */
  async renew() {
    const asked = { body: {}, withCookie: true, csrf: this.#csrf };
    const { said } = await this.#api.post("/voting-tokens", asked);
    this.#token = said.token;
    this.#ends = performance.now() + 1000 * said.valid_seconds;
    this.#setAlarms(said.valid_seconds);
  }

  /** @param {number} seconds */
  #setAlarms(seconds) {
    this.#alarms.forEach(clearTimeout);
    const { onWarning, onEnd } = this.listener;
    this.#alarms = [
      setTimeout(onWarning, 1000 * Math.max(0, seconds - WARNING)),
      setTimeout(onEnd, 1000 * seconds),
    ];
  }

  /** Sign out here and everywhere. */
  async end() {
    const asked = { withCookie: true, csrf: this.#csrf };
    this.forget();
    await this.#api.ask("DELETE", "/session", asked);
  }

  forget() {
    this.#alarms.forEach(clearTimeout);
    this.#token = "";
    this.#csrf = "";
    this.#ends = 0;
  }
}
