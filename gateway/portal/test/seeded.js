// The same bytes again for the same seed, as tests/unit/portal/seeds.py gives them.
import { sha256 } from "@noble/hashes/sha2.js";
import { hex, utf8 } from "../booth/belenios/encoding.js";

/**
 * @param {string} seed
 * @returns {import("../booth/belenios/algebra.js").Rng}
 */
export function seeded(seed) {
  let block = 0;
  let left = "";
  return (size) => {
    while (left.length < 2 * size) {
      left += hex(sha256(utf8(`${seed}:${block}`)));
      block += 1;
    }
    const digits = left.slice(0, 2 * size);
    left = left.slice(2 * size);
    return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  };
}
