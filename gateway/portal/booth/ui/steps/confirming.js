// The code from the telephone confirms this ballot and no other; then it is cast.

import { resendAfter } from "../resending.js";
import { one } from "../view.js";
import { sendConfirmation } from "./sealed.js";
import { valueOf } from "./signing-in.js";

/** @typedef {import("../../booth.js").Booth} Booth */

const PAUSE = 30; // seconds between two codes

/** @param {Booth} booth @param {{refusal?: string}} [told] */
export function confirming(booth, { refusal } = {}) {
  const { view, vote } = booth;
  const step = view.show("confirming", {
    recorded: booth.recorded,
    on: {
      cast: () => cast(booth, valueOf(step, "#confirmation")),
      back: () => booth.back(),
      resend: () => resend(booth, step),
    },
  });
  resendAfter(booth, step, vote.isCodeSent && !refusal ? PAUSE : 0);
  if (refusal) view.refuse("confirmation", refusal);
}

/** @param {Booth} booth @param {string} typed */
function cast(booth, typed) {
  const code = typed.replace(/\D/g, "");
  if (code.length !== 6) {
    return booth.view.refuse("confirmation", booth.page.text("code_length"));
  }
  return booth.go("sending", { code });
}

/** @param {Booth} booth @param {HTMLElement} step */
async function resend(booth, step) {
  booth.vote.isCodeSent = false;
  const told = await sendConfirmation(booth);
  one(step, "[data-sent]").textContent = told;
  booth.view.say(told);
  resendAfter(booth, step, PAUSE);
}
