// The group Ed25519 (format of belenios-tool 2.1 and later).
//
// An element's text is its encoding of RFC 8032 with the bytes reversed: 64 lower-case
// hexadecimal digits. The library reads points; the sums are our own, because tables
// of prepared points and one inversion for many points make a ballot three times
// faster than multiplying one by one.
import { Point } from "@noble/ed25519";
import { Group } from "./algebra.js";
import { fromHex } from "./encoding.js";
import { Refusal, require } from "./errors.js";

const { p: P, n: ORDER, d: D } = Point.CURVE();
const TWICE_D = (2n * D) % P;
const POINT = /^[0-9a-f]{64}$/;
// Bits of the scalar taken at a time by the tables of a fixed base: a table takes some
// 1,400 sums, and then a power 43.
const WINDOW = 6;
const ROWS = 43;

/**
 * A point in extended coordinates: x = X/Z, y = Y/Z, T = XY/Z. The remainders may be
 * negative; they are made positive where a point is written.
 * @typedef {{X: bigint, Y: bigint, Z: bigint, T: bigint}} Extended
 */

/**
 * A point prepared to be added: y + x, y - x, 2dxy.
 * @typedef {{sum: bigint, difference: bigint, product: bigint}} Prepared
 */

/** @type {Extended} */
const IDENTITY = { X: 0n, Y: 1n, Z: 1n, T: 0n };

/** The subgroup of prime order of the twisted Edwards curve Ed25519. */
export class Ed25519 extends Group {
  constructor() {
    super("Ed25519", ORDER, plain(Point.BASE), IDENTITY);
  }

  /**
   * @param {Extended} p
   * @param {Extended} q
   */
  multiply(p, q) {
    const a = ((p.Y - p.X) * (q.Y - q.X)) % P;
    const b = ((p.Y + p.X) * (q.Y + q.X)) % P;
    const c = (((p.T * TWICE_D) % P) * q.T) % P;
    return finish(a, b, c, (2n * p.Z * q.Z) % P);
  }

  /** @param {Extended} p */
  square(p) {
    const a = (p.X * p.X) % P;
    const b = (p.Y * p.Y) % P;
    const c = (2n * p.Z * p.Z) % P;
    const e = (2n * p.X * p.Y) % P;
    const g = b - a;
    const f = g - c;
    const h = -a - b;
    return { X: (e * f) % P, Y: (g * h) % P, Z: (f * g) % P, T: (e * h) % P };
  }

  /**
   * @param {Extended} p
   * @param {Extended} q
   */
  equals(p, q) {
    return (p.X * q.Z - q.X * p.Z) % P === 0n && (p.Y * q.Z - q.Y * p.Z) % P === 0n;
  }

  /** @param {Extended[]} points */
  encodeAll(points) {
    return affine(points).map(({ x, y }) => {
      const encoded = y | ((x & 1n) << 255n);
      return encoded.toString(16).padStart(64, "0");
    });
  }

  /**
   * Read a point of the curve, not yet known to be a member.
   * @param {any} text
   * @param {{identity?: boolean}} [allowed]
   * @returns {Extended}
   */
  read(text, { identity = false } = {}) {
    const isText = typeof text === "string" && POINT.test(text);
    require(isText, "InvalidElement", "64 lower-case hexadecimal digits expected");
    const point = pointOf(fromHex(text).reverse());
    const isIdentity = this.equals(point, IDENTITY);
    require(identity || !isIdentity, "InvalidElement", "the identity");
    return point;
  }

  /**
   * A function that adds prepared multiples of `base`, one a window. Digits are
   * signed: a table has no more than half of them.
   * @param {Extended} base
   */
  fixedBase(base) {
    const rows = this.rowsOf(base);
    return (/** @type {bigint} */ scalar) => {
      let sum = IDENTITY;
      signedDigits(this.reduce(scalar)).forEach((digit, row) => {
        if (digit > 0) sum = add(sum, rows[row][digit]);
        if (digit < 0) sum = subtract(sum, rows[row][-digit]);
      });
      return sum;
    };
  }

  /**
   * digit * 2^(WINDOW * row) times the base, for every row and digit above 0.
   * @param {Extended} base
   */
  rowsOf(base) {
    const rows = [];
    const half = 2 ** (WINDOW - 1);
    for (let row = 0, step = base; row < ROWS; row += 1) {
      const multiples = [IDENTITY];
      for (let digit = 1; digit <= half; digit += 1) {
        multiples.push(this.multiply(multiples[digit - 1], step));
      }
      rows.push(multiples);
      step = this.square(multiples[half]);
    }
    const prepared = affine(rows.flat()).map(prepare);
    return rows.map((_, row) =>
      prepared.slice(row * (half + 1), (row + 1) * (half + 1)),
    );
  }
}

/**
 * @param {bigint} a
 * @param {bigint} b
 * @param {bigint} c
 * @param {bigint} d
 * @returns {Extended}
 */
function finish(a, b, c, d) {
  const e = b - a;
  const f = d - c;
  const g = d + c;
  const h = b + a;
  return { X: (e * f) % P, Y: (g * h) % P, Z: (f * g) % P, T: (e * h) % P };
}

/**
 * @param {Extended} p
 * @param {Prepared} q
 */
function add(p, q) {
  const a = ((p.Y - p.X) * q.difference) % P;
  const b = ((p.Y + p.X) * q.sum) % P;
  return finish(a, b, (p.T * q.product) % P, 2n * p.Z);
}

/**
 * The opposite of a prepared point has sum and difference exchanged.
 * @param {Extended} p
 * @param {Prepared} q
 */
function subtract(p, q) {
  const a = ((p.Y - p.X) * q.sum) % P;
  const b = ((p.Y + p.X) * q.difference) % P;
  return finish(a, b, (-p.T * q.product) % P, 2n * p.Z);
}

/**
 * @param {{x: bigint, y: bigint}} point
 * @returns {Prepared}
 */
function prepare({ x, y }) {
  const product = (((TWICE_D * x) % P) * y) % P;
  return { sum: y + x, difference: y - x, product };
}

/**
 * The affine coordinates of many points for one inversion: that of the product of all
 * Z, from which each is taken back.
 * @param {Extended[]} points
 */
function affine(points) {
  const before = [];
  let product = 1n;
  for (const { Z } of points) {
    before.push(product);
    product = (product * Z) % P;
  }
  let inverse = invert(product);
  const found = new Array(points.length);
  for (let place = points.length - 1; place >= 0; place -= 1) {
    const { X, Y, Z } = points[place];
    const own = (inverse * before[place]) % P;
    inverse = (inverse * Z) % P;
    found[place] = { x: positive((X * own) % P), y: positive((Y * own) % P) };
  }
  return found;
}

/** @param {bigint} number */
const positive = (number) => (number < 0n ? number + P : number);

/**
 * Euclid's algorithm.
 * @param {bigint} number
 */
function invert(number) {
  let [a, b] = [positive(number % P), P];
  let [x, y] = [1n, 0n];
  while (a) {
    const quotient = b / a;
    [a, b] = [b % a, a];
    [x, y] = [y - quotient * x, x];
  }
  return y % P;
}

/**
 * Digits from -2^(WINDOW - 1) + 1 to 2^(WINDOW - 1), the lowest first.
 * @param {bigint} scalar
 */
function signedDigits(scalar) {
  const digits = [];
  const full = 2 ** WINDOW;
  let carry = 0;
  for (let rest = scalar, row = 0; row < ROWS; row += 1) {
    const digit = Number(BigInt.asUintN(WINDOW, rest)) + carry;
    carry = digit > full / 2 ? 1 : 0;
    digits.push(digit - carry * full);
    rest >>= BigInt(WINDOW);
  }
  return digits;
}

/**
 * @param {Uint8Array} bytes
 * @returns {Extended}
 */
function pointOf(bytes) {
  try {
    return plain(Point.fromBytes(bytes));
  } catch {
    throw new Refusal("InvalidElement", "not a point of the curve");
  }
}

/**
 * @param {Point} point
 * @returns {Extended}
 */
function plain({ X, Y, Z, T }) {
  return { X, Y, Z, T };
}
