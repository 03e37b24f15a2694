// The vote is recorded. The receipt shows where, and no choice.

import { generate } from "lean-qr";
import { inGroups, moment } from "../times.js";
import { one } from "../view.js";

/** @typedef {import("../../booth.js").Booth} Booth */

/** @param {Booth} booth */
export function receipt(booth) {
  const { page, view, vote } = booth;
  const { tracker, recorded_at, board } = /** @type {any} */ (vote.receipt);
  const when = moment(page, recorded_at);
  const address = checkAddress(booth);
  const step = view.show("receipt", {
    recorded: "yes",
    slots: { when, tracker: inGroups(tracker), board, address },
    on: {
      save: () => save(booth, { tracker, when, address, board }),
      print: () => globalThis.print(),
      share: () => share(booth, { tracker, address }),
      ballots: () => booth.go("ballots"),
      "sign-out": () => booth.signOut(),
    },
  });
  one(step, '[data-action="share"]').hidden = !("share" in navigator);
  const code = /** @type {HTMLCanvasElement} */ (one(step, "canvas"));
  generate(address).toCanvas(code, { pad: 4, on: [0, 0, 0], off: [255, 255, 255] });
}

/** The tracker stands behind #, which browsers do not send. @param {Booth} booth */
function checkAddress({ page, vote }) {
  const { tracker } = /** @type {any} */ (vote.receipt);
  const asked = new URLSearchParams({ tracker });
  return new URL(`${page.facts.check_address}#${asked}`, location.href).href;
}

/** @param {Booth} booth @param {Record<string, string>} receipt */
function save({ page }, receipt) {
  const text = page.text("receipt_file", { ...receipt, primary: page.facts.name });
  const link = page.document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  link.download = "receipt.txt";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** @param {Booth} booth @param {{tracker: string, address: string}} receipt */
async function share({ page }, { tracker, address }) {
  const text = page.text("share", { tracker });
  try {
    await navigator.share({ text, url: address });
  } catch (error) {
    // the voter thought better of it
    if (!(error instanceof DOMException)) throw error;
  }
}
