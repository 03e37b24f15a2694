// What voting says of a board's tree, checked: signed heads, inclusion, growth.
import { hashes, verify } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";
import {
  array,
  fromBase64,
  hex,
  integer,
  loads,
  readHash,
  record,
  utf8,
} from "./encoding.js";
import { readEvent } from "./events.js";
import { require } from "./errors.js";
import { checkConsistency, checkInclusion, leafHash } from "./merkle.js";

hashes.sha512 = sha512;

/** A head as voting shows it.
 * @typedef {{size: number, root: string, signed: string, signature: string,
 *   public_key: string}} SignedHead */

/**
 * Check a head's signature, and that what is shown is what was signed.
 * @param {SignedHead} head
 * @param {string} [publicKey] in base64: the key that whoever asks knows voting by
 * @returns {import("./merkle.js").TreeHead}
 */
export function readHead(head, publicKey = head.public_key) {
  require(publicKey === head.public_key, "InvalidSignature", "another key");
  const signed = isSigned(head);
  require(signed, "InvalidSignature", "the tree's head is not signed so");
  const fields = record(loads(head.signed), "tree_size", "root");
  const size = integer(fields.tree_size);
  const shown = size === head.size && fields.root === head.root;
  require(shown, "InvalidInclusion", "another head was signed");
  return { size, root: readHash(fields.root) };
}

/** @param {SignedHead} head */
function isSigned(head) {
  const [signature, key] = [fromBase64(head.signature), fromBase64(head.public_key)];
  try {
    return verify(signature, utf8(head.signed), key, { zip215: false });
  } catch {
    return false;
  }
}

/**
 * Check that a ballot is on the board: its tracker is what the event names, the event
 * is a leaf of the tree, the head of the tree is signed.
 * @param {string} tracker what the voter noted, 43 characters
 * @param {{event: string, height: number, path: string[], tree_head: SignedHead}} shown
 *   as voting answers
 * @param {string} [publicKey]
 * @returns {import("./merkle.js").TreeHead & {height: number}}
 */
export function checkBallotIncluded(tracker, shown, publicKey) {
  const head = readHead(shown.tree_head, publicKey);
  const event = readEvent(shown.event);
  const isBallot = event.type === "Ballot" && event.height === shown.height;
  require(isBallot, "InvalidInclusion", "the event is another");
  const named = event.payload === hex(fromBase64(tracker));
  require(named, "InvalidInclusion", "the event names another ballot");
  const leaf = leafHash(utf8(shown.event));
  checkInclusion(leaf, event.height, head.size, readPath(shown.path), head.root);
  return { ...head, height: event.height };
}

/**
 * Check that a board has only grown between two heads; the newer.
 * @param {{older: SignedHead, newer: SignedHead, path: string[]}} shown
 * @param {string} [publicKey]
 */
export function checkGrowth(shown, publicKey) {
  const older = readHead(shown.older, publicKey);
  const newer = readHead(shown.newer, shown.older.public_key);
  checkConsistency(older, newer, readPath(shown.path));
  return newer;
}

/** @param {any} path */
const readPath = (path) => array(path).map(readHash);
