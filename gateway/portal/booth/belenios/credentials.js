// Voting credentials: the secret that a voter signs with (section 4.8).
import { pbkdf2 } from "@noble/hashes/pbkdf2.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bigEndian, utf8 } from "./encoding.js";
import { require } from "./errors.js";

export const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const LENGTH = 15;
const CHECK_MODULUS = 53n;
const DERIVATION = { c: 1000, dkLen: 32 };
const SEPARATORS = /[\s\u2010-\u2015\u2212-]+/g;

/** @typedef {{secret: bigint, public: string}} SigningKey */

/**
 * The form XXX-XXX-XXX-XXX-XXX of a credential as a person types it: spaces and every
 * kind of dash are forgiven.
 * @param {string} text
 */
export function normaliseCredential(text) {
  const digits = text.replace(SEPARATORS, "");
  require(digits.length === LENGTH, "InvalidCredential", "15 characters expected");
  const places = Array.from(digits, (digit) => BASE58.indexOf(digit));
  const known = places.every((place) => place >= 0);
  require(known, "InvalidCredential", "a character that no credential has");
  const check = BigInt(places[LENGTH - 1]);
  const number = places.slice(0, -1).reduce((sum, d) => sum * 58n + BigInt(d), 0n);
  const fits = check === CHECK_MODULUS - (number % CHECK_MODULUS);
  require(fits, "InvalidCredential", "the check digit does not fit");
  return digits.replace(/(...)(?=.)/g, "$1-");
}

/**
 * The signing key of a credential in the election `uuid`.
 * @param {any} group
 * @param {string} uuid
 * @param {string} credential as typed
 * @returns {SigningKey}
 */
export function derive(group, uuid, credential) {
  const password = utf8(normaliseCredential(credential));
  const digest = pbkdf2(sha256, password, utf8(uuid), DERIVATION);
  const secret = bigEndian(digest) % group.order;
  password.fill(0);
  digest.fill(0);
  return { secret, public: group.encode(group.powerG(secret)) };
}
