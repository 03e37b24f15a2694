// One question's answer: encrypted choices and their proofs (4.11 to 4.13).
//
// Each choice is proven to be 0 or 1. Their sum is proven to lie between min and max;
// where a blank vote is allowed, that blank and the sum exclude each other, and that
// the sum is in its bounds unless blank is chosen.
import { combineAll, readCiphertext } from "./elgamal.js";
import { array, record } from "./encoding.js";
import { require } from "./errors.js";
import { OneOf, checkChallenges, readProof } from "./proofs.js";
import { bit, eitherZero, prefixesOf, sums } from "./statements.js";

/** @typedef {import("./elgamal.js").Ciphertext} Ciphertext */
/** @typedef {import("./elgamal.js").Opening} Opening */
/** @typedef {import("./election.js").Question} Question */
/** @typedef {import("./proofs.js").Proof} Proof */

/**
 * Encrypt a vote and prove it valid. Whoever has the openings reads the vote.
 * @param {import("./elgamal.js").Key} key
 * @param {Question} question
 * @param {string} context
 * @param {number[]} vote
 * @param {import("./algebra.js").Rng} rng
 * @param {() => void} step called for each choice
 * @returns {{answer: object, openings: Opening[]}}
 */
export function makeAnswer(key, question, context, vote, rng, step) {
  checkVote(question, vote);
  const { group } = key;
  const openings = vote.map((message) => ({
    message,
    randomness: group.randomScalar(rng),
  }));
  const ciphertexts = openings.map((opening) => key.encrypt(opening));
  const begun = beginProofs(key, question, openings, rng, step);
  const total = combineAll(group, ciphertexts.slice(Number(question.blank)));
  const texts = group.encodeAll([
    ...[...ciphertexts, total].flatMap(({ alpha, beta }) => [alpha, beta]),
    ...begun.flatMap(({ commitments }) => commitments),
  ]);
  return { answer: finishAnswer(question, context, begun, texts), openings };
}

/**
 * @param {import("./elgamal.js").Key} key
 * @param {Question} question
 * @param {Opening[]} openings
 * @param {import("./algebra.js").Rng} rng
 * @param {() => void} step
 */
function beginProofs(key, question, openings, rng, step) {
  const prove = (/** @type {[Opening, number][]} */ statements) =>
    new OneOf(
      key,
      statements.map(([opening, value]) => ({ opening, value })),
      rng,
    );
  const blank = openings[0];
  const total = addUp(openings.slice(Number(question.blank)));
  const begun = openings.map((opening) => {
    step();
    return prove(bit(opening));
  });
  begun.push(prove(sums(question, blank, total)));
  if (question.blank) begun.push(prove(eitherZero(blank, total)));
  return begun;
}

/**
 * The answer as it stands in the ballot.
 * @param {Question} question
 * @param {string} context
 * @param {OneOf[]} begun
 * @param {string[]} texts of the ciphertexts, their total and all commitments
 */
function finishAnswer(question, context, begun, texts) {
  const pairs = texts.splice(0, 2 * (question.choices + 1));
  const prefixes = prefixesOf(question, context, pairs);
  const finish = (/** @type {OneOf} */ proof, /** @type {string} */ prefix) =>
    proof.finish(prefix, texts.splice(0, proof.commitments.length));
  const [individual, [overall, blank]] = split(begun, question.choices);
  return {
    choices: prefixes.choices.map((_, place) => ({
      alpha: pairs[2 * place],
      beta: pairs[2 * place + 1],
    })),
    individual_proofs: individual.map((proof, i) => finish(proof, prefixes.choices[i])),
    overall_proof: finish(overall, prefixes.overall),
    ...(blank && { blank_proof: finish(blank, prefixes.blank) }),
  };
}

/**
 * @template T
 * @param {T[]} items
 * @param {number} at
 */
const split = (items, at) => [items.slice(0, at), items.slice(at)];

/**
 * @param {Opening[]} openings
 * @returns {Opening}
 */
function addUp(openings) {
  return {
    message: openings.reduce((sum, { message }) => sum + message, 0),
    randomness: openings.reduce((sum, { randomness }) => sum + randomness, 0n),
  };
}

/**
 * @param {Question} question
 * @param {number[]} vote
 */
function checkVote(question, vote) {
  const isVote =
    Array.isArray(vote) &&
    vote.length === question.choices &&
    vote.every((number) => number === 0 || number === 1);
  require(isVote, "InvalidVote", "a 0 or 1 for each choice expected");
  const blank = question.blank && vote[0] === 1;
  const total = vote.slice(Number(question.blank)).reduce((sum, mark) => sum + mark, 0);
  require(!blank || total === 0, "InvalidVote", "blank excludes every answer");
  const bounded = blank || (question.min <= total && total <= question.max);
  require(bounded, "InvalidVote", `from ${question.min} to ${question.max} answers`);
}

/**
 * The ciphertexts of an answer, read but not known to be members, and its proofs.
 * @param {any} group
 * @param {Question} question
 * @param {any} value
 */
export function readAnswer(group, question, value) {
  const names = ["choices", "individual_proofs", "overall_proof"];
  const fields = record(value, ...names, ...(question.blank ? ["blank_proof"] : []));
  const proofs = (/** @type {any} */ list, /** @type {number} */ length) =>
    array(list, length).map((proof) => readProof(group, proof));
  const individual = array(fields.individual_proofs, question.choices);
  const branches = question.max - question.min + 1 + Number(question.blank);
  return {
    ciphertexts: array(fields.choices, question.choices).map((choice) =>
      readCiphertext(group, choice),
    ),
    individual: individual.map((list) => proofs(list, 2)),
    overall: proofs(fields.overall_proof, branches),
    blank: question.blank ? proofs(fields.blank_proof, 2) : null,
  };
}

/**
 * Check all proofs of an answer; the encrypted choices.
 * @param {import("./elgamal.js").Key} key
 * @param {Question} question
 * @param {string} context
 * @param {any} value
 * @returns {Ciphertext[]}
 */
export function checkAnswer(key, question, context, value) {
  const { group } = key;
  const answer = readAnswer(group, question, value);
  const total = combineAll(group, answer.ciphertexts.slice(Number(question.blank)));
  const ciphertexts = [...answer.ciphertexts, total];
  const received = receivedProofs(question, answer);
  const commitments = commit(key, ciphertexts, received);
  const texts = group.encodeAll([
    ...ciphertexts.flatMap(({ alpha, beta }) => [alpha, beta]),
    ...commitments,
  ]);
  const pairs = texts.splice(0, 2 * ciphertexts.length);
  const prefixes = prefixesOf(question, context, pairs);
  const inOrder = [...prefixes.choices, prefixes.overall, prefixes.blank];
  received.forEach(({ about, proofs }, i) => {
    const own = texts.splice(0, 2 * proofs.length);
    checkChallenges(group, inOrder[i], own, proofs, about);
  });
  return answer.ciphertexts;
}

/** A proof with what it must prove of the ciphertexts at these places.
 * @typedef {{about: string, statements: [number, number][], proofs: Proof[]}} Received */

/**
 * @param {Question} question
 * @param {ReturnType<typeof readAnswer>} answer
 * @returns {Received[]}
 */
function receivedProofs(question, { individual, overall, blank }) {
  const total = question.choices;
  /** @type {Received[]} */
  const received = individual.map((proofs, place) => ({
    about: `choice ${place} is 0 or 1`,
    statements: bit(place),
    proofs,
  }));
  const about = "the number of answers";
  received.push({ about, statements: sums(question, 0, total), proofs: overall });
  if (blank) {
    const excludes = "blank excludes every answer";
    received.push({ about: excludes, statements: eitherZero(0, total), proofs: blank });
  }
  return received;
}

/**
 * A = g^r alpha^c and B = y^r (beta / g^value)^c for every part of every proof.
 * @param {import("./elgamal.js").Key} key
 * @param {Ciphertext[]} ciphertexts
 * @param {Received[]} received
 */
function commit(key, ciphertexts, received) {
  const { group } = key;
  const parts = received.flatMap(({ statements, proofs }) =>
    statements.map(([place, value], i) => ({ place, value, ...proofs[i] })),
  );
  const powers = ciphertexts.map((ciphertext, place) => {
    const own = parts.filter((part) => part.place === place);
    return powersOf(
      group,
      ciphertext,
      own.map(({ challenge }) => challenge),
    );
  });
  return parts.flatMap(({ place, value, challenge, response }) => {
    const { alpha, beta } = powers[place];
    const shifted = key.power(response);
    const shift = value ? group.powerG(BigInt(-value) * challenge) : group.identity;
    return [
      group.multiply(group.powerG(response), alpha.shift()),
      group.multiply(group.multiply(shifted, shift), beta.shift()),
    ];
  });
}

/**
 * Both halves to every challenge; refused where one is no member.
 * @param {any} group
 * @param {Ciphertext} ciphertext
 * @param {bigint[]} challenges
 */
function powersOf(group, { alpha, beta }, challenges) {
  return {
    alpha: group.memberPowers(alpha, challenges),
    beta: group.memberPowers(beta, challenges),
  };
}
