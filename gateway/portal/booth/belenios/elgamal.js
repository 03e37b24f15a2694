// Exponential ElGamal: encryption whose ciphertexts add up (section 4.11).
import { record } from "./encoding.js";

/** @typedef {{alpha: any, beta: any}} Ciphertext */
/** What the maker of a ciphertext knows of it.
 * @typedef {{message: number, randomness: bigint}} Opening */

/** An election's public key y, with a table of its powers. */
export class Key {
  /**
   * @param {any} group
   * @param {any} element
   */
  constructor(group, element) {
    this.group = group;
    this.power = group.fixedBase(element);
  }

  /**
   * (g^r, y^r * g^m)
   * @param {Opening} opening
   * @returns {Ciphertext}
   */
  encrypt({ message, randomness }) {
    const { group } = this;
    const blinded = this.power(randomness);
    return {
      alpha: group.powerG(randomness),
      beta: message ? group.multiply(blinded, group.powerG(BigInt(message))) : blinded,
    };
  }
}

/**
 * Read a ciphertext whose halves are not yet known to be members. beta may be the
 * identity: it is what y^r g^m happens to be.
 * @param {any} group
 * @param {any} value
 * @param {{identity?: boolean}} [allowed]
 * @returns {Ciphertext}
 */
export function readCiphertext(group, value, allowed) {
  const fields = record(value, "alpha", "beta");
  return {
    alpha: group.read(fields.alpha, allowed),
    beta: group.read(fields.beta, { identity: true }),
  };
}

/**
 * A ciphertext of the sum of all.
 * @param {any} group
 * @param {Ciphertext[]} ciphertexts
 * @returns {Ciphertext}
 */
export function combineAll(group, ciphertexts) {
  return {
    alpha: group.product(ciphertexts.map(({ alpha }) => alpha)),
    beta: group.product(ciphertexts.map(({ beta }) => beta)),
  };
}
