// Exactly what will be sent. Sealing begins here, while the voter reads.

import { fill, one } from "../view.js";

/** @typedef {import("../../booth.js").Booth} Booth */

/** @param {Booth} booth */
export function review(booth) {
  const { page, view, vote } = booth;
  const step = view.show("review", {
    recorded: booth.recorded,
    on: { seal: () => goOn(booth, sealing), back: () => booth.back() },
  });
  const rows = vote.choices.all.map((choice, place) => {
    const row = page.copy("reviewed");
    fill(row, { contest: vote.contests[place] });
    one(row, "[data-chosen]").replaceChildren(...chosen(booth, choice));
    const change = one(row, "button");
    const label = page.text("change_this", { contest: vote.contests[place] });
    change.setAttribute("aria-label", label);
    change.addEventListener("click", () => booth.change(place));
    return row;
  });
  one(step, "[data-rows]").replaceChildren(...rows);
  const sealing = vote.seal((done, total) => progress(booth, step, done, total));
  sealing.then(
    () => sealed(booth, step),
    () => {}, // told when the voter goes on
  );
}

/** @param {Booth} booth @param {import("../choices.js").Choice} choice */
function chosen({ page }, choice) {
  const names = choice.blank ? [page.text("left_blank")] : choice.names;
  return names.map((name) => {
    const line = page.document.createElement("li");
    line.textContent = name;
    return line;
  });
}

/** @param {Booth} booth @param {HTMLElement} step @param {number} done @param {number} total */
function progress(booth, step, done, total) {
  const bar = /** @type {HTMLProgressElement | null} */ (step.querySelector("progress"));
  if (!bar) return;
  bar.max = total;
  bar.value = done;
}

/** @param {Booth} booth @param {HTMLElement} step */
function sealed(booth, step) {
  const words = step.querySelector("[data-sealing]");
  if (!words) return;
  words.textContent = booth.page.text("sealed");
  booth.view.say(booth.page.text("sealed"));
}

/** @param {Booth} booth @param {Promise<unknown>} sealing */
async function goOn(booth, sealing) {
  await sealing;
  booth.go("sealed");
}
