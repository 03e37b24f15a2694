// My ballots: one card that says whether a vote is recorded.

import { one } from "../view.js";
import { inGroups, moment } from "../times.js";

/** @typedef {import("../../booth.js").Booth} Booth */

/** @param {Booth} booth */
export function ballots(booth) {
  const { page, view, vote } = booth;
  if (booth.status === "paper_issued") return void view.show("paper", { recorded: "no" });
  const step = view.show("ballots", {
    recorded: booth.recorded,
    slots: {
      district: vote.district,
      contests: vote.contests.join(" · "),
      status: statusOf(booth),
      tracker: inGroups(vote.receipt?.tracker ?? ""),
    },
    on: { start: () => booth.start(), "sign-out": () => booth.signOut() },
  });
  one(step, "[data-tracker]").hidden = !vote.receipt;
  const again = booth.status === "recorded_online";
  one(step, '[data-action="start"]').textContent = page.text(again ? "vote_again" : "vote");
  one(step, "[data-again]").hidden = !again;
}

/** @param {Booth} booth */
function statusOf({ page, status, recordedAt }) {
  if (status !== "recorded_online") return page.text("not_voted");
  return page.text("voted", { when: moment(page, recordedAt) });
}
