// Sign in: a national number, then the code that its telephone receives.

import { Problem } from "../api.js";
import { resendAfter } from "../resending.js";
import { one } from "../view.js";

const WEIGHTS = [
  [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2],
];

/** @typedef {import("../../booth.js").Booth} Booth */

/** @param {Booth} booth */
export function signingIn(booth) {
  const step = booth.view.show("signing-in", {
    recorded: booth.recorded,
    on: { "send-code": () => sendCode(booth, valueOf(step, "#iin")) },
  });
}

/** @param {Booth} booth @param {string} typed */
async function sendCode(booth, typed) {
  const iin = typed.replace(/\s/g, "");
  const wrong = wrongNumber(booth, iin);
  if (wrong) return booth.view.refuse("iin", booth.page.text(wrong));
  try {
    const { pause_seconds } = await booth.session.requestCode(iin);
    enteringCode(booth, iin, pause_seconds);
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 422) throw error;
    booth.view.refuse("iin", booth.page.text("number_wrong"));
  }
}

/**
 * What is wrong with a number before it is sent anywhere; nothing for a right one.
 * @param {Booth} booth @param {string} iin
 */
function wrongNumber(booth, iin) {
  if (iin === "") return "number_missing";
  if (booth.page.facts.numbers !== "kz-iin") return "";
  if (!/^\d{12}$/.test(iin)) return "number_length";
  return isChecked(iin) ? "" : "number_check";
}

/**
 * Whether the last digit of an IIN fits the others.
 * @param {string} iin
 */
export function isChecked(iin) {
  const digits = [...iin].map(Number);
  for (const weights of WEIGHTS) {
    const sum = weights.reduce((all, weight, at) => all + weight * digits[at], 0);
    if (sum % 11 !== 10) return sum % 11 === digits[11];
  }
  return false;
}

/** @param {Booth} booth @param {string} iin @param {number} pause */
function enteringCode(booth, iin, pause) {
  const step = booth.view.show("sign-in-code", {
    on: {
      "sign-in": () => signIn(booth, iin, valueOf(step, "#code")),
      "other-number": () => signingIn(booth),
      resend: async () => {
        const sent = await booth.session.requestCode(iin);
        booth.view.say(booth.page.text("code_sent"));
        resendAfter(booth, step, sent.pause_seconds);
      },
    },
  });
  resendAfter(booth, step, pause);
}

/** @param {Booth} booth @param {string} iin @param {string} typed */
async function signIn(booth, iin, typed) {
  const code = typed.replace(/\s/g, "");
  if (code === "") return booth.view.refuse("code", booth.page.text("code_missing"));
  try {
    await booth.session.signIn(iin, code);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "sign_in_refused") throw error;
    const left = error.params.attempts_left ?? 0;
    const words = left > 0 ? "sign_in_wrong" : "sign_in_refused";
    return booth.view.refuse("code", booth.page.text(words, { left }));
  }
  await booth.enter();
}

/** @param {HTMLElement} step @param {string} selector */
export function valueOf(step, selector) {
  return /** @type {HTMLInputElement} */ (one(step, selector)).value;
}
