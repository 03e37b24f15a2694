// Ballots: made and checked (sections 4.11 to 4.15).
import { checkAnswer, makeAnswer, readAnswer } from "./answers.js";
import { array, b64Hash, dumps, loads, record, string } from "./encoding.js";
import { require } from "./errors.js";
import { holds, proveKnowledge, readProof, writeProof } from "./proofs.js";

/** @typedef {import("./election.js").Election} Election */
/** @typedef {import("./elgamal.js").Opening} Opening */

const FIELDS = ["election_uuid", "election_hash", "credential", "answers"];

/**
 * The 43 characters by which a voter finds the ballot on the board.
 * @param {string} ballot
 */
export const trackerOf = b64Hash;

/**
 * Encrypt, prove and sign a vote: the ballot, and what would open it. Forget the
 * openings once the ballot is cast.
 * @param {Election} election
 * @param {import("./credentials.js").SigningKey} signingKey
 * @param {number[][]} votes for each question a 0 or 1 for each answer, preceded by the
 *   blank flag where the question allows blank
 * @param {import("./algebra.js").Rng} rng
 * @param {(done: number, total: number) => void} [progress]
 * @returns {{ballot: string, openings: Opening[][]}}
 */
export function makeBallot(election, signingKey, votes, rng, progress = () => {}) {
  const { questions } = election;
  const fits = Array.isArray(votes) && votes.length === questions.length;
  require(fits, "InvalidVote", "an array of choices for each question expected");
  const total = questions.reduce((sum, { choices }) => sum + choices, 0);
  let done = 0;
  const step = () => progress((done += 1), total);
  const context = election.context(signingKey.public);
  const made = questions.map((question, i) =>
    makeAnswer(election.key, question, context, votes[i], rng, step),
  );
  const answers = made.map(({ answer }) => answer);
  return {
    ballot: sign(election, signingKey, answers, rng),
    openings: made.map(({ openings }) => openings),
  };
}

/**
 * Put answers into a signed ballot (section 4.14).
 * @param {Election} election
 * @param {import("./credentials.js").SigningKey} signingKey
 * @param {object[]} answers
 * @param {import("./algebra.js").Rng} rng
 */
function sign(election, signingKey, answers, rng) {
  const body = {
    election_uuid: election.uuid,
    election_hash: election.fingerprint,
    credential: signingKey.public,
    answers,
  };
  const hash = b64Hash(dumps(body));
  const { group } = election;
  const proof = proveKnowledge(group, `sig|${hash}|`, signingKey.secret, rng);
  return dumps({ ...body, signature: { hash, proof: writeProof(proof) } });
}

/** @param {string} ballot */
function fieldsOf(ballot) {
  return record(loads(ballot), ...FIELDS, "signature");
}

/**
 * Whose ballot this is, unproven.
 * @param {string} ballot
 */
export const credentialOf = (ballot) => string(fieldsOf(ballot).credential);

/**
 * The encrypted choices by question, as they stand in the ballot.
 * @param {string} ballot
 * @returns {any[][]}
 */
export const choicesOf = (ballot) =>
  fieldsOf(ballot).answers.map((/** @type {any} */ answer) => answer.choices);

/**
 * Check everything about a ballot but that its credential is one of the election's;
 * the encrypted choices, by question.
 * @param {Election} election
 * @param {string} ballot
 */
export function checkBallot(election, ballot) {
  const fields = fieldsOf(ballot);
  checkElection(election, fields);
  checkSignature(election.group, fields);
  const context = election.context(fields.credential);
  const answers = array(fields.answers, election.questions.length);
  return election.questions.map((question, i) =>
    checkAnswer(election.key, question, context, answers[i]),
  );
}

/**
 * The ciphertexts of a ballot; no proof is checked.
 * @param {Election} election
 * @param {string} ballot
 */
export function readCiphertexts(election, ballot) {
  const answers = array(fieldsOf(ballot).answers, election.questions.length);
  return election.questions.map(
    (question, i) => readAnswer(election.group, question, answers[i]).ciphertexts,
  );
}

/**
 * @param {Election} election
 * @param {Record<string, any>} fields
 */
function checkElection(election, fields) {
  require(fields.election_uuid === election.uuid, "WrongElection", "another uuid");
  const same = fields.election_hash === election.fingerprint;
  require(same, "WrongElection", "another fingerprint");
}

/**
 * @param {any} group
 * @param {Record<string, any>} fields
 */
function checkSignature(group, fields) {
  const signature = record(fields.signature, "hash", "proof");
  const body = Object.fromEntries(FIELDS.map((name) => [name, fields[name]]));
  const hash = b64Hash(dumps(body));
  require(signature.hash === hash, "InvalidSignature", "it signs another content");
  const publicKey = group.read(string(fields.credential));
  const proof = readProof(group, signature.proof);
  require(holds(group, `sig|${hash}|`, publicKey, proof), "InvalidSignature");
}
