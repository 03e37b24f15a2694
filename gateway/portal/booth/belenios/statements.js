// What the proofs of an answer say, and what they are bound to (4.12, 4.13).
//
// Statements are made alike of what the prover knows (openings) and of where the
// verifier looks (places of ciphertexts): "this holds that value".

/**
 * A choice is 0 or 1.
 * @template T
 * @param {T} choice
 * @returns {[T, number][]}
 */
export const bit = (choice) => [
  [choice, 0],
  [choice, 1],
];

/**
 * Blank and answers exclude each other.
 * @template T
 * @param {T} blank
 * @param {T} total
 * @returns {[T, number][]}
 */
export const eitherZero = (blank, total) => [
  [blank, 0],
  [total, 0],
];

/**
 * The vote is blank, where it may be, or the number of answers is in bounds.
 * @template T
 * @param {import("./election.js").Question} question
 * @param {T} blank
 * @param {T} total
 * @returns {[T, number][]}
 */
export function sums(question, blank, total) {
  /** @type {[T, number][]} */
  const statements = question.blank ? [[blank, 1]] : [];
  for (let value = question.min; value <= question.max; value += 1) {
    statements.push([total, value]);
  }
  return statements;
}

/**
 * What the challenges are bound to: of each choice, of the sum, of the blank.
 * @param {import("./election.js").Question} question
 * @param {string} context
 * @param {string[]} texts alpha and beta of every choice, then of their total
 */
export function prefixesOf(question, context, texts) {
  const pairs = [];
  for (let place = 0; place < texts.length; place += 2) {
    pairs.push(`${texts[place]},${texts[place + 1]}`);
  }
  const total = pairs.pop();
  const whole = `${context}|${pairs.join(",")}`;
  return {
    choices: pairs.map((pair) => `prove|${context}|${pair}|`),
    overall: question.blank ? `bproof1|${whole}|` : `prove|${whole}|${total}|`,
    blank: `bproof0|${whole}|`,
  };
}
