// The encrypted sum of the ballots that count (section 4.16), as it grows.
import { readCiphertext } from "./elgamal.js";
import { dumps, hexHash, utf8 } from "./encoding.js";
import { writeCount } from "./roll.js";

/** @typedef {import("./elgamal.js").Ciphertext} Ciphertext */

/** The running sum; a later ballot of the same voter replaces the earlier one. */
export class Tally {
  /** @param {import("./election.js").Election} election */
  constructor({ group, questions }) {
    this.group = group;
    const nothing = { alpha: group.identity, beta: group.identity };
    /** @type {Ciphertext[][]} */
    this.sums = questions.map(({ choices }) => Array(choices).fill(nothing));
    this.weight = 0n;
    /** The choices of each voter's last ballot as texts, in case of another vote.
     * @type {Map<string, any[][]>} */
    this.last = new Map();
  }

  /** How many ballots count. */
  get counted() {
    return this.last.size;
  }

  /**
   * @param {string} credential
   * @param {bigint} weight
   * @param {any[][]} choices as they stand in the ballot
   * @param {Ciphertext[][]} ciphertexts the same, read
   */
  replace(credential, weight, choices, ciphertexts) {
    const earlier = this.last.get(credential);
    if (earlier) {
      const read = (/** @type {any} */ choice) => readCiphertext(this.group, choice);
      this.add(
        earlier.map((row) => row.map(read)),
        -weight,
      );
    }
    this.add(ciphertexts, weight);
    this.last.set(credential, choices);
  }

  /**
   * @param {Ciphertext[][]} ciphertexts
   * @param {bigint} weight
   */
  add(ciphertexts, weight) {
    const { group } = this;
    const times = (/** @type {any} */ element) =>
      weight === 1n ? element : group.power(element, weight);
    this.sums = this.sums.map((row, i) =>
      row.map(({ alpha, beta }, j) => ({
        alpha: group.multiply(alpha, times(ciphertexts[i][j].alpha)),
        beta: group.multiply(beta, times(ciphertexts[i][j].beta)),
      })),
    );
    this.weight += weight;
  }

  /** The tally as it must stand on the board, and the counts beside it. */
  texts() {
    const elements = this.sums.flat().flatMap(({ alpha, beta }) => [alpha, beta]);
    const written = this.group.encodeAll(elements);
    const rows = this.sums.map((row) =>
      row.map(() => ({ alpha: written.shift(), beta: written.shift() })),
    );
    const tally = dumps(rows);
    const sized = dumps({
      num_tallied: this.counted,
      total_weight: writeCount(this.weight),
      encrypted_tally: hexHash(utf8(tally)),
    });
    return { tally, sized };
  }
}
