// Who has signed in, what is recorded in their name, and what they may vote on.

import { Lost, Problem } from "./api.js";
import { Vote } from "./vote.js";

/** @typedef {import("../booth.js").Booth} Booth */

/** @param {Booth} booth */
export async function standing({ api, session }) {
  const [mine, recorded] = await Promise.all([
    api.get("/me/credential", session.asked),
    api.get("/me/vote", session.asked),
  ]);
  return { ...mine.said, ...recorded.said };
}

/**
 * @param {Booth} booth
 * @param {{board: string, credential: string}} mine
 * @returns {Promise<Vote>}
 */
export async function newVote({ api, page, sealer }, { board, credential }) {
  const { said } = await api.get(`/boards/${encodeURIComponent(board)}/election`);
  const ready = await sealer.prepare(said.election, credential, said.fingerprint);
  const vote = new Vote(sealer, said, ready.questions);
  const tongue = page.facts.language;
  const [district, ...contests] = await Promise.all([
    nameOf(api, `/territories/${said.district}`, tongue),
    ...vote.contestIds.map((id) => nameOf(api, `/contests/${id}`, tongue)),
    ...vote.contestIds.map((id) => learn(api, vote, id)),
  ]);
  vote.district = String(district);
  vote.contests = contests.slice(0, vote.contestIds.length).map(String);
  return vote;
}

/**
 * The name of a territory or the title of a contest, in the reader's language.
 * @param {import("./api.js").Api} api @param {string} path @param {string} language
 */
async function nameOf(api, path, language) {
  const { said } = await api.get(path);
  const texts = said.name ?? said.title;
  return texts[language] ?? Object.values(texts)[0] ?? "";
}

/**
 * What a line says beside a candidate's name; one can vote without it.
 * @param {import("./api.js").Api} api @param {Vote} vote @param {string} contest
 */
async function learn(api, vote, contest) {
  let after = "";
  try {
    do {
      const query = new URLSearchParams({ contest, limit: "200", ...(after && { after }) });
      const { said } = await api.get(`/candidates?${query}`);
      vote.learn(said.items);
      after = said.next;
    } while (after);
  } catch (error) {
    if (!(error instanceof Lost || error instanceof Problem)) throw error;
  }
}
