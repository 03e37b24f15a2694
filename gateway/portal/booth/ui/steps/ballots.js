// My ballots: one card that says whether a vote is recorded.

import { one } from "../view.js";
import { inGroups, moment } from "../times.js";

/** @typedef {import("../../booth.js").Booth} Booth */

/** @param {Booth} booth */
export function ballots(booth) {
  const { page, view, vote } = booth;
  const { recorded } = booth;
  const signOut = () => booth.signOut();
  if (recorded === "paper") {
    return void view.show("paper", { recorded, on: { "sign-out": signOut } });
  }
  const step = view.show("ballots", {
    recorded,
    slots: {
      district: vote.district,
      contests: vote.contests.join(" · "),
      status: statusOf(booth),
      tracker: inGroups(vote.receipt?.tracker ?? ""),
    },
    on: { start: () => booth.start(), "sign-out": signOut },
  });
  tellInterrupted(booth, step);
  one(step, "[data-tracker]").hidden = !vote.receipt;
  const again = booth.status === "recorded_online";
  one(step, '[data-action="start"]').textContent = page.text(again ? "vote_again" : "vote");
  one(step, "[data-again]").hidden = !again;
}

/** What a reload of the page has undone. @param {Booth} booth @param {HTMLElement} step */
function tellInterrupted({ page, interrupted }, step) {
  const told = one(step, "[data-interrupted]");
  told.hidden = !interrupted;
  const words = interrupted === "sending" ? "reloaded_sending" : "reloaded";
  one(told, "p").textContent = interrupted ? page.text(words) : "";
}

/** @param {Booth} booth */
function statusOf({ page, status, recordedAt }) {
  if (status !== "recorded_online") return page.text("not_voted");
  return page.text("voted", { when: moment(page, recordedAt) });
}
