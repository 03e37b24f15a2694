// Whole boards: those that every verifier must accept, and those it must refuse.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { readRecords } from "../booth/belenios/archive.js";
import { Frontier } from "../booth/belenios/merkle.js";
import { createHandler } from "../booth/belenios/messages.js";
import { verifyBoard } from "../booth/belenios/verification.js";

const FOLDER = fileURLToPath(
  new URL("../../../tests/vectors/belenios/", import.meta.url),
);
// What is wrong with these is the trustees' part, which is left to other verifiers.
const OF_TRUSTEES = ["56-", "58-", "P01-", "P06-", "P10-"];

const archives = (kind) =>
  readdirSync(`${FOLDER}${kind}`).map((name) => [
    name,
    readFileSync(`${FOLDER}${kind}/${name}`),
  ]);
const isOfTrustees = (name) => OF_TRUSTEES.some((start) => name.startsWith(start));

function* inPieces(bytes, size) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

for (const [name, bytes] of archives("accepted")) {
  test(`accepted: ${name}`, async () => {
    const reported = [];
    const progress = (read, ballots) => reported.push([read, ballots]);

    const report = await verifyBoard(inPieces(bytes, 700), { progress });

    assert.deepEqual(report.problems, []);
    assert.equal(report.phase, "done");
    assert.deepEqual(reported.at(-1), [bytes.length, report.counts.ballots]);
  });
}

for (const [name, bytes] of archives("refused")) {
  test(`${isOfTrustees(name) ? "left to others" : "refused"}: ${name}`, async () => {
    const report = await verifyBoard([bytes]);

    assert.equal(report.ok, isOfTrustees(name));
    assert.equal(report.problems.length, report.ok ? 0 : 1);
  });
}

const [, good] = archives("accepted").find(([name]) => name === "ed25519-basic.bel");

test("a board cut short is refused wherever it is cut between events", async () => {
  for (const cut of [0, 100, 512, 600, 1024, good.length - 512, good.length - 1]) {
    const report = await verifyBoard([good.subarray(0, cut)]);
    assert.equal(report.ok, false, `${cut} bytes`);
  }
});

test("no byte of a board can be changed", async () => {
  for (let at = 0; at < good.length; at += 3001) {
    const changed = Uint8Array.from(good);
    changed[at] ^= 1;
    assert.equal((await verifyBoard([changed])).ok, false, `byte ${at}`);
  }
});

const codes = ({ problems }) => problems.map(({ code }) => code);

test("a head that was signed for another board is noticed", async () => {
  const { tree } = await verifyBoard([good]);
  const root = new Uint8Array(32);

  for (const size of [1, tree.size, tree.size + 1]) {
    const report = await verifyBoard([good], { head: { size, root } });
    assert.deepEqual(codes(report), ["InvalidInclusion"]);
  }
});

test("a board may have grown since its head was signed", async () => {
  const tree = new Frontier();
  const heads = [];
  for await (const { body, isEvent } of readRecords([good])) {
    if (isEvent) tree.append(body);
    if (isEvent) heads.push({ size: tree.size, root: tree.root });
  }

  for (const head of [heads[0], heads.at(-2)]) {
    const report = await verifyBoard([good], { head });
    assert.deepEqual(report.problems, []);
  }
});

test("the archive of another board is noticed", async () => {
  const report = await verifyBoard([good], { fingerprint: "of another election" });

  assert.deepEqual(codes(report), ["WrongElection"]);
});

test("a file is checked as it lies there, and a changed one is refused", async () => {
  const handle = createHandler();
  const judged = async (bytes) => {
    const answers = [];
    const asked = { type: "verify-board", file: new Blob([bytes]) };
    await handle(asked, (answer) => answers.push(answer));
    return answers.at(-1);
  };
  const changed = Uint8Array.from(good);
  changed[good.length >> 1] ^= 1;

  assert.equal((await judged(good)).ok, true);
  assert.equal((await judged(changed)).ok, false);
});
