// What the server rendered into the document: facts, texts, and a template for each step.

/** @typedef {Record<string, string | number>} Values */

export class Page {
  /** @param {Document} document */
  constructor(document) {
    const block = document.getElementById("booth-facts");
    this.facts = JSON.parse(block?.textContent ?? "{}");
    this.document = document;
  }

  /**
   * A text in the reader's language, with {names} replaced.
   * @param {string} name
   * @param {Values} [values]
   */
  text(name, values = {}) {
    const text = this.facts.texts[name] ?? name;
    return text.replace(/\{(\w+)\}/g, (whole, key) => String(values[key] ?? whole));
  }

  /** @param {string} name */
  has(name) {
    return name in this.facts.texts;
  }

  /**
   * A fresh copy of a template's content.
   * @param {string} name
   * @returns {DocumentFragment}
   */
  copy(name) {
    const found = this.document.getElementById(`template-${name}`);
    if (!(found instanceof HTMLTemplateElement)) throw new Error(`no template ${name}`);
    return /** @type {DocumentFragment} */ (found.content.cloneNode(true));
  }
}
