// Finding a name among many: a search box, and the letters that names begin with.

import { one } from "./view.js";

/**
 * @param {import("../booth.js").Booth} booth
 * @param {HTMLElement} step
 * @param {import("./choices.js").Choice} choice
 */
export function offerFilter(booth, step, choice) {
  const box = /** @type {HTMLInputElement} */ (one(step, "#find"));
  const items = /** @type {HTMLElement[]} */ ([...step.querySelectorAll("[data-name]")]);
  const jumps = letters(choice).map((letter) => jump(booth, letter, items));
  one(step, "[data-letters]").replaceChildren(...jumps);
  box.addEventListener("input", () => {
    const shown = narrow(items, box.value);
    const values = { n: shown, all: items.length };
    one(step, "[data-shown]").textContent = booth.page.text("shown", values);
    for (const each of jumps) each.hidden = !first(items, each.dataset.letter ?? "");
  });
  // whoever looks for a name has not answered the question yet
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

/** @param {import("./choices.js").Choice} choice */
function letters({ question }) {
  const found = [...new Set(question.answers.map(initial))];
  return found.sort((a, b) => a.localeCompare(b));
}

/** @param {HTMLElement[]} items @param {string} sought */
function narrow(items, sought) {
  const words = fold(sought).split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const item of items) {
    const name = fold(item.dataset.name ?? "");
    item.hidden = !words.every((word) => name.includes(word));
    shown += Number(!item.hidden);
  }
  return shown;
}

/** @param {import("../booth.js").Booth} booth @param {string} letter @param {HTMLElement[]} items */
function jump(booth, letter, items) {
  const item = one(booth.page.copy("letter"), "li");
  item.dataset.letter = letter;
  const button = one(item, "button");
  button.textContent = letter;
  button.setAttribute("aria-label", booth.page.text("letter", { letter }));
  button.addEventListener("click", () => {
    const found = first(items, letter);
    found?.scrollIntoView({ block: "center" }); // one who has withdrawn takes no focus
    found?.querySelector("input")?.focus({ preventScroll: true });
  });
  return item;
}

/** The first name shown that begins so. @param {HTMLElement[]} items @param {string} letter */
function first(items, letter) {
  return items.find(
    (each) => !each.hidden && initial(each.dataset.name ?? "") === letter,
  );
}

/** @param {string} name */
function initial(name) {
  return (name.trim()[0] ?? "").toUpperCase();
}

/** As people search: in any case, е for ё. @param {string} text */
function fold(text) {
  return text.toLowerCase().replaceAll("ё", "е").trim();
}
