// What ends the way for now: no right, too late, no session, no answer.

import { Lost, Problem } from "../api.js";
import { moment } from "../times.js";
import { SealingFailed } from "../sealer.js";

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
    on: { "sign-in": () => booth.go("signing-in") },
  });
}

/** @param {Booth} booth @param {Problem} error */
function ended(booth, error) {
  const iso = error.params.closes_at ?? error.params.opens_at;
  booth.isInDoubt = false;
  booth.view.show(TEMPLATES.get(error.code) ?? "broken", {
    recorded: booth.recorded,
    slots: iso ? { when: moment(booth.page, iso) } : {},
  });
}

/** @param {Booth} booth */
function offline(booth) {
  const back = booth.place;
  booth.view.show("no-connection", {
    recorded: booth.recorded,
    on: { "try-again": () => booth.resume(back) },
  });
}

/** @param {Booth} booth @param {unknown} error */
function broken(booth, error) {
  const known = error instanceof Problem && booth.page.has(error.code);
  const words = known ? error.code : error instanceof SealingFailed ? "sealing_failed" : "unexpected";
  const support = error instanceof Problem ? error.traceId : "";
  booth.view.show("broken", {
    recorded: booth.recorded,
    slots: { words: booth.page.text(words), support },
    on: { restart: () => booth.resume({ name: "ballots" }) },
  });
}
