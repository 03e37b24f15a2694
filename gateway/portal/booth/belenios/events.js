// The chain of events of a public board (section 4.4).
import { hex, integer, loads, readHash, record } from "./encoding.js";
import { require } from "./errors.js";

/** What events there are, with how many data records come before each, and the phases
 * of the board that it leads from and to.
 * @type {Record<string, {data: number, from: string, to: string}>} */
export const EVENTS = {
  Setup: { data: 4, from: "empty", to: "voting" },
  Ballot: { data: 1, from: "voting", to: "voting" },
  EndBallots: { data: 0, from: "voting", to: "sealed" },
  EncryptedTally: { data: 2, from: "sealed", to: "tallied" },
  PartialDecryption: { data: 2, from: "tallied", to: "tallied" },
  Result: { data: 1, from: "tallied", to: "done" },
};

/**
 * Read an event, byte-exact as it must be.
 * @param {string} text
 * @returns {{type: string, height: number, parent?: string, payload?: string}}
 */
export function readEvent(text) {
  const fields = record(loads(text), "parent?", "height", "type", "payload?");
  const known = Object.hasOwn(EVENTS, String(fields.type));
  require(known, "InvalidBoard", "the event's type is not understood");
  const { type } = fields;
  return { type, height: integer(fields.height), ...links(fields) };
}

/** @param {Record<string, any>} fields */
function links(fields) {
  const named = ["parent", "payload"].filter((name) => Object.hasOwn(fields, name));
  return Object.fromEntries(named.map((name) => [name, hex(readHash(fields[name]))]));
}
