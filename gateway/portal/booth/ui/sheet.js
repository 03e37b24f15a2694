// A candidate's page in a sheet above the ballot, which stays as it is beneath.

import { Lost, Problem } from "./api.js";
import { fill, one } from "./view.js";

/**
 * @param {import("../booth.js").Booth} booth
 * @param {string} candidacy
 * @param {string} name
 */
export async function openSheet(booth, candidacy, name) {
  const sheet = /** @type {HTMLDialogElement} */ (one(booth.page.document, "#sheet"));
  const content = booth.page.copy("candidate");
  fill(content, { name, statement: booth.page.text("loading") });
  one(content, "button").addEventListener("click", () => sheet.close());
  sheet.replaceChildren(content);
  sheet.showModal();
  try {
    const { said } = await booth.api.get(`/candidates/${encodeURIComponent(candidacy)}`);
    if (sheet.open) describe(booth, sheet, said);
  } catch (error) {
    if (!(error instanceof Lost || error instanceof Problem)) throw error;
    fill(sheet, { statement: booth.page.text("sheet_failed") });
  }
}

/**
 * @param {import("../booth.js").Booth} booth @param {HTMLElement} sheet
 * @param {Record<string, any>} said
 */
function describe(booth, sheet, said) {
  const { page } = booth;
  const facts = [
    ["born", String(said.birth_year)],
    ["occupation", said.occupation],
    ["education", said.education],
    ["route", page.text(`route_${said.route}`)],
  ];
  const rows = facts.filter(([, value]) => value).map(([key, value]) => {
    const row = page.copy("fact");
    fill(row, { key: page.text(`fact_${key}`), value });
    return row;
  });
  one(sheet, "dl").replaceChildren(...rows);
  fill(sheet, { statement: said.statement || page.text("no_statement") });
}
