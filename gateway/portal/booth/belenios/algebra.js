// What a group of prime order offers: all is computed through it (section 5).
//
// Elements are opaque. They enter through `decode`, which checks that they are written
// canonically and lie in the subgroup of prime order, or come out of the operations.
// Nothing here runs in constant time: it runs on the voter's own device.
import { sha256 } from "@noble/hashes/sha2.js";
import { bigEndian, decimal, utf8 } from "./encoding.js";
import { require } from "./errors.js";

// Bytes for a scalar: 16 more than the orders have, so that no bias can be measured.
const SCALAR_BYTES = 48;
// Bits of a scalar taken at a time where the base is not fixed.
const WINDOW = 4;

/** @typedef {any} Element */
/** @typedef {(scalar: bigint) => Element} Power */
/** @typedef {(size: number) => Uint8Array} Rng */

/** A cyclic group of prime order, written multiplicatively. */
export class Group {
  /**
   * @param {string} name
   * @param {bigint} order
   * @param {Element} generator
   * @param {Element} identity
   */
  constructor(name, order, generator, identity) {
    this.name = name;
    this.order = order;
    this.generator = generator;
    this.identity = identity;
    /** @type {Power | null} */
    this.tableG = null;
  }

  /**
   * The generator to a scalar. Its table is made at the first call.
   * @param {bigint} scalar
   * @returns {Element}
   */
  powerG(scalar) {
    this.tableG ??= this.fixedBase(this.generator);
    return this.tableG(scalar);
  }

  /**
   * @param {Element[]} elements
   * @returns {Element}
   */
  product(elements) {
    return elements.reduce((a, b) => this.multiply(a, b), this.identity);
  }

  /** @param {Element} element */
  encode(element) {
    return this.encodeAll([element])[0];
  }

  /**
   * Read an element that must be a member and not the identity.
   * @param {any} text
   * @returns {Element}
   */
  decode(text) {
    const element = this.read(text);
    this.memberPowers(element, []);
    return element;
  }

  /**
   * Powers of an element that was only read, and the proof that it is a member: its
   * power to the order is the identity. The squarings are made once for all.
   * @param {Element} element
   * @param {bigint[]} scalars
   */
  memberPowers(element, scalars) {
    const [last, ...powers] = this.powers(element, [this.order, ...scalars]);
    const isMember = this.equals(last, this.identity);
    require(isMember, "InvalidElement", "not in the subgroup of prime order");
    return powers;
  }

  /**
   * One element to many scalars. Every window of a scalar drops the square at hand
   * into the bucket of its digit; the buckets are raised to their digits at the end.
   * @param {Element} element
   * @param {bigint[]} scalars
   * @returns {Element[]}
   */
  powers(element, scalars) {
    const plans = scalars.map(windows);
    const buckets = scalars.map(() => Array(2 ** (WINDOW - 1)).fill(this.identity));
    const length = Math.max(0, ...plans.map((plan) => plan.length));
    for (let bit = 0, square = element; bit < length; bit += 1) {
      plans.forEach((plan, which) => {
        const digit = plan[bit];
        if (digit) this.drop(buckets[which], digit >> 1, square);
      });
      square = this.square(square);
    }
    return buckets.map((one) => this.empty(one));
  }

  /**
   * @param {Element[]} buckets
   * @param {number} place
   * @param {Element} element
   */
  drop(buckets, place, element) {
    buckets[place] = this.multiply(buckets[place], element);
  }

  /**
   * The product of every bucket to its digit, which is 2 * place + 1.
   * @param {Element[]} buckets
   */
  empty(buckets) {
    let running = this.identity;
    let sum = this.identity;
    for (let place = buckets.length - 1; place > 0; place -= 1) {
      running = this.multiply(running, buckets[place]);
      sum = this.multiply(sum, running);
    }
    return this.product([this.square(sum), running, buckets[0]]);
  }

  /**
   * @param {Element} element
   * @param {bigint} scalar
   */
  power(element, scalar) {
    return this.powers(element, [this.reduce(scalar)])[0];
  }

  /**
   * A scalar between 0 and the order.
   * @param {bigint} scalar
   */
  reduce(scalar) {
    const rest = scalar % this.order;
    return rest < 0n ? rest + this.order : rest;
  }

  /**
   * A uniform scalar that is not zero; the bytes are overwritten.
   * @param {Rng} rng
   */
  randomScalar(rng) {
    const bytes = rng(SCALAR_BYTES);
    const scalar = (bigEndian(bytes) % (this.order - 1n)) + 1n;
    bytes.fill(0);
    return scalar;
  }

  /** @param {any} text */
  parseScalar(text) {
    const scalar = decimal(text, "InvalidScalar");
    require(scalar < this.order, "InvalidScalar", "not below the order of the group");
    return scalar;
  }

  /**
   * The rule of every challenge: SHA-256 of the prefix and the elements' texts.
   * @param {string} prefix
   * @param {string[]} texts
   */
  hash(prefix, texts) {
    return bigEndian(sha256(utf8(prefix + texts.join(",")))) % this.order;
  }
}

/**
 * Where the odd digits of a scalar begin: digit by bit, 0 where there is none.
 * @param {bigint} scalar
 */
function windows(scalar) {
  const bits = scalar.toString(2);
  const digits = new Uint8Array(bits.length);
  for (let bit = 0; bit < bits.length; bit += 1) {
    const end = bits.length - bit;
    if (bits[end - 1] === "0") continue;
    digits[bit] = parseInt(bits.slice(Math.max(0, end - WINDOW), end), 2);
    bit += WINDOW - 1;
  }
  return digits;
}
