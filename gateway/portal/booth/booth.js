// The booth: from signing in to a recorded vote. See docs/booth.md.

import { Api } from "./ui/api.js";
import { Closing } from "./ui/closing.js";
import { watchConnection } from "./ui/connection.js";
import { Page } from "./ui/page.js";
import { Sealer } from "./ui/sealer.js";
import { Session } from "./ui/session.js";
import { ballots } from "./ui/steps/ballots.js";
import { confirming } from "./ui/steps/confirming.js";
import { expired, failed } from "./ui/steps/endings.js";
import { question } from "./ui/steps/question.js";
import { receipt } from "./ui/steps/receipt.js";
import { review } from "./ui/steps/review.js";
import { sealed } from "./ui/steps/sealed.js";
import { sending } from "./ui/steps/sending.js";
import { signingIn } from "./ui/steps/signing-in.js";
import { newVote, standing } from "./ui/enrolling.js";
import { moment } from "./ui/times.js";
import { View, one } from "./ui/view.js";

/** @typedef {{name: string, at?: number}} Place */

/** The steps that one can come back to. */
const STEPS = { ballots, question, review, sealed, confirming };

/** Those that a reload undoes. */
const UNDONE = new Set(["question", "review", "sealed", "confirming", "sending"]);

/** What the strip says of each status; of any other, that nothing is recorded yet.
 * @type {Map<string, import("./ui/view.js").Recorded>} */
const STRIP = new Map([
  ["recorded_online", "yes"],
  ["paper_issued", "paper"],
  ["no_right", "none"],
]);

export class Booth {
  /** @type {Place} */
  place = { name: "signing-in" };
  /** What the platform says: not_voted, recorded_online, paper_issued or no_right. */
  status = "not_voted";
  recordedAt = "";
  isInDoubt = false;
  /** The step that a reload of the page has undone, if any. */
  interrupted = "";
  #credential = "";
  /** @type {import("./ui/vote.js").Vote | null} */
  #vote = null;

  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    this.view = new View(page, (error) => failed(this, error));
    this.api = new Api(page.facts.api, (seconds) => this.#tellBusy(seconds));
    this.session = new Session(this.api, {
      onWarning: () => this.#warn(true),
      onEnd: () => this.#end(),
    });
    this.sealer = new Sealer(page.facts.worker);
    const tell = (/** @type {string} */ closesAt) => this.#tellClosing(closesAt);
    this.closing = new Closing(this.api, page.facts, tell);
  }

  get vote() {
    if (!this.#vote) throw new Error("nobody has signed in");
    return this.#vote;
  }

  /** Whether leaving the page would lose something. */
  get hasUnsent() {
    return this.#vote?.choices.isBegun ?? false;
  }

  /** Whether a vote is recorded: what the strip says. */
  get recorded() {
    if (this.isInDoubt) return "unknown";
    return STRIP.get(this.status) ?? "no";
  }

  /** Begin: with the session that the browser has, or by signing in. */
  async open() {
    const { csrf } = this.page.facts;
    // the browser keeps the name of the step, which is all that it is given
    const left = String(history.state?.name);
    this.interrupted = UNDONE.has(left) ? left : "";
    if (csrf && (await this.session.resume(csrf))) return this.enter();
    this.go("signing-in");
  }

  /** Somebody has signed in: where do they stand? */
  async enter() {
    this.view.show("loading", {});
    const found = await standing(this);
    // what was in doubt is known where nothing was recorded before
    this.isInDoubt &&= this.status === "recorded_online";
    this.status = found.status;
    this.recordedAt = found.at;
    if (found.credential !== this.#credential) await this.#welcome(found);
    this.resume(this.place);
  }

  /**
   * Somebody else than before, or the first: nothing of another's is left.
   * @param {{board: string, credential: string}} found
   */
  async #welcome(found) {
    this.#credential = "";
    this.#vote = await newVote(this, found);
    this.#credential = found.credential;
    this.isInDoubt = false;
    this.place = { name: "ballots" };
  }

  /** @param {string} name @param {any} [given] */
  go(name, given) {
    if (name === "signing-in") return signingIn(this);
    if (name === "sending") return sending(this, given);
    this.#show({ name, at: given?.at }, given);
    history.pushState(this.place, "");
  }

  /** Show a place again, as far as it still makes sense. @param {Place | null} place */
  resume(place) {
    if (!this.session.isOpen) return this.go("signing-in");
    const wanted = place && this.#makesSense(place) ? place : { name: "ballots" };
    this.#show(wanted);
    history.replaceState(wanted, "");
  }

  back() {
    history.back();
  }

  /** The place of the step in the browser's history, though nobody comes back to it.
   * @param {string} name */
  mark(name) {
    history.replaceState({ name }, "");
  }

  /** Begin with what the platform says now. */
  lookAgain() {
    this.place = { name: "ballots" };
    return this.enter();
  }

  /** Begin the ballot, with whatever is chosen already. */
  start() {
    this.interrupted = "";
    this.go("question", { at: 0 });
  }

  /** The question at `place` is answered. @param {number} place */
  next(place) {
    const last = place + 1 === this.vote.choices.all.length;
    if (last) this.go("review");
    else this.go("question", { at: place + 1 });
  }

  /** @param {number} place */
  change(place) {
    this.go("question", { at: place });
  }

  /** The platform has answered: it is recorded. @param {import("./ui/vote.js").Receipt} given */
  accept(given) {
    this.isInDoubt = false;
    this.status = "recorded_online";
    this.recordedAt = given.recorded_at;
    this.startOver();
    this.vote.receipt = given;
    this.place = { name: "ballots" };
    history.replaceState(this.place, "");
    receipt(this);
  }

  /** No choice is left, and nothing sealed. */
  startOver() {
    this.vote.unseal();
    this.vote.choices.clear();
    this.place = { name: "ballots" };
  }

  /** Forget everybody, here and there. */
  async signOut() {
    this.#vote = null;
    this.#credential = "";
    this.sealer.discard();
    const { recorded } = this;
    this.status = "not_voted";
    await this.session.end();
    this.view.show("signed-out", { recorded });
  }

  /** @param {Place} place @param {any} [given] */
  #show(place, given) {
    this.place = place;
    if (place.name !== "question") return this.#step(place.name, given);
    this.vote.unseal();
    question(this, place.at ?? 0);
  }

  /** @param {string} name @param {any} given */
  #step(name, given) {
    const shown = STEPS[/** @type {keyof typeof STEPS} */ (name)](this, given ?? {});
    Promise.resolve(shown).catch((error) => failed(this, error));
  }

  /** @param {Place} place */
  #makesSense({ name }) {
    if (!(name in STEPS) || !this.#vote) return false;
    if (name === "review") return this.vote.choices.isComplete;
    if (name === "sealed" || name === "confirming") return this.vote.sealed !== null;
    return true;
  }

  /** @param {number} seconds */
  #tellBusy(seconds) {
    const told = one(this.page.document, "#busy");
    told.hidden = seconds === 0;
    told.textContent = seconds ? this.page.text("busy", { seconds }) : "";
  }

  /** @param {string} closesAt */
  #tellClosing(closesAt) {
    const { page } = this;
    const told = one(page.document, "#closing");
    told.textContent = page.text("closing_soon", { when: moment(page, closesAt) });
    told.hidden = false;
  }

  /** @param {boolean} isNear */
  #warn(isNear) {
    const banner = one(this.page.document, "#ending");
    banner.hidden = !isNear;
    const words = isNear ? this.page.text("ending_soon") : "";
    one(banner, "[data-words]").textContent = words;
  }

  #end() {
    this.#warn(false);
    if (this.hasUnsent) expired(this);
  }

  /** A fresh voting token, in time. */
  async stay() {
    await this.session.renew();
    this.#warn(false);
  }
}

/** @param {Booth} booth */
function listen(booth) {
  const { document } = booth.page;
  globalThis.addEventListener("popstate", ({ state }) => booth.resume(state));
  globalThis.addEventListener("beforeunload", (event) => {
    if (booth.hasUnsent) event.preventDefault();
  });
  watchConnection((isOnline) => (one(document, "#offline").hidden = isOnline));
  booth.view.wire(document, { stay: () => booth.stay() });
}

const booth = new Booth(new Page(document));
listen(booth);
booth.open().catch((error) => failed(booth, error));
