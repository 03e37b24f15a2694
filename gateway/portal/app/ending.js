// Says two minutes before it happens that somebody will be signed out, lets them stay, and
// leaves the page as it is: nothing that was written is lost.

const NEAR = 120_000; // milliseconds before the end
const EVERY = 10_000; // milliseconds

export function watchEnding() {
  const region = document.querySelector("[data-ending]");
  if (region) new Ending(region).watch();
}

class Ending {
  #region;
  #endsAt = 0;
  #told = "";
  #from = null; // what had the focus before the button

  constructor(region) {
    this.#region = region;
    this.#ends(region.dataset.ending);
  }

  watch() {
    this.#region.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#stay(event.target);
    });
    this.#region.addEventListener("focusin", ({ relatedTarget }) => {
      this.#from = relatedTarget ?? document.getElementById("main");
    });
    this.#look();
    setInterval(() => this.#look(), EVERY);
    document.addEventListener("visibilitychange", () => this.#look());
  }

  get #left() {
    return this.#endsAt - Date.now();
  }

  #ends(seconds) {
    this.#endsAt = Date.now() + 1000 * Number(seconds);
  }

  // Another page may have kept the session meanwhile, so the server is asked first.
  async #look() {
    if (this.#left >= NEAR || this.#told === "over") return;
    await this.#ask({});
    if (this.#left <= 0) this.#tell("over");
    else this.#tell(this.#left < NEAR ? "near" : "");
  }

  async #stay(form) {
    const body = new URLSearchParams(new FormData(form));
    body.delete("key"); // each time is a new time
    await this.#ask({ method: "POST", body });
    if (this.#left < NEAR) return;
    this.#tell("kept");
    this.#from?.focus({ preventScroll: true });
  }

  async #ask(asked) {
    const form = document.getElementById("ending-near").content.querySelector("form");
    const address = form.getAttribute("action"); // a template's form has no `action`
    try {
      const answer = await fetch(address, { cache: "no-store", ...asked });
      if (answer.ok) this.#ends(secondsIn(await answer.text()));
    } catch {
      // offline: it ends when we were told
    }
  }

  #tell(name) {
    if (name === this.#told) return;
    this.#told = name;
    const template = name && document.getElementById(`ending-${name}`);
    this.#region.replaceChildren(...(template ? [template.content.cloneNode(true)] : []));
  }
}

// A page without them is that of somebody who is not signed in.
function secondsIn(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  return page.querySelector("[data-left]")?.dataset.left ?? 0;
}
