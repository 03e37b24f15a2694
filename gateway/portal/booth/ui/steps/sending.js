// The ballot travels. Whoever does not know whether it arrived sends the same again: the
// platform records it once and answers the same.

import { Lost, Problem } from "../api.js";
import { pauseOrBack, pressWhenBack } from "../connection.js";
import { one } from "../view.js";

/** @typedef {import("../../booth.js").Booth} Booth */

const TRIES = 5;
const FIRST_PAUSE = 1000; // milliseconds; doubled each time

/** Refusals after which another code helps. */
const CODES = new Set([
  "confirmation_wrong",
  "confirmation_missing",
  "confirmation_expired",
  "confirmation_exhausted",
]);

/** @param {Booth} booth @param {{code: string}} cast */
export async function sending(booth, { code }) {
  const step = booth.view.show("sending", { recorded: booth.recorded });
  booth.mark("sending"); // so that a reload knows what it has interrupted
  try {
    const receipt = await send(booth, step, code);
    if (receipt) return booth.accept(receipt);
    lost(booth, code);
  } catch (error) {
    booth.isInDoubt = doubtAfter(error, booth.isInDoubt);
    booth.mark("confirming");
    if (!(error instanceof Problem) || !CODES.has(error.code)) throw error;
    refuse(booth, error);
  }
}

/**
 * Whether we still do not know. A refusal is an answer: had an earlier try arrived, it
 * would be the receipt. A fault is none, and whoever is not let in learns nothing.
 * @param {unknown} error @param {boolean} before
 */
function doubtAfter(error, before) {
  if (!(error instanceof Problem) || error.status === 401) return before;
  return error.status >= 500;
}

/** Nothing was heard. @param {Booth} booth @param {string} code */
function lost(booth, code) {
  const step = booth.view.show("lost", {
    recorded: "unknown",
    on: { "try-again": () => sending(booth, { code }) },
  });
  pressWhenBack(one(step, '[data-action="try-again"]'));
}

/**
 * @param {Booth} booth @param {HTMLElement} step @param {string} code
 * @returns {Promise<import("../vote.js").Receipt | null>} null when nothing was heard
 */
async function send(booth, step, code) {
  const body = { ballot: booth.vote.sealed?.ballot, code };
  for (let tries = 1; tries <= TRIES; tries += 1) {
    try {
      const { said } = await booth.api.post("/ballots", { body, ...booth.session.asked });
      return said;
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
      booth.isInDoubt = true;
      doubt(booth, step, tries);
    }
    if (tries < TRIES) await pauseOrBack(FIRST_PAUSE * 2 ** (tries - 1));
  }
  return null;
}

/** @param {Booth} booth @param {HTMLElement} step @param {number} tries */
function doubt(booth, step, tries) {
  const words = booth.page.text("trying_again", { n: Math.min(tries + 1, TRIES), all: TRIES });
  one(step, "[data-words]").textContent = words;
  booth.view.tell("unknown");
  booth.view.say(words);
}

/** Another code is needed. @param {Booth} booth @param {Problem} error */
function refuse(booth, error) {
  if (error.code !== "confirmation_wrong") booth.vote.isCodeSent = false;
  const left = error.params.attempts_left ?? 0;
  booth.go("confirming", { refusal: booth.page.text(error.code, { left }) });
}
