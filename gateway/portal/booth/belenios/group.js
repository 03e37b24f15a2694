// The groups by name; each is made once, with the table of its generator.
import { Ed25519 } from "./edwards.js";
import { Refusal } from "./errors.js";
import { FiniteField } from "./finite_field.js";

/** @type {Record<string, new () => import("./algebra.js").Group>} */
const CLASSES = { Ed25519, "BELENIOS-2048": FiniteField };
/** @type {Map<string, any>} */
const made = new Map();

/**
 * @param {string} name
 * @returns {any}
 */
export function getGroup(name) {
  if (!Object.hasOwn(CLASSES, name))
    throw new Refusal("UnknownGroup", name.slice(0, 40));
  if (!made.has(name)) made.set(name, new CLASSES[name]());
  return made.get(name);
}
