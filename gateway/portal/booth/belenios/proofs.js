// Zero-knowledge proofs: Schnorr's, and that one of several claims is true.
//
// The commitments are not sent but computed again from challenge and response,
// A = g^response * X^challenge, and hashed (sections 4.12 to 4.14). A proof is made in
// two halves, so that the commitments of all proofs are written out together.
import { record } from "./encoding.js";
import { require } from "./errors.js";

/** @typedef {{challenge: bigint, response: bigint}} Proof */
/** "What was encrypted is this value."
 * @typedef {{opening: import("./elgamal.js").Opening, value: number}} Claim */

/**
 * As it stands in every message.
 * @param {Proof} proof
 */
export const writeProof = ({ challenge, response }) => ({
  challenge: String(challenge),
  response: String(response),
});

/**
 * @param {any} group
 * @param {any} value
 * @returns {Proof}
 */
export function readProof(group, value) {
  const fields = record(value, "challenge", "response");
  return {
    challenge: group.parseScalar(fields.challenge),
    response: group.parseScalar(fields.response),
  };
}

/**
 * That one knows the logarithm of g^secret.
 * @param {any} group
 * @param {string} prefix
 * @param {bigint} secret
 * @param {import("./algebra.js").Rng} rng
 * @returns {Proof}
 */
export function proveKnowledge(group, prefix, secret, rng) {
  const w = group.randomScalar(rng);
  const challenge = group.hash(prefix, [group.encode(group.powerG(w))]);
  return { challenge, response: group.reduce(w - secret * challenge) };
}

/**
 * Whether `proveKnowledge` made it; `publicKey` is only known to be read.
 * @param {any} group
 * @param {string} prefix
 * @param {any} publicKey
 * @param {Proof} proof
 */
export function holds(group, prefix, publicKey, { challenge, response }) {
  const [power] = group.memberPowers(publicKey, [challenge]);
  const commitment = group.multiply(group.powerG(response), power);
  return group.hash(prefix, [group.encode(commitment)]) === challenge;
}

/** The proof that one of the claims is true without saying which (section 4.12). */
export class OneOf {
  /**
   * As the randomness is known, every power is one of g or y, even for false claims.
   * @param {import("./elgamal.js").Key} key
   * @param {Claim[]} claims one of them true
   * @param {import("./algebra.js").Rng} rng
   */
  constructor(key, claims, rng) {
    const { group } = key;
    this.group = group;
    this.truth = claims.findIndex(({ opening, value }) => opening.message === value);
    this.secret = claims[this.truth].opening.randomness;
    /** @type {Proof[]} */
    this.answers = claims.map(() => ({
      challenge: group.randomScalar(rng),
      response: group.randomScalar(rng),
    }));
    this.w = group.randomScalar(rng);
    this.commitments = claims.flatMap((claim, place) =>
      place === this.truth
        ? [group.powerG(this.w), key.power(this.w)]
        : simulate(key, claim, this.answers[place]),
    );
  }

  /**
   * The second half: the challenge, and the answer of the true claim to it.
   * @param {string} prefix
   * @param {string[]} commitments as texts
   */
  finish(prefix, commitments) {
    const { group, answers, truth } = this;
    const total = group.hash(prefix, commitments);
    const others = sumOf(answers) - answers[truth].challenge;
    const challenge = group.reduce(total - others);
    const response = group.reduce(this.w - this.secret * challenge);
    return answers.map((answer, place) =>
      writeProof(place === truth ? { challenge, response } : answer),
    );
  }
}

/** @param {Proof[]} proofs */
const sumOf = (proofs) => proofs.reduce((sum, { challenge }) => sum + challenge, 0n);

/**
 * The commitments that fit an answer chosen beforehand.
 * @param {import("./elgamal.js").Key} key
 * @param {Claim} claim
 * @param {Proof} answer
 */
function simulate(key, { opening, value }, { challenge, response }) {
  const { group } = key;
  const exponent = response + opening.randomness * challenge;
  const shift = BigInt(opening.message - value) * challenge;
  return [
    group.powerG(exponent),
    group.multiply(key.power(exponent), group.powerG(shift)),
  ];
}

/**
 * Check that the challenges were drawn after the commitments.
 * @param {any} group
 * @param {string} prefix
 * @param {string[]} commitments as texts
 * @param {Proof[]} proofs
 * @param {string} about what holds when the proof does
 */
export function checkChallenges(group, prefix, commitments, proofs, about) {
  const total = group.reduce(sumOf(proofs));
  require(group.hash(prefix, commitments) === total, "InvalidProof", about);
}
