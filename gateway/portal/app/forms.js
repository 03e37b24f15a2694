// What makes forms easier; none of them needs it.

export function easeForms() {
  for (const area of document.querySelectorAll("[data-count]")) countLetters(area);
  for (const form of document.querySelectorAll("form[method=post]")) sendOnce(form);
  const wait = document.querySelector("[data-retry]");
  if (wait) comeAgain(wait);
}

// Not all at once, who were turned away at once.
function comeAgain(wait) {
  const seconds = Number(wait.dataset.retry) * (0.5 + Math.random() / 2);
  wait.querySelector("[data-retry-words]").hidden = false;
  setTimeout(() => location.reload(), 1000 * seconds);
}

function countLetters(area) {
  const told = document.getElementById(area.dataset.count);
  const tell = () => {
    const left = area.maxLength - area.value.length;
    told.textContent = told.dataset.words.replace("{left}", left);
  };
  area.addEventListener("input", tell);
}

// A second press while the first is on its way does nothing; the form's own key makes
// the server do it once in any case. Going back makes the button work again.
function sendOnce(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  addEventListener("pageshow", () => delete form.dataset.sent);
}
