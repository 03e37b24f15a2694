// The platform's interface as the booth uses it. The session's cookie goes along only to
// open a voting token; everything else is asked with that token, and nothing else.

const PATIENCE = 20_000; // milliseconds for an answer
const MOST_WAITS = 40; // for a busy platform, before we leave it to the voter

/** The platform refused. */
export class Problem extends Error {
  /** @param {number} status @param {Record<string, any>} said */
  constructor(status, said) {
    super(said.detail ?? said.title ?? `status ${status}`);
    this.status = status;
    this.code = said.code ?? "unknown";
    this.params = said.params ?? {};
    this.traceId = said.trace_id ?? "";
  }
}

/** No answer came, so that nobody here knows whether the question arrived. */
export class Lost extends Error {}

/** @param {number} milliseconds @returns {Promise<void>} */
export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/**
 * @typedef {object} Asked
 * @property {unknown} [body]
 * @property {string} [bearer] a voting token
 * @property {boolean} [withCookie] let the browser send and keep the session's cookie
 * @property {string} [csrf]
 */

export class Api {
  /**
   * @param {string} root the address of the primary's part of the interface
   * @param {(seconds: number) => void} onBusy called when we wait for a busy platform;
   *   with 0 when the wait is over
   */
  constructor(root, onBusy) {
    this.root = root;
    this.onBusy = onBusy;
  }

  /** @param {string} path @param {Asked} [asked] */
  get(path, asked = {}) {
    return this.ask("GET", path, asked);
  }

  /** @param {string} path @param {Asked} [asked] */
  post(path, asked = {}) {
    return this.ask("POST", path, asked);
  }

  /**
   * Ask, and while the platform says that it is busy, wait as long as it wishes.
   * @param {string} method @param {string} path @param {Asked} asked
   */
  async ask(method, path, asked) {
    for (let waits = 0; ; waits += 1) {
      const response = await this.#send(method, path, asked);
      if (response.status !== 503 || waits === MOST_WAITS) return answerOf(response);
      await this.#wait(response, waits);
    }
  }

  /** @param {Response} response @param {number} waits */
  async #wait(response, waits) {
    const wished = Number(response.headers.get("Retry-After")) || 1;
    const seconds = Math.min(30, Math.max(wished, 2 ** Math.min(waits, 4)));
    this.onBusy(seconds);
    await pause(1000 * seconds);
    this.onBusy(0);
  }

  /** @param {string} method @param {string} path @param {Asked} asked */
  async #send(method, path, { body, bearer, withCookie, csrf }) {
    const impatience = new AbortController();
    const timer = setTimeout(() => impatience.abort(), PATIENCE);
    try {
      return await fetch(`${this.root}${path}`, {
        method,
        body: body === undefined ? undefined : JSON.stringify(body),
        cache: "no-store",
        credentials: withCookie ? "same-origin" : "omit",
        headers: headersOf({ body, bearer, csrf }),
        redirect: "error",
        referrerPolicy: "no-referrer",
        signal: impatience.signal,
      });
    } catch {
      throw new Lost();
    } finally {
      clearTimeout(timer);
    }
  }
}

/** @param {Asked} asked */
function headersOf({ body, bearer, csrf }) {
  const headers = new Headers({ Accept: "application/json" });
  if (body !== undefined) headers.set("Content-Type", "application/json");
  if (bearer) headers.set("Authorization", `Bearer ${bearer}`);
  if (csrf) headers.set("X-CSRF-Token", csrf);
  return headers;
}

/** @param {Response} response */
async function answerOf(response) {
  let said = {};
  try {
    said = await response.json();
  } catch {
    // cut off in the middle: it may have been done all the same
    if (response.ok) throw new Lost();
  }
  if (!response.ok) throw new Problem(response.status, said);
  return { said, headers: response.headers };
}
