// Checking a tracker: what the server says of it is proven in this browser, against the
// signed head of the board's tree. The address of a receipt's QR code brings the
// tracker behind #, which is never sent by itself.

import { Api, Problem } from "./ui/api.js";
import { Page } from "./ui/page.js";
import { Sealer } from "./ui/sealer.js";
import { inGroups } from "./ui/times.js";
import { View, fill, one } from "./ui/view.js";

const page = new Page(document);
const view = new View(page, (error) => failed(error));
const api = new Api(page.facts.api, () => {});
/** @type {Sealer | null} */
let sealer = null;

function begin() {
  const given = new URLSearchParams(location.hash.slice(1));
  input("tracker").value ||= inGroups(given.get("tracker") ?? "");
  view.wire(document, { check: () => check() });
  if (input("tracker").value) check().catch(failed);
}

async function check() {
  const tracker = input("tracker").value.replace(/\s/g, "");
  if (!/^[A-Za-z0-9+/]{43}$/.test(tracker)) {
    return answer("unreadable", tracker);
  }
  const { said } = await api.get(`/trackers/${tracker}`);
  answer(said.status, tracker);
  if (said.status === "recorded" || said.status === "replaced") {
    const board = encodeURIComponent(said.board);
    await prove(`/boards/${board}/ballots/${tracker}/inclusion`, tracker);
  }
}

/** @param {string} status @param {string} tracker */
function answer(status, tracker) {
  view.show(`status-${status}`, { slots: { tracker: inGroups(tracker) } });
}

/** @param {string} path @param {string} tracker */
async function prove(path, tracker) {
  const { said } = await api.get(path);
  sealer ??= new Sealer(page.facts.worker);
  const { ok } = await sealer.verifyInclusion(tracker, said);
  const proof = page.copy(ok ? "proven" : "not-proven");
  const { size, root, signature, public_key } = said.tree_head;
  const facts = { height: said.height, size, root, signature, public_key };
  fill(proof, Object.fromEntries(Object.entries(facts).map(([k, v]) => [k, String(v)])));
  one(document, "[data-proof]").replaceChildren(proof);
}

/** @param {unknown} error */
function failed(error) {
  const status = error instanceof Problem && error.status === 404 ? "unknown" : "failed";
  answer(status, input("tracker").value);
}

/** @param {string} id */
function input(id) {
  return /** @type {HTMLInputElement} */ (one(document, `#${id}`));
}

begin();
