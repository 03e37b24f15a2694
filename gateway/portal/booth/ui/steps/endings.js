// What ends the way for now: no right, too late, no session, no answer.

import { Lost, Problem } from "../api.js";
import { pressWhenBack } from "../connection.js";
import { moment } from "../times.js";
import { SealingFailed } from "../sealer.js";
import { one } from "../view.js";

/** @typedef {import("../../booth.js").Booth} Booth */

const TEMPLATES = new Map([
  ["voting_not_open_yet", "not-open"],
  ["voting_closed", "closed"],
  ["ballot_box_is_sealed", "closed"],
  ["credentials_are_destroyed", "closed"],
  ["not_a_voter", "no-right"],
  ["not_on_roll", "no-right"],
  ["role_missing", "no-right"],
  ["paper_issued", "paper"],
]);

/** What some endings tell of the voter. */
const STANDINGS = new Map([
  ["no-right", "no_right"],
  ["paper", "paper_issued"],
]);

/** @param {Booth} booth @param {unknown} error */
export function failed(booth, error) {
  if (error instanceof Problem && error.status === 401) return expired(booth);
  if (error instanceof Problem && TEMPLATES.has(error.code)) return ended(booth, error);
  if (error instanceof Lost) return offline(booth);
  broken(booth, error);
}

/** The session has ended; the choices are still there. @param {Booth} booth */
export function expired(booth) {
  booth.session.forget();
  booth.view.show("expired", {
    recorded: booth.recorded,
    slots: { kept: kept(booth) },
    on: { "sign-in": () => booth.go("signing-in") },
  });
}

/** @param {Booth} booth @param {Problem} error */
function ended(booth, error) {
  const iso = error.params.closes_at ?? error.params.opens_at;
  const template = TEMPLATES.get(error.code) ?? "broken";
  booth.status = STANDINGS.get(template) ?? booth.status;
  const isMissed = template === "closed" && booth.recorded === "no";
  booth.view.show(template, {
    recorded: isMissed ? "missed" : booth.recorded,
    slots: iso ? { when: moment(booth.page, iso) } : {},
    on: { "sign-out": () => booth.signOut() },
  });
}

/** What is still on this page. @param {Booth} booth */
function kept({ page, isInDoubt, hasUnsent }) {
  if (isInDoubt) return page.text("kept_ballot");
  return hasUnsent ? page.text("kept_choices") : "";
}

/** @param {Booth} booth */
function offline(booth) {
  const back = booth.place;
  const step = booth.view.show("no-connection", {
    recorded: booth.recorded,
    slots: { kept: kept(booth) },
    on: { "try-again": () => booth.resume(back) },
  });
  pressWhenBack(one(step, '[data-action="try-again"]'));
}

/** @param {Booth} booth @param {unknown} error */
function broken(booth, error) {
  const known = error instanceof Problem && booth.page.has(error.code);
  const words = known ? error.code : error instanceof SealingFailed ? "sealing_failed" : "unexpected";
  const support = error instanceof Problem ? error.traceId : "";
  booth.view.show("broken", {
    recorded: booth.recorded,
    slots: { words: booth.page.text(words), kept: kept(booth), support },
    on: { restart: () => booth.lookAgain() },
  });
}
