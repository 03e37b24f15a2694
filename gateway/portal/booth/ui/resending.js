// "Send another code" is offered after a pause, counted down in words.

import { one } from "./view.js";

/**
 * @param {import("../booth.js").Booth} booth
 * @param {HTMLElement} step
 * @param {number} seconds
 */
export function resendAfter(booth, step, seconds) {
  const button = /** @type {HTMLButtonElement} */ (one(step, '[data-action="resend"]'));
  const waiting = one(step, "[data-resend-wait]");
  const ready = performance.now() + 1000 * seconds;
  button.hidden = true;
  waiting.hidden = false;
  const count = () => {
    const left = Math.ceil((ready - performance.now()) / 1000);
    waiting.textContent = booth.page.text("resend_wait", { seconds: left });
    if (left > 0 && button.isConnected) return;
    clearInterval(timer);
    button.hidden = false;
    waiting.hidden = true;
  };
  const timer = setInterval(count, 1000);
  count();
}
