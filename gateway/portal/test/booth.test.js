// The parts that a booth is made of: credentials, choices, canonical JSON, groups.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Point } from "@noble/ed25519";
import { BASE58, derive, normaliseCredential } from "../booth/belenios/credentials.js";
import { Election, answersFor } from "../booth/belenios/election.js";
import { dumps, fromHex, hex, loads, record } from "../booth/belenios/encoding.js";
import { getGroup } from "../booth/belenios/group.js";
import { createHandler } from "../booth/belenios/messages.js";
import { seeded } from "./seeded.js";

const CREDENTIAL = "2NE-fZH-L34-mQx-7YX";
const refused = (code) => ({ name: "Refusal", code });
const rng = () => seeded("booth");

function electionText(changes = {}) {
  return dumps({
    version: 1,
    description: "",
    name: "Primary",
    group: "Ed25519",
    public_key: getGroup("Ed25519").encode(getGroup("Ed25519").powerG(5n)),
    questions: [
      { answers: ["A", "B", "C"], blank: true, min: 1, max: 2, question: "?" },
    ],
    uuid: "11111111111111",
    ...changes,
  });
}

async function ask(handle, message) {
  const answers = [];
  await handle(message, (answer) => answers.push(answer));
  return answers;
}

async function prepared() {
  const handle = createHandler(rng());
  const election = electionText();
  await ask(handle, { type: "prepare", election, credential: CREDENTIAL });
  return handle;
}

test("a credential is read with any dashes and spaces", () => {
  for (const typed of ["2NEfZHL34mQx7YX", " 2NE–fZH−L34 mQx\u00a07YX\n", CREDENTIAL]) {
    assert.equal(normaliseCredential(typed), CREDENTIAL);
  }
});

test("a mistyped credential is refused", () => {
  for (const typed of [
    "",
    "2NE-fZH-L34-mQx-7Y",
    "2NE-fZH-L34-mQx-7YO",
    "2NE-fZH-L34-mQx-7YY",
  ]) {
    assert.throws(() => normaliseCredential(typed), refused("InvalidCredential"));
  }
  for (let place = 0; place < CREDENTIAL.length; place += 1) {
    if (CREDENTIAL[place] === "-") continue;
    const other = BASE58[(BASE58.indexOf(CREDENTIAL[place]) + 1) % BASE58.length];
    const typed = CREDENTIAL.slice(0, place) + other + CREDENTIAL.slice(place + 1);
    assert.throws(() => normaliseCredential(typed), refused("InvalidCredential"));
  }
});

test("a credential is another key in another election", () => {
  const group = getGroup("Ed25519");

  const keys = ["11111111111111", "11111111111112"].map((uuid) =>
    derive(group, uuid, CREDENTIAL),
  );

  assert.notEqual(keys[0].public, keys[1].public);
});

test("choices become the numbers that the question asks for", () => {
  const answers = ["A", "B", "C"];
  assert.deepEqual(answersFor({ answers, blank: false }, [2, 0]), [1, 0, 1]);
  assert.deepEqual(answersFor({ answers, blank: true }, [1]), [0, 0, 1, 0]);
  assert.deepEqual(answersFor({ answers, blank: true }, "blank"), [1, 0, 0, 0]);
  assert.deepEqual(answersFor({ answers, blank: true }, []), [0, 0, 0, 0]);
  assert.throws(
    () => answersFor({ answers, blank: false }, "blank"),
    refused("InvalidVote"),
  );
  assert.throws(
    () => answersFor({ answers, blank: true }, [3]),
    refused("InvalidVote"),
  );
});

test("a message has one spelling", () => {
  for (const text of ['{"a":1}', '["\\u007f","\\n","Ә\u2028"]', "[1,-1,true,null]"]) {
    assert.equal(dumps(loads(text)), text);
  }
  const others = [
    '{"a": 1}',
    '{"a":1,"a":1}',
    '"\\u0041"',
    "1.0",
    "1e3",
    "01",
    "[1,]",
    "",
  ];
  for (const text of [...others, "9007199254740993", '"\x7f"']) {
    assert.throws(() => loads(text), refused("Malformed"), text);
  }
});

test("an object has its keys in their order and no others", () => {
  record({ a: 1, c: 2 }, "a", "b?", "c");
  for (const value of [{ c: 1, a: 2 }, { a: 1 }, { a: 1, c: 2, d: 3 }, [], null, "a"]) {
    assert.throws(() => record(value, "a", "b?", "c"), refused("Malformed"));
  }
});

for (const name of ["Ed25519", "BELENIOS-2048"]) {
  const group = getGroup(name);
  const encode = (element) => group.encode(element);

  test(`powers obey the laws of a group of prime order: ${name}`, () => {
    const random = rng();
    const power = group.fixedBase(group.powerG(3n));
    for (let round = 0; round < 5; round += 1) {
      const [a, b] = [group.randomScalar(random), group.randomScalar(random)];
      const sum = encode(group.powerG(a + b));
      assert.equal(encode(group.multiply(group.powerG(a), group.powerG(b))), sum);
      assert.equal(encode(power(a)), encode(group.powerG(3n * a)));
      const [one, two] = group.powers(group.powerG(b), [a, group.reduce(-a)]);
      assert.equal(encode(one), encode(group.powerG(a * b)));
      assert.ok(group.equals(group.multiply(one, two), group.identity));
    }
  });

  test(`the edges of the scalars are computed right: ${name}`, () => {
    const { order, generator, identity } = group;
    for (const scalar of [0n, order, -order]) {
      assert.ok(group.equals(group.powerG(scalar), identity));
      assert.ok(group.equals(group.power(generator, scalar), identity));
    }
    for (const scalar of [1n, 2n, 31n, 32n, 33n, 63n, 64n, 2n ** 200n, order - 1n]) {
      const power = encode(group.power(generator, scalar));
      assert.equal(encode(group.powerG(scalar)), power);
    }
    assert.equal(encode(group.powerG(order + 1n)), encode(generator));
  });
}

test("sums on the curve are those of the library", () => {
  const group = getGroup("Ed25519");
  const random = rng();
  for (let round = 0; round < 10; round += 1) {
    const scalar = group.randomScalar(random);
    const expected = hex(fromHex(Point.BASE.multiply(scalar).toHex()).reverse());
    assert.equal(group.encode(group.powerG(scalar)), expected);
    assert.ok(group.equals(group.decode(expected), group.powerG(scalar)));
  }
});

test("parameters against the rules are no election", () => {
  const question = { answers: ["A"], min: 0, max: 1, question: "?" };
  const cases = [
    [{ version: 2 }, "InvalidElection"],
    [{ group: "P-256" }, "UnknownGroup"],
    [{ group: "toString" }, "UnknownGroup"],
    [{ public_key: `${"0".repeat(63)}1` }, "InvalidElement"],
    [{ questions: [] }, "InvalidElection"],
    [{ questions: [{ ...question, max: 2 }] }, "InvalidElection"],
    [{ questions: [{ ...question, min: -1 }] }, "Malformed"],
    [{ questions: [{ ...question, answers: [] }] }, "InvalidElection"],
    [
      { questions: [{ answers: ["A"], blank: false, min: 0, max: 1, question: "?" }] },
      "Malformed",
    ],
    [{ uuid: "short" }, "InvalidElection"],
    [{ extra: "" }, "Malformed"],
  ];
  for (const [changes, code] of cases) {
    assert.throws(() => new Election(electionText(changes)), refused(code));
  }
});

test("a worker seals, opens once, and forgets", async () => {
  const handle = await prepared();

  const sealed = await ask(handle, { type: "seal", id: "b", answers: [[0, 1, 0, 1]] });
  const [opened] = await ask(handle, { type: "open", id: "b" });
  const [again] = await ask(handle, { type: "open", id: "b" });

  assert.deepEqual(
    sealed.slice(0, -1),
    [1, 2, 3, 4].map((done) => ({ type: "progress", done, total: 4, id: "b" })),
  );
  assert.equal(sealed.at(-1).type, "sealed");
  assert.equal(sealed.at(-1).tracker.length, 43);
  assert.deepEqual(JSON.parse(opened.opening).votes, [[0, 1, 0, 1]]);
  assert.deepEqual([again.type, again.code, again.id], ["error", "UnknownBallot", "b"]);
});

test("nothing is left after a discard", async () => {
  const handle = await prepared();
  await ask(handle, { type: "seal", id: 1, answers: [[1, 0, 0, 0]] });

  const [gone] = await ask(handle, { type: "discard" });
  const [opened] = await ask(handle, { type: "open", id: 1 });
  const [sealed] = await ask(handle, { type: "seal", id: 1, answers: [[1, 0, 0, 0]] });

  assert.equal(gone.type, "discarded");
  assert.equal(opened.code, "UnknownBallot");
  assert.equal(sealed.code, "NotPrepared");
});

test("votes that the question does not allow are not sealed", async () => {
  const handle = await prepared();
  const votes = [
    [[0, 0, 0, 0]],
    [[0, 1, 1, 1]],
    [[1, 1, 0, 0]],
    [[0, 2, 0, 0]],
    [[0, 1, 0]],
    [[0, true, 0, 0]],
    [],
    [
      [1, 0, 0, 0],
      [1, 0, 0, 0],
    ],
  ];
  for (const answers of votes) {
    const [answer] = await ask(handle, { type: "seal", id: 1, answers });
    assert.deepEqual([answer.type, answer.code], ["error", "InvalidVote"]);
  }
});

test("an election that is not the board's is not prepared", async () => {
  const handle = createHandler();
  const election = electionText();
  const board = { fingerprint: "another" };

  const [wrong] = await ask(handle, {
    type: "prepare",
    election,
    credential: CREDENTIAL,
    board,
  });
  const [sealed] = await ask(handle, { type: "seal", id: 1, answers: [[1, 0, 0, 0]] });

  assert.deepEqual([wrong.type, wrong.code], ["error", "WrongElection"]);
  assert.equal(sealed.code, "NotPrepared");
});

test("what is not understood is said, and what is ours is not shown", async () => {
  const handle = createHandler();

  const [unknown] = await ask(handle, { type: "toString", id: 3 });
  const [broken] = await ask(handle, { type: "prepare", election: electionText() });
  const [away] = await ask(handle, {
    type: "verify-board",
    url: "http://127.0.0.1:1/",
  });

  assert.deepEqual([unknown.code, unknown.id], ["UnknownMessage", 3]);
  assert.equal(broken.code, "Internal");
  assert.equal(away.code, "Unreachable");
});
