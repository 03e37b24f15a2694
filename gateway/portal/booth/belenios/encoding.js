// Canonical JSON, hashes and hexadecimal digits (specification, sections 4.1 to 4.3).
//
// There is one way to write every message: compact, keys in the order that the
// specification gives. A text in any other form is refused, so that a hash names one
// content.
import { sha256 } from "@noble/hashes/sha2.js";
import { require } from "./errors.js";

const DECIMAL = /^(0|[1-9][0-9]*)$/;
// Above any scalar or element, so that a hostile number costs nothing to refuse.
const LONGEST_DECIMAL = 1000;
const HASH = /^[0-9a-f]{64}$/;
const encoder = new TextEncoder();

/**
 * @param {string} text
 * @returns {Uint8Array}
 */
export const utf8 = (text) => encoder.encode(text);

/**
 * Compact JSON; keys keep their order.
 * @param {unknown} value
 */
export function dumps(value) {
  return JSON.stringify(value).replaceAll("\x7f", "\\u007f");
}

/**
 * Read canonical JSON. Duplicate keys, white space, other escapes and numbers written
 * otherwise do not survive being written again.
 * @param {string} text
 * @returns {any}
 */
export function loads(text) {
  let value, written;
  try {
    value = JSON.parse(text);
    written = dumps(value);
  } catch {
    require(false, "Malformed", "not JSON");
  }
  require(written === text, "Malformed", "not compact, or escaped otherwise");
  return value;
}

/**
 * Check that a value is an object with exactly these keys, in this order; a name that
 * ends in "?" may be absent.
 * @param {any} value
 * @param {string[]} names
 * @returns {Record<string, any>}
 */
export function record(value, ...names) {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  require(isObject, "Malformed", `an object with ${names} expected`);
  const expected = names
    .map((name) => [name.replace("?", ""), name.endsWith("?")])
    .filter(([name, optional]) => !optional || Object.hasOwn(value, String(name)))
    .map(([name]) => name);
  const found = Object.keys(value);
  require(found.join() === expected.join(), "Malformed", `keys ${expected} must be`);
  return value;
}

/**
 * @param {any} value
 * @param {number} [length]
 * @returns {any[]}
 */
export function array(value, length) {
  require(Array.isArray(value), "Malformed", "an array expected");
  const fits = length === undefined || value.length === length;
  require(fits, "Malformed", `${value.length} items where ${length} must be`);
  return value;
}

/**
 * @param {any} value
 * @returns {string}
 */
export function string(value) {
  require(typeof value === "string", "Malformed", "a string expected");
  return value;
}

/**
 * @param {any} value
 * @returns {number}
 */
export function integer(value) {
  const fits = Number.isSafeInteger(value) && value >= 0;
  require(fits, "Malformed", "a non-negative integer expected");
  return value;
}

/**
 * A canonical decimal: no sign, no leading zero.
 * @param {any} text
 * @param {string} [code] of the refusal
 */
export function decimal(text, code = "Malformed") {
  const fits =
    typeof text === "string" && text.length <= LONGEST_DECIMAL && DECIMAL.test(text);
  require(fits, code, "a canonical decimal number expected");
  return BigInt(text);
}

/** @param {Uint8Array} bytes */
export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {string} digits an even number of hexadecimal digits
 * @returns {Uint8Array}
 */
export function fromHex(digits) {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/**
 * Read a hash of 64 hexadecimal digits.
 * @param {any} text
 */
export function readHash(text) {
  require(HASH.test(string(text)), "Malformed", "a hash expected");
  return fromHex(text);
}

/** @param {Uint8Array} bytes */
export function base64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

/**
 * @param {any} text
 * @returns {Uint8Array}
 */
export function fromBase64(text) {
  try {
    return Uint8Array.from(atob(string(text)), (letter) => letter.charCodeAt(0));
  } catch {
    require(false, "Malformed", "base64 expected");
  }
  throw new Error("not reached");
}

/**
 * A number of bytes in big-endian order.
 * @param {Uint8Array} bytes
 */
export const bigEndian = (bytes) => BigInt(`0x${hex(bytes)}`);

/** @param {Uint8Array} bytes */
export const hexHash = (bytes) => hex(sha256(bytes));

/**
 * SHA-256 in unpadded base64, 43 characters: fingerprints and trackers.
 * @param {string} text
 */
export const b64Hash = (text) => base64(sha256(utf8(text))).replace(/=+$/, "");
