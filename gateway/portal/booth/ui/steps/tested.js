// "Test the machine": the sealed ballot is opened instead of cast, and everybody can
// encrypt again what is revealed. Afterwards nothing is cast and nothing is chosen.

import { Problem } from "../api.js";
import { inGroups } from "../times.js";
import { fill, one } from "../view.js";
import { sendConfirmation } from "./sealed.js";

/** @typedef {import("../../booth.js").Booth} Booth */

/** @param {Booth} booth */
export async function test(booth) {
  const { api, session, vote } = booth;
  // the tracker must be known elsewhere before this device learns of the test
  await sendConfirmation(booth);
  const ballot = vote.sealed?.ballot;
  const opening = await vote.open();
  try {
    await api.post("/spoiled-ballots", { body: { ballot, opening }, ...session.asked });
    tested(booth, await vote.recompute(opening));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === "opening_does_not_fit") return caught(booth);
    if (error.code !== "ballots_opened_often") throw error;
    one(booth.view.main, "[data-test-told]").textContent = booth.page.text(error.code);
  }
}

/** @param {Booth} booth @param {string[][]} held */
function tested(booth, held) {
  const { page, view, vote } = booth;
  const step = view.show("tested", {
    recorded: booth.recorded,
    slots: { tracker: inGroups(vote.sealed?.tracker ?? "") },
    on: { restart: () => booth.start() },
  });
  const rows = held.map((names, place) => {
    const row = page.copy("held");
    const blank = page.text("left_blank");
    fill(row, { contest: vote.contests[place], names: names.join(", ") || blank });
    return row;
  });
  one(step, "[data-rows]").replaceChildren(...rows);
  booth.startOver();
}

/** @param {Booth} booth */
function caught(booth) {
  booth.view.show("caught", { recorded: booth.recorded });
  booth.startOver();
}
