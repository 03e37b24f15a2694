// The same ballots, trees and credentials as Python, byte for byte.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { checkBallot } from "../booth/belenios/ballots.js";
import { derive } from "../booth/belenios/credentials.js";
import { Election } from "../booth/belenios/election.js";
import { fromHex, hex, utf8 } from "../booth/belenios/encoding.js";
import {
  Frontier,
  checkConsistency,
  checkInclusion,
  leafHash,
} from "../booth/belenios/merkle.js";
import { createSealer } from "../booth/belenios/sealer.js";
import { checkOpening } from "../booth/belenios/spoiled.js";
import { seeded } from "./seeded.js";

const read = (name) =>
  JSON.parse(
    readFileSync(new URL(`../../../tests/vectors/portal/${name}`, import.meta.url)),
  );
const ballots = read("ballots.json");
const trees = read("trees.json");

for (const known of ballots) {
  test(`the same randomness makes the same ballot: ${known.name}`, () => {
    const sealer = createSealer(seeded(known.seed));
    sealer.prepare(known.election, known.credential);

    const { ballot, tracker } = sealer.seal("1", known.votes);

    assert.equal(ballot, known.ballot);
    assert.equal(tracker, known.tracker);
    assert.equal(sealer.open("1"), known.opening);
  });

  test(`Python's ballot is accepted, and opens: ${known.name}`, () => {
    const election = new Election(known.election);

    checkBallot(election, known.ballot);
    const votes = checkOpening(election, known.ballot, known.opening);

    assert.deepEqual(votes, known.votes);
  });
}

test("a credential derives the key that the specification's tool derives", () => {
  const { group, uuid } = new Election(ballots.at(-1).election);

  const key = derive(group, uuid, "2NE-fZH-L34-mQx-7YX");

  assert.equal(
    key.secret,
    71731209175603952059112945781766310277737048761943961973172971601346303547849n,
  );
  assert.equal(key.public, ballots.at(-1).public);
});

test("a tree that grows has the roots that Python computes", () => {
  const tree = new Frontier();
  assert.equal(hex(tree.root), trees.empty);

  for (const event of trees.events) {
    tree.append(utf8(event));
    if (trees.roots[tree.size]) assert.equal(hex(tree.root), trees.roots[tree.size]);
  }
});

const head = (size) => ({ size, root: fromHex(trees.roots[size]) });
const pathOf = (proof) => proof.path.map(fromHex);

test("every leaf's path leads to the root, and to no other leaf's place", () => {
  for (const proof of trees.inclusion) {
    const { index, size } = proof;
    const { root } = head(size);
    const leaf = leafHash(utf8(trees.events[index]));
    const check = (at, nodes) => checkInclusion(leaf, at, size, nodes, root);

    check(index, pathOf(proof));

    const refused = { code: "InvalidInclusion" };
    assert.throws(() => check(index + 1, pathOf(proof)), refused);
    assert.throws(() => check(index, [...pathOf(proof), root]), refused);
    if (size > 1) assert.throws(() => check(index, pathOf(proof).slice(1)), refused);
  }
});

test("a tree that only grew is told from one that did not", () => {
  for (const proof of trees.consistency) {
    const [older, newer] = [head(proof.older), head(proof.newer)];
    checkConsistency(older, newer, pathOf(proof));

    const other = { size: older.size, root: leafHash(older.root) };
    const refused = { code: "InvalidInclusion" };
    assert.throws(() => checkConsistency(other, newer, pathOf(proof)), refused);
    assert.throws(
      () => checkConsistency(older, newer, [...pathOf(proof), older.root]),
      refused,
    );
  }
});
