// The parameters of an election: questions, key, fingerprint (sections 4.9, 4.10).
import { array, b64Hash, integer, loads, record, string } from "./encoding.js";
import { BASE58 } from "./credentials.js";
import { Key } from "./elgamal.js";
import { require } from "./errors.js";
import { getGroup } from "./group.js";

const SHORTEST_UUID = 14;

/**
 * Choose between `min` and `max` of the answers, or blank where it is allowed.
 * `choices` counts the numbers that are encrypted: one an answer, and the blank's.
 * @typedef {{question: string, answers: string[], min: number, max: number,
 *   blank: boolean, choices: number}} Question
 */

/** An election as published; `raw` is the exact text that was hashed. */
export class Election {
  /** @param {string} text */
  constructor(text) {
    const fields = record(
      loads(text),
      ...["version", "description", "name", "group", "public_key", "questions", "uuid"],
      ...["administrator?", "credential_authority?"],
    );
    require(fields.version === 1, "InvalidElection", "version 1 expected");
    checkTexts(fields);
    this.raw = text;
    this.name = string(fields.name);
    this.uuid = string(fields.uuid);
    this.group = getGroup(string(fields.group));
    this.publicKey = this.group.decode(fields.public_key);
    this.questions = array(fields.questions).map(readQuestion);
    this.fingerprint = b64Hash(text);
    /** @type {Key | null} */
    this.preparedKey = null;
  }

  /** The public key with its table, made at the first call and kept. */
  get key() {
    this.preparedKey ??= new Key(this.group, this.publicKey);
    return this.preparedKey;
  }

  /**
   * What every proof is bound to: this election and this voter.
   * @param {string} credential
   */
  context(credential) {
    return `${this.fingerprint}|${credential}`;
  }
}

/** @param {Record<string, any>} fields */
function checkTexts(fields) {
  const letters = [...string(fields.uuid)];
  const isUuid =
    letters.length >= SHORTEST_UUID && letters.every((one) => BASE58.includes(one));
  require(isUuid, "InvalidElection", "the uuid is 14 base-58 characters or more");
  for (const name of ["description", "administrator", "credential_authority"]) {
    string(fields[name] ?? "");
  }
  const some = array(fields.questions).length > 0;
  require(some, "InvalidElection", "an election without questions");
}

/**
 * @param {any} value
 * @returns {Question}
 */
function readQuestion(value) {
  const fields = record(value, "answers", "blank?", "min", "max", "question");
  const blank = fields.blank ?? false;
  require(blank ===
    Object.hasOwn(fields, "blank"), "Malformed", "blank is true or absent");
  const answers = array(fields.answers).map(string);
  const [min, max] = [integer(fields.min), integer(fields.max)];
  require(answers.length > 0, "InvalidElection", "a question without answers");
  const bounded = min <= max && max <= answers.length;
  require(bounded, "InvalidElection", "min <= max <= number of answers must hold");
  const choices = answers.length + Number(blank);
  return { question: string(fields.question), answers, min, max, blank, choices };
}

/**
 * The numbers to seal for what a voter chose: the blank flag first where the question
 * has one, then a 0 or 1 for each answer in the order of the ballot.
 * @param {{answers: string[], blank: boolean}} question
 * @param {number[] | "blank"} chosen places of the chosen answers, from 0; or "blank"
 * @returns {number[]}
 */
export function answersFor(question, chosen) {
  const isBlank = chosen === "blank";
  require(!isBlank || question.blank, "InvalidVote", "no blank vote here");
  const places = isBlank ? [] : chosen;
  const known = places.every((place) => Object.hasOwn(question.answers, place));
  require(known, "InvalidVote", "there is no such answer");
  const marks = question.answers.map((_, place) => Number(places.includes(place)));
  return question.blank ? [Number(isBlank), ...marks] : marks;
}
