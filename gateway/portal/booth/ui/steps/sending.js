// The ballot travels. Whoever does not know whether it arrived sends the same again: the
// platform records it once and answers the same.

import { Lost, pause, Problem } from "../api.js";
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
  try {
    const receipt = await send(booth, step, code);
    if (receipt) return booth.accept(receipt);
    booth.view.show("lost", {
      recorded: "unknown",
      on: { "try-again": () => sending(booth, { code }) },
    });
  } catch (error) {
    if (!(error instanceof Problem) || !CODES.has(error.code)) throw error;
    refuse(booth, error);
  }
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
    if (tries < TRIES) await pause(FIRST_PAUSE * 2 ** (tries - 1));
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

/** A refusal is an answer: this ballot is not recorded. @param {Booth} booth @param {Problem} error */
function refuse(booth, error) {
  booth.isInDoubt = false;
  if (error.code !== "confirmation_wrong") booth.vote.isCodeSent = false;
  const left = error.params.attempts_left ?? 0;
  booth.go("confirming", { refusal: booth.page.text(error.code, { left }) });
}
