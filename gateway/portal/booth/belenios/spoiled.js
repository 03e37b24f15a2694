// Cast or challenge: a ballot opened instead of cast shows what it was sealed from.
//
// Whoever has the ballot and its opening encrypts the numbers again and compares.
import { readCiphertexts } from "./ballots.js";
import { array, dumps, integer, loads, record } from "./encoding.js";
import { require } from "./errors.js";

/** @typedef {import("./elgamal.js").Opening} Opening */

/**
 * What opens a ballot, as it is handed over.
 * @param {Opening[][]} openings
 */
export function openingText(openings) {
  return dumps({
    votes: openings.map((row) => row.map(({ message }) => message)),
    randomness: openings.map((row) => row.map(({ randomness }) => String(randomness))),
  });
}

/**
 * @param {import("./election.js").Election} election
 * @param {string} text
 * @returns {Opening[][]}
 */
function readOpening(election, text) {
  const { group, questions } = election;
  const fields = record(loads(text), "votes", "randomness");
  const [votes, randomness] = [fields.votes, fields.randomness].map((rows) =>
    array(rows, questions.length).map((row, i) => array(row, questions[i].choices)),
  );
  return votes.map((row, i) =>
    row.map((cell, j) => ({
      message: readVote(cell),
      randomness: group.parseScalar(randomness[i][j]),
    })),
  );
}

/** @param {any} cell */
function readVote(cell) {
  const vote = integer(cell);
  require(vote <= 1, "Malformed", "a vote is 0 or 1");
  return vote;
}

/**
 * Encrypt again what was opened and compare with the ballot: the votes. The ballot's
 * proofs and signature are not checked.
 * @param {import("./election.js").Election} election
 * @param {string} ballot
 * @param {string} opening
 * @returns {number[][]}
 */
export function checkOpening(election, ballot, opening) {
  const { group, key } = election;
  const openings = readOpening(election, opening);
  const ciphertexts = readCiphertexts(election, ballot);
  openings.forEach((row, i) =>
    row.forEach((opened, j) => {
      const expected = key.encrypt(opened);
      const found = ciphertexts[i][j];
      const same =
        group.equals(found.alpha, expected.alpha) &&
        group.equals(found.beta, expected.beta);
      require(same, "InvalidOpening", `question ${i}, choice ${j}`);
    }),
  );
  return openings.map((row) => row.map(({ message }) => message));
}
