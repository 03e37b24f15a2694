// The group of integers modulo a 2048-bit prime that belenios-tool uses by default
// (section 5.1), with the engine's own big integers.
import { decimal } from "./encoding.js";
import { require } from "./errors.js";
import { Group } from "./algebra.js";

// Bits of the exponent taken at a time by the tables of a fixed base.
const WINDOW = 6;

const P = BigInt(
  "0x" +
    "a3ef2d011fefb1b6e39e568fccdffb0fb7dc7ef3a791b6862791811d21fc35f21e6d3685" +
    "6b428030421f514ed40bfd4c06e092a495af8d79a2f85e0fb11c0ede07dd973f9c53e509" +
    "30c6e82ac36de1ae3fb8c3aabfff12ce27a5022ddd8912d107435012768a2cdd0a4091d8" +
    "fa447f6c7ebc15a349fa318a6b4fe17d8d47e843a3e14dfa9b2162f4d7229abe93a188b4" +
    "6b006517d6f6747ebbb29c9ec3099b607f18fb1a8bc858279aa8599411d998d3e3fada9e" +
    "010840d082d8c31911acdd4a0e7992d0f18cc759cb5de0acf66a3882555bc810941e021b" +
    "6a4ccfa04ee4008f878affa2375e2999b44f6cef17d707301e59e0e6351e051ed9cec415" +
    "7646e64f",
);
const G = BigInt(
  "0x" +
    "1307c1ab5f295885d7caa3a78a42415e31fd1c5807b61fb1e781878a52230a51988b98c2" +
    "59597f9c5a9dfd001d26ba31d9d8976f01d95a1c8262ee68a0e92cea541e5219e0d0d094" +
    "301b894236823fe1d4bc04e29f3748aefd4f10d5b1a356a8643e673fd9d215fc8fe5fb9c" +
    "f9fdb8ea88fdb1a3381a697fdf9c2458570b06d26aef1be365fdd90165f397c6b870df8c" +
    "1b9e519edcee8bb0f74b7a1615a274ba60a7ea574a61f552d2dde0ce514e0927c4ff49b1" +
    "964c4a913731ae4268d60d7f22127b6cbba44d453ac8b72fd04e0991b7aeff04867d8724" +
    "ac638f5f34100d2d47aa680d43771902743d663f42d853c041e1c91fe3823f4bcf284308" +
    "f1d7e653",
);
const Q = 0xadb6066a73522565f4daa0f2579db7f2f0fa90c2168bc709e20263387d55c491n;

/** The subgroup of order q of the integers modulo p. */
export class FiniteField extends Group {
  constructor() {
    super("BELENIOS-2048", Q, G, 1n);
  }

  /**
   * @param {bigint} a
   * @param {bigint} b
   */
  multiply(a, b) {
    return (a * b) % P;
  }

  /** @param {bigint} a */
  square(a) {
    return (a * a) % P;
  }

  /**
   * @param {bigint} a
   * @param {bigint} b
   */
  equals(a, b) {
    return a === b;
  }

  /** @param {bigint[]} elements */
  encodeAll(elements) {
    return elements.map(String);
  }

  /**
   * Read an integer between 1 and p - 1, not yet known to be a member.
   * @param {any} text
   * @param {{identity?: boolean}} [allowed]
   */
  read(text, { identity = false } = {}) {
    const element = decimal(text, "InvalidElement");
    const isInside = element > 0n && element < P;
    require(isInside, "InvalidElement", "not between 1 and p - 1");
    require(identity || element !== 1n, "InvalidElement", "the identity");
    return element;
  }

  /**
   * A function that multiplies prepared powers of `base`, one a window.
   * @param {bigint} base
   */
  fixedBase(base) {
    const rows = rowsOf(base);
    return (/** @type {bigint} */ scalar) => {
      let rest = this.reduce(scalar);
      let power = 1n;
      for (const row of rows) {
        const digit = Number(BigInt.asUintN(WINDOW, rest));
        if (digit) power = (power * row[digit]) % P;
        rest >>= BigInt(WINDOW);
      }
      return power;
    };
  }
}

/**
 * base^(digit * 2^(WINDOW * row)) for every digit and row.
 * @param {bigint} base
 */
function rowsOf(base) {
  const rows = [];
  for (let step = base, bits = 0; bits < 256; bits += WINDOW) {
    const row = [1n];
    for (let digit = 1; digit < 2 ** WINDOW; digit += 1) {
      row.push((row[digit - 1] * step) % P);
    }
    step = (row[row.length - 1] * step) % P;
    rows.push(row);
  }
  return rows;
}
