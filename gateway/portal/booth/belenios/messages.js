// What the booth's worker is asked, and answers. Each message is an object with a
// `type`; an `id` that comes with one goes back with its answers.
//
//   {type: "prepare", election, credential, board?}  -> {type: "ready", questions}
//     election: the text exactly as served; board: what the server says of it, of which
//     the fingerprint must fit. questions: {question, answers, min, max, blank, choices}
//   {type: "seal", id, answers}  -> {type: "progress", id, done, total} for each choice,
//                                   {type: "sealed", id, ballot, tracker}
//     answers: for each question what `answersFor` makes: an array of `choices` numbers,
//     the blank flag first where the question has one, then 1 for each chosen answer
//   {type: "open", id}           -> {type: "opened", id, opening}; once for each ballot
//   {type: "check-opening", election, ballot, opening} -> {type: "checked-opening", votes}
//   {type: "verify-inclusion", tracker, inclusion, publicKey?}
//                                -> {type: "inclusion", ok, height, size, root}
//   {type: "verify-consistency", consistency, publicKey?}
//                                -> {type: "consistency", ok, size, root}
//     inclusion, consistency: as the API shows them; publicKey: voting's, where whoever
//     asks knows it already. Where it is not ok, {ok: false, code, message} instead.
//   {type: "verify-board", url, file or chunks, trackers?, treeHead?, fingerprint?}
//                                -> {type: "progress", bytes, ballots} again and again,
//                                   {type: "board", ok, problems, counts, phase, tree,
//                                    head, unchecked, signed?}
//     chunks: the archive's bytes, or texts, in order; file: a Blob of them.
//     treeHead: signed before the archive was fetched, so that a board in use may have
//     grown since; signed: that head, once it held. fingerprint: of the election
//   {type: "discard"}            -> {type: "discarded"}
//   anything that is refused     -> {type: "error", code, message}
import { Election } from "./election.js";
import { hex, utf8 } from "./encoding.js";
import { Refusal, require } from "./errors.js";
import { createSealer } from "./sealer.js";
import { checkOpening } from "./spoiled.js";
import { checkBallotIncluded, checkGrowth, readHead } from "./tree_heads.js";
import { verifyBoard } from "./verification.js";

// Between two reports: often enough to be seen to move.
const PROGRESS_BYTES = 2 ** 14;

/** @typedef {Record<string, any>} Message */
/** @typedef {(message: Message) => void} Reply */

/**
 * What takes messages and replies to them.
 * @param {import("./algebra.js").Rng} [rng]
 * @returns {(message: Message, reply: Reply) => Promise<void>}
 */
export function createHandler(rng) {
  const sealer = createSealer(rng);
  /** @type {Record<string, (asked: Message, reply: Reply) => Message | Promise<Message>>} */
  const handlers = {
    prepare: ({ election, credential, board }) => ({
      type: "ready",
      questions: sealer.prepare(election, credential, board),
    }),
    seal: ({ id, answers }, reply) => {
      const progress = (/** @type {number} */ done, /** @type {number} */ total) =>
        reply({ type: "progress", done, total });
      return { type: "sealed", ...sealer.seal(id, answers, progress) };
    },
    open: ({ id }) => ({ type: "opened", opening: sealer.open(id) }),
    discard: () => {
      sealer.discard();
      return { type: "discarded" };
    },
    "check-opening": ({ election, ballot, opening }) => ({
      type: "checked-opening",
      votes: checkOpening(new Election(election), ballot, opening),
    }),
    "verify-inclusion": ({ tracker, inclusion, publicKey }) =>
      judged("inclusion", () => checkBallotIncluded(tracker, inclusion, publicKey)),
    "verify-consistency": ({ consistency, publicKey }) =>
      judged("consistency", () => checkGrowth(consistency, publicKey)),
    "verify-board": verifyBoardFrom,
  };
  return (message, reply) => handle(handlers, message, reply);
}

/**
 * @param {Record<string, (asked: Message, reply: Reply) => Message | Promise<Message>>} handlers
 * @param {Message} message
 * @param {Reply} reply
 */
async function handle(handlers, message, reply) {
  const send = (/** @type {Message} */ answer) =>
    reply(message.id === undefined ? answer : { ...answer, id: message.id });
  try {
    const known = Object.hasOwn(handlers, String(message.type));
    require(known, "UnknownMessage", String(message.type));
    send(await handlers[message.type](message, send));
  } catch (error) {
    const { code, message: text } = asRefusal(error);
    send({ type: "error", code, message: text });
  }
}

/** @param {unknown} error */
function asRefusal(error) {
  if (error instanceof Refusal) return error;
  // An error of ours; its text may hold anything, so it goes no further.
  return { code: "Internal", message: "Something went wrong on this device" };
}

/**
 * A proof's verdict.
 * @param {string} type
 * @param {() => {size: number, root: Uint8Array}} check
 */
function judged(type, check) {
  try {
    const { root, ...facts } = check();
    return { type, ok: true, ...facts, root: hex(root) };
  } catch (error) {
    const { code, message } = asRefusal(error);
    return { type, ok: false, code, message };
  }
}

/**
 * @param {Message} asked
 * @param {Reply} reply
 */
async function verifyBoardFrom(asked, reply) {
  const { trackers, treeHead, fingerprint } = asked;
  let reported = 0;
  const progress = (/** @type {number} */ bytes, /** @type {number} */ ballots) => {
    if (bytes - reported < PROGRESS_BYTES) return;
    reported = bytes;
    reply({ type: "progress", bytes, ballots });
  };
  const head = treeHead && readHead(treeHead);
  const options = { trackers, head, fingerprint, progress };
  const found = await verifyBoard(await bodyOf(asked), options);
  const signed = head && { size: head.size, key: treeHead.public_key };
  return { type: "board", ...found, ...(found.ok && signed && { signed }) };
}

/** @param {Message} asked */
async function bodyOf({ url, file, chunks }) {
  if (chunks) return chunks.map(bytesOf);
  return file ? streamed(file.stream().getReader()) : fetched(url);
}

/** @param {any} chunk */
const bytesOf = (chunk) =>
  typeof chunk === "string" ? utf8(chunk) : new Uint8Array(chunk);

/** @param {string} url */
async function fetched(url) {
  const response = await fetch(url, { credentials: "omit" }).catch(() => null);
  if (!response?.ok || !response.body) throw new Refusal("Unreachable");
  return streamed(response.body.getReader());
}

/** @param {ReadableStreamDefaultReader<Uint8Array>} reader */
async function* streamed(reader) {
  for (;;) {
    const { value, done } = await reader.read().catch(() => {
      throw new Refusal("Unreachable");
    });
    if (done) return;
    yield value;
  }
}
