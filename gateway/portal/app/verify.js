// Checks a whole board beside the page, in the worker of the booth: the archive is
// fetched by the worker, or read from a file that somebody kept.

import { trusted } from "../booth/ui/sealer.js";
import { fill, one } from "../booth/ui/view.js";

/** One board on the page, and what becomes of its check. */
class Check {
  /** @type {Worker | null} */
  #worker = null;

  /** @param {HTMLElement} part */
  constructor(part) {
    this.part = part;
    one(part, '[data-action="begin"]').addEventListener("click", () => this.checkServed());
    one(part, '[data-action="stop"]').addEventListener("click", () => this.#stop());
    this.input = /** @type {HTMLInputElement} */ (one(part, "input[type=file]"));
    this.input.addEventListener("change", () => this.checkKept());
    part.hidden = false;
  }

  /** What the platform serves now must hold under the head that it signs now. */
  async checkServed() {
    const worker = this.#begin();
    const treeHead = await this.#signedHead();
    if (worker !== this.#worker) return; // stopped meanwhile
    if (!treeHead) return this.#show("unreachable");
    this.#ask({ url: String(this.part.dataset.archive), treeHead });
  }

  /** A copy from another day stands for itself. */
  checkKept() {
    const [file] = this.input.files ?? [];
    if (!file) return;
    this.#begin();
    this.#ask({ file });
  }

  #begin() {
    this.#end();
    one(this.part, "[data-result]").replaceChildren();
    this.#run(true);
    this.#tell(0);
    this.#worker = new Worker(trusted(String(this.part.dataset.worker)));
    this.#worker.onmessage = ({ data }) => this.#hear(data);
    this.#worker.onerror = () => this.#show("failed");
    return this.#worker;
  }

  /** What the platform signs now; null where that cannot be fetched. */
  async #signedHead() {
    try {
      const answer = await fetch(String(this.part.dataset.head), { credentials: "omit" });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  /** @param {Record<string, unknown>} asked */
  #ask(asked) {
    const { fingerprint } = this.part.dataset;
    this.#worker?.postMessage({ type: "verify-board", fingerprint, ...asked });
  }

  /** @param {any} said */
  #hear(said) {
    if (said.type === "progress") return this.#tell(said.ballots);
    if (said.type === "board") return this.#judge(said);
    this.#show(said.code === "Unreachable" ? "unreachable" : "failed");
  }

  /** @param {any} board */
  #judge(board) {
    if (!board.ok) return this.#refuse(board.problems[0]);
    const { tree, counts, head, signed } = board;
    const facts = { records: tree.size, head, ...counts, ...signed };
    const shown = this.#show("accepted", facts);
    for (const each of shown.querySelectorAll("[data-if-signed]")) {
      /** @type {HTMLElement} */ (each).hidden = !signed;
    }
  }

  /** @param {{code: string, where: string, message: string}} problem */
  #refuse({ code, where, message }) {
    const shown = this.#show("refused", { where, message });
    for (const words of shown.querySelectorAll("[data-codes]")) {
      const codes = /** @type {HTMLElement} */ (words).dataset.codes?.split(" ") ?? [];
      if (!codes.includes(code)) words.remove();
    }
  }

  /** @param {number} ballots */
  #tell(ballots) {
    const { records, words = "" } = this.part.dataset;
    one(this.part, "[data-told]").textContent = words.replace("{n}", String(ballots));
    const bar = /** @type {HTMLProgressElement} */ (one(this.part, "progress"));
    bar.max = Math.max(1, Number(records), ballots);
    bar.value = ballots;
  }

  /**
   * @param {string} name @param {Record<string, unknown>} [slots]
   * @returns {HTMLElement} what is shown
   */
  #show(name, slots = {}) {
    this.#end();
    const found = /** @type {HTMLTemplateElement} */ (
      one(this.part, `template[data-of="${name}"]`)
    );
    const content = /** @type {DocumentFragment} */ (found.content.cloneNode(true));
    const texts = Object.entries(slots).map(([slot, value]) => [slot, String(value)]);
    fill(content, Object.fromEntries(texts));
    const result = one(this.part, "[data-result]");
    result.replaceChildren(content);
    result.focus();
    return result;
  }

  #stop() {
    this.#end();
    one(this.part, '[data-action="begin"]').focus();
  }

  #end() {
    this.#worker?.terminate();
    this.#worker = null;
    this.#run(false);
  }

  /** @param {boolean} isRunning */
  #run(isRunning) {
    one(this.part, "[data-running]").hidden = !isRunning;
    one(this.part, "[data-offered]").hidden = isRunning;
    if (isRunning) one(this.part, '[data-action="stop"]').focus();
  }
}

for (const part of document.querySelectorAll("[data-verify]")) {
  new Check(/** @type {HTMLElement} */ (part));
}
