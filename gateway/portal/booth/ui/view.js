// The one step that is on the screen: filled, wired, focused, announced.

/** @typedef {"no" | "unknown" | "yes" | "paper" | "missed" | "none"} Recorded */

/**
 * @typedef {object} Filling
 * @property {Record<string, string>} [slots] texts by slot
 * @property {Record<string, (event: Event) => unknown>} [on] what the buttons do
 * @property {Recorded} [recorded] what the strip says
 * @property {boolean} [still] leave the focus where it is
 */

export class View {
  /**
   * @param {import("./page.js").Page} page
   * @param {(error: unknown) => void} onFailure
   */
  constructor(page, onFailure) {
    this.page = page;
    this.onFailure = onFailure;
    this.main = one(page.document, "#step");
    this.live = one(page.document, "#live");
    /** @type {HTMLElement | null} */
    this.strip = page.document.querySelector("#recorded"); // not where nothing is cast
  }

  /**
   * @param {string} template
   * @param {Filling} filling
   * @returns {HTMLElement} the step
   */
  show(template, { slots = {}, on = {}, recorded, still = false }) {
    const content = this.page.copy(template);
    fill(content, slots);
    this.wire(content, on);
    this.main.replaceChildren(content);
    if (recorded) this.tell(recorded);
    const heading = one(this.main, "h1");
    this.page.document.title = this.page.text("title", {
      step: heading.textContent?.trim() ?? "",
    });
    if (!still) focusOn(heading);
    return this.main;
  }

  /**
   * @param {ParentNode} content
   * @param {Record<string, (event: Event) => unknown>} on
   */
  wire(content, on) {
    for (const [name, handler] of Object.entries(on)) {
      for (const element of content.querySelectorAll(`[data-action="${name}"]`)) {
        const kind = element instanceof HTMLFormElement ? "submit" : "click";
        element.addEventListener(kind, this.#once(handler));
      }
    }
  }

  /** Say in the strip whether the vote is recorded. @param {Recorded} recorded */
  tell(recorded) {
    if (!this.strip || this.strip.dataset.recorded === recorded) return;
    this.strip.dataset.recorded = recorded;
    this.strip.hidden = recorded === "none"; // who has no vote is told nothing of one
    if (recorded === "none") return;
    one(this.strip, "[data-words]").textContent = this.page.text(`recorded_${recorded}`);
  }

  /** Say something to who cannot see it. @param {string} text */
  say(text) {
    this.live.textContent = text;
  }

  /**
   * An error at a field, in a summary that gets the focus.
   * @param {string} field the id of the input
   * @param {string} message
   */
  refuse(field, message) {
    this.accept();
    const summary = this.page.copy("errors");
    const link = /** @type {HTMLAnchorElement} */ (one(summary, "a"));
    link.textContent = message;
    link.href = `#${field}`;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      one(this.main, `#${field}`).focus();
    });
    this.#mark(field, message);
    this.main.prepend(summary);
    one(this.main, "[data-errors]").focus();
  }

  /** Take away what was said about errors. */
  accept() {
    this.main.querySelector("[data-errors]")?.remove();
    for (const told of this.main.querySelectorAll("[data-error]")) told.textContent = "";
    for (const input of this.main.querySelectorAll("[aria-invalid]")) {
      input.removeAttribute("aria-invalid");
    }
  }

  /** @param {string} field @param {string} message */
  #mark(field, message) {
    const told = this.main.querySelector(`#${field}-error`);
    if (told) told.textContent = message;
    this.main.querySelector(`#${field}`)?.setAttribute("aria-invalid", "true");
  }

  /**
   * A second press does nothing until the first is done.
   * @param {(event: Event) => unknown} handler
   */
  #once(handler) {
    let busy = false;
    return async (/** @type {Event} */ event) => {
      event.preventDefault();
      if (busy) return;
      busy = true;
      const button = pressed(event);
      button?.setAttribute("aria-disabled", "true");
      try {
        await handler(event);
      } catch (error) {
        this.onFailure(error);
      } finally {
        busy = false;
        button?.removeAttribute("aria-disabled");
      }
    };
  }
}

/** @param {ParentNode} content @param {Record<string, string>} slots */
export function fill(content, slots) {
  for (const [name, text] of Object.entries(slots)) {
    for (const slot of content.querySelectorAll(`[data-slot="${name}"]`)) {
      slot.textContent = text;
    }
  }
}

/**
 * The element that must be there.
 * @param {ParentNode} root @param {string} selector @returns {HTMLElement}
 */
export function one(root, selector) {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`no ${selector}`);
  return /** @type {HTMLElement} */ (found);
}

/** @param {HTMLElement} heading */
function focusOn(heading) {
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  globalThis.scrollTo(0, 0);
}

/** @param {Event} event @returns {Element | null} */
function pressed(event) {
  if (event instanceof SubmitEvent) return event.submitter;
  return /** @type {Element} */ (event.currentTarget);
}
