// What goes wrong here, by the codes that the server's own verifier uses.

/** @type {Record<string, string>} */
const MESSAGES = {
  Malformed: "The text is not in the canonical form of the format",
  InvalidElement: "The text does not name an element of the group",
  InvalidScalar: "The text is not an integer below the order of the group",
  UnknownGroup: "The group is not one that is known here",
  InvalidCredential: "The credential has a wrong length, character or check digit",
  InvalidVote: "The choices are not ones that the question allows",
  InvalidElection: "The election's parameters are not valid",
  InvalidProof: "A proof does not hold",
  InvalidSignature: "A signature does not hold",
  WrongElection: "This belongs to another election",
  UnknownCredential: "The ballot's credential is not one of this election's",
  RepeatedBallot: "The same ballot is already on the board",
  InvalidTally: "The encrypted tally is not the sum of the ballots that count",
  InvalidBoard: "The board breaks the rules of its format",
  InvalidInclusion: "The Merkle proof does not hold",
  InvalidOpening: "The ballot is not an encryption of what was opened",
  NotPrepared: "No election is prepared",
  UnknownBallot: "There is no such sealed ballot, or it was forgotten",
  UnknownMessage: "The message is not understood",
  Unreachable: "The board could not be fetched",
};

/** The data are refused; `code` is stable, `detail` says where or why. */
export class Refusal extends Error {
  /**
   * @param {string} code one of the keys of MESSAGES
   * @param {string} [detail]
   */
  constructor(code, detail = "") {
    super(detail ? `${MESSAGES[code]}: ${detail}` : MESSAGES[code]);
    this.name = "Refusal";
    this.code = code;
    this.detail = detail;
  }
}

/**
 * Raise a refusal unless `holds`.
 * @param {unknown} holds
 * @param {string} code
 * @param {string} [detail]
 * @returns {asserts holds}
 */
export function require(holds, code, detail) {
  if (!holds) throw new Refusal(code, detail);
}
