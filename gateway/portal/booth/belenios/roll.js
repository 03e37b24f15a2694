// The public credentials of an election and their weights (section 4.8).
import { array, decimal, loads, string } from "./encoding.js";
import { require } from "./errors.js";

const LARGEST_WEIGHT = 2n ** 53n - 1n;
const LARGEST_JSON_INTEGER = 2n ** 30n - 1n;

/**
 * The weight of each published credential. That one is a member of the group is found
 * out when somebody votes with it.
 * @param {any} group
 * @param {string} text
 * @returns {Map<string, bigint>}
 */
export function readCredentials(group, text) {
  const identity = group.encode(group.identity);
  const weights = new Map();
  for (const item of array(loads(text))) {
    const [credential, weight, ...more] = string(item).split(",");
    require(more.length === 0, "Malformed", "a credential with two weights");
    require(!weights.has(credential), "Malformed", "a public credential appears twice");
    require(credential !== identity, "InvalidElement", "a credential of everybody's");
    weights.set(credential, weight === undefined ? 1n : readWeight(weight));
  }
  return weights;
}

/** @param {string} text */
function readWeight(text) {
  const weight = decimal(text);
  const fits = weight >= 1n && weight <= LARGEST_WEIGHT;
  require(fits, "Malformed", "a weight below 1, or above 2^53 - 1");
  return weight;
}

/**
 * A weight or count: a JSON number, or a string when it is large.
 * @param {bigint} count
 */
export const writeCount = (count) =>
  count <= LARGEST_JSON_INTEGER ? Number(count) : String(count);
