// One question of the ballot on a screen of its own.

import { fill, one } from "../view.js";
import { offerFilter } from "../filtering.js";
import { openSheet } from "../sheet.js";

/** @typedef {import("../../booth.js").Booth} Booth */
/** @typedef {import("../choices.js").Choice} Choice */

const MANY = 12; // candidates from which on one looks for a name

/** @param {Booth} booth @param {number} place */
export function question(booth, place) {
  const { page, view, vote } = booth;
  const choice = vote.choices.all[place];
  const { max } = choice.question;
  const step = view.show("question", {
    recorded: booth.recorded,
    slots: {
      step: page.text("question_of", { n: place + 1, all: vote.choices.all.length }),
      contest: vote.contests[place],
      rule: page.text(max === 1 ? "rule_one" : "rule_several", { most: max }),
    },
    on: {
      next: () => leave(booth, place),
      back: () => booth.back(),
      clear: () => clear(booth, step, choice),
    },
  });
  list(booth, step, place);
  offerBlank(booth, step, choice);
  if (choice.question.answers.length > MANY) offerFilter(booth, step, choice);
  one(step, "[data-filter]").hidden = choice.question.answers.length <= MANY;
  count(booth, step, choice);
}

/** @param {Booth} booth @param {HTMLElement} step @param {number} place */
function list(booth, step, place) {
  const choice = booth.vote.choices.all[place];
  const candidates = booth.vote.candidates(place);
  const items = choice.question.answers.map((name, at) => {
    const item = booth.page.copy("choice");
    const known = candidates[at];
    fill(item, { name, about: known?.occupation ?? "" });
    one(item, "li").dataset.name = name;
    const input = identify(item, choice, `candidate-${at}`);
    input.checked = choice.marked.has(at);
    if (known?.withdrawn) withdraw(booth, item, input);
    input.addEventListener("change", () => {
      const outcome = choice.mark(at, input.checked);
      answer(booth, step, choice, { input, outcome });
    });
    const more = one(item, "button");
    more.setAttribute("aria-label", booth.page.text("more_about", { name }));
    more.addEventListener("click", () => openSheet(booth, known?.candidacy ?? "", name));
    more.hidden = !known;
    return item;
  });
  one(step, "[data-list]").replaceChildren(...items);
}

/**
 * @param {DocumentFragment} item @param {Choice} choice @param {string} id
 * @returns {HTMLInputElement}
 */
function identify(item, choice, id) {
  const input = /** @type {HTMLInputElement} */ (one(item, "input"));
  input.type = choice.question.max === 1 ? "radio" : "checkbox";
  input.name = "choice";
  input.id = id;
  const label = /** @type {HTMLLabelElement} */ (one(item, "label"));
  label.htmlFor = id;
  return input;
}

/** @param {Booth} booth @param {DocumentFragment} item @param {HTMLInputElement} input */
function withdraw(booth, item, input) {
  input.disabled = true;
  one(item, "li").classList.add("choice-withdrawn");
  fill(item, { about: booth.page.text("withdrawn") });
}

/** @param {Booth} booth @param {HTMLElement} step @param {Choice} choice */
function offerBlank(booth, step, choice) {
  const input = /** @type {HTMLInputElement} */ (one(step, "#blank"));
  input.type = choice.question.max === 1 ? "radio" : "checkbox";
  input.checked = choice.blank;
  input.addEventListener("change", () => {
    if (choice.question.max === 1) choice.clear();
    const outcome = choice.leaveBlank(input.checked);
    answer(booth, step, choice, { input, outcome });
  });
}

/**
 * What happens upon a mark: taken, or refused with the reason; never another undone.
 * @param {Booth} booth @param {HTMLElement} step @param {Choice} choice
 * @param {{input: HTMLInputElement, outcome: import("../choices.js").Outcome}} mark
 */
function answer(booth, step, choice, { input, outcome }) {
  const taken = outcome === "added" || outcome === "removed";
  const why = one(step, "[data-why]");
  why.hidden = taken;
  if (!taken) input.checked = false;
  const values = { most: choice.question.max };
  one(why, "[data-words]").textContent = taken ? "" : booth.page.text(outcome, values);
  count(booth, step, choice);
}

/** @param {Booth} booth @param {HTMLElement} step @param {Choice} choice */
function count(booth, step, choice) {
  booth.view.accept();
  const values = { n: choice.marked.size, most: choice.question.max };
  const words = choice.blank ? "count_blank" : "count";
  one(step, "[data-count]").textContent = booth.page.text(words, values);
  one(step, '[data-action="clear"]').hidden = !choice.blank && choice.marked.size === 0;
}

/** @param {Booth} booth @param {HTMLElement} step @param {Choice} choice */
function clear(booth, step, choice) {
  choice.clear();
  for (const input of step.querySelectorAll("input:checked")) {
    /** @type {HTMLInputElement} */ (input).checked = false;
  }
  one(step, "[data-why]").hidden = true;
  count(booth, step, choice);
  one(step, "#candidate-0").focus();
}

/** @param {Booth} booth @param {number} place */
function leave(booth, place) {
  const choice = booth.vote.choices.all[place];
  if (choice.isComplete) return booth.next(place);
  const { min, max } = choice.question;
  booth.view.refuse("candidate-0", booth.page.text("choose_some", { least: min, most: max }));
}
