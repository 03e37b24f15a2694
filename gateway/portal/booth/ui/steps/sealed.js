// The ballot is sealed and its tracker known; a code is on its way. Nothing is cast yet.

import { Problem } from "../api.js";
import { inGroups, moment } from "../times.js";
import { one } from "../view.js";
import { test } from "./tested.js";

/** @typedef {import("../../booth.js").Booth} Booth */

/** @param {Booth} booth */
export async function sealed(booth) {
  const { page, view, vote } = booth;
  const step = view.show("sealed", {
    recorded: booth.recorded,
    slots: { tracker: inGroups(vote.sealed?.tracker ?? "") },
    on: {
      "enter-code": () => booth.go("confirming"),
      back: () => booth.back(),
      test: () => test(booth),
    },
  });
  const told = await sendConfirmation(booth);
  if (!step.querySelector("[data-sent]")) return;
  one(step, "[data-sent]").textContent = told;
  view.say(told);
}

/**
 * Let the platform send the code that confirms this very ballot.
 * @param {Booth} booth
 * @returns {Promise<string>} what became of it, in words
 */
export async function sendConfirmation({ api, page, session, vote }) {
  if (vote.isCodeSent) return page.text("confirmation_sent");
  const asked = { body: { tracker: vote.sealed?.tracker }, ...session.asked };
  try {
    await api.post("/confirmation-codes", asked);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code !== "confirmation_requested_too_soon") throw error;
    const when = moment(page, error.params.again_at);
    return page.text("confirmation_too_soon", { when });
  }
  vote.isCodeSent = true;
  return page.text("confirmation_sent");
}
