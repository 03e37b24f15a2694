// The Merkle tree of RFC 6962 over the events of a board, in order of height.
//
// Leaf number h is the event at height h, as the archive holds it. Hashes are bytes; a
// proof is a list of them.
import { sha256 } from "@noble/hashes/sha2.js";
import { hex } from "./encoding.js";
import { require } from "./errors.js";

const LONGEST_PATH = 64;

/**
 * @param {number} kind 0 for a leaf, 1 for a node
 * @param {Uint8Array[]} parts
 */
function hashOf(kind, ...parts) {
  const digest = sha256.create().update(Uint8Array.of(kind));
  for (const part of parts) digest.update(part);
  return digest.digest();
}

/** @param {Uint8Array} event */
export const leafHash = (event) => hashOf(0, event);

/**
 * @param {Uint8Array} left
 * @param {Uint8Array} right
 */
const nodeHash = (left, right) => hashOf(1, left, right);

/**
 * @param {Uint8Array} a
 * @param {Uint8Array} b
 */
const same = (a, b) => hex(a) === hex(b);

/** A tree that only grows: its head, in as many hashes as its size has bits. */
export class Frontier {
  constructor() {
    this.size = 0;
    /** @type {Uint8Array[]} */
    this.peaks = [];
  }

  /** @param {Uint8Array} event */
  append(event) {
    let node = leafHash(event);
    for (let size = this.size; size % 2 === 1; size = (size - 1) / 2) {
      node = nodeHash(/** @type {Uint8Array} */ (this.peaks.pop()), node);
    }
    this.peaks.push(node);
    this.size += 1;
  }

  /** The root over all leaves so far. */
  get root() {
    if (this.size === 0) return sha256(new Uint8Array());
    return this.peaks.reduceRight((right, left) => nodeHash(left, right));
  }
}

/**
 * The largest power of two below `size`: how many leaves lie to the left.
 * @param {number} size at least 2
 */
function halfOf(size) {
  let half = 1;
  while (2 * half < size) half *= 2;
  return half;
}

/** @param {Uint8Array[]} path */
function limited(path) {
  require(path.length <= LONGEST_PATH, "InvalidInclusion", "the path is too long");
  return [...path];
}

/** @param {Uint8Array[]} path */
function next(path) {
  const node = path.pop();
  require(node !== undefined, "InvalidInclusion", "the path is too short");
  return node;
}

/**
 * Check that a leaf hash is number `index` of the `size` below `root`.
 * @param {Uint8Array} leaf
 * @param {number} index
 * @param {number} size
 * @param {Uint8Array[]} path
 * @param {Uint8Array} root
 */
export function checkInclusion(leaf, index, size, path, root) {
  const exists = index >= 0 && index < size;
  require(exists, "InvalidInclusion", "there is no such leaf");
  const found = climb(leaf, index, size, limited(path));
  require(same(found, root), "InvalidInclusion", "the path leads elsewhere");
}

/**
 * @param {Uint8Array} leaf
 * @param {number} index
 * @param {number} size
 * @param {Uint8Array[]} path
 * @returns {Uint8Array}
 */
function climb(leaf, index, size, path) {
  if (size === 1) {
    require(path.length === 0, "InvalidInclusion", "the path is too long");
    return leaf;
  }
  const half = halfOf(size);
  const sibling = next(path);
  if (index < half) return nodeHash(climb(leaf, index, half, path), sibling);
  return nodeHash(sibling, climb(leaf, index - half, size - half, path));
}

/** @typedef {{size: number, root: Uint8Array}} TreeHead */

/**
 * Check that the tree of `newer` is that of `older` with leaves added.
 * @param {TreeHead} older
 * @param {TreeHead} newer
 * @param {Uint8Array[]} path
 */
export function checkConsistency(older, newer, path) {
  const grows = older.size > 0 && older.size <= newer.size;
  require(grows, "InvalidInclusion", "a tree does not shrink, nor begin empty");
  const rest = limited(path);
  const [before, after] = regrow(older.root, older.size, newer.size, rest, true);
  const fits = same(before, older.root) && same(after, newer.root) && rest.length === 0;
  require(fits, "InvalidInclusion", "the newer tree is not the older one grown");
}

/**
 * The roots of both trees, made of the path; `known` is the older one's.
 * @param {Uint8Array} known
 * @param {number} older
 * @param {number} newer
 * @param {Uint8Array[]} path
 * @param {boolean} whole whether the older root is the node at hand
 * @returns {[Uint8Array, Uint8Array]}
 */
function regrow(known, older, newer, path, whole) {
  if (older === newer) {
    const node = whole ? known : next(path);
    return [node, node];
  }
  const half = halfOf(newer);
  const sibling = next(path);
  if (older <= half) {
    const [before, after] = regrow(known, older, half, path, whole);
    return [before, nodeHash(after, sibling)];
  }
  const [before, after] = regrow(known, older - half, newer - half, path, false);
  return [nodeHash(sibling, before), nodeHash(sibling, after)];
}
