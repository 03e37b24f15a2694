// What the voter has chosen. In this object and nowhere else: not stored, not in the
// address, not logged; gone with the page.

/**
 * @typedef {object} Question
 * @property {string} question
 * @property {string[]} answers
 * @property {number} min
 * @property {number} max
 */

/** @typedef {"added" | "removed" | "full" | "blank-is-chosen" | "marks-are-chosen"} Outcome */


/** The choice in one question: some of its answers, or the blank vote, or nothing yet. */
export class Choice {
  /** @type {Set<number>} */
  marked = new Set();
  blank = false;

  /** @param {Question} question */
  constructor(question) {
    this.question = question;
  }

  get isComplete() {
    const { min, max } = this.question;
    return this.blank || (this.marked.size >= min && this.marked.size <= max);
  }

  /** In the order of the ballot. */
  get names() {
    return [...this.marked].sort((a, b) => a - b).map((at) => this.question.answers[at]);
  }

  /** What the sealer is told: the blank flag, then a 0 or a 1 for each answer. */
  get answers() {
    const marks = this.question.answers.map((_, at) => Number(this.marked.has(at)));
    return [Number(this.blank), ...marks];
  }

  /** @param {number} at @param {boolean} wanted @returns {Outcome} */
  mark(at, wanted) {
    if (!wanted) {
      this.marked.delete(at);
      return "removed";
    }
    if (this.blank) return "blank-is-chosen";
    if (this.question.max === 1) this.marked.clear();
    if (this.marked.size >= this.question.max) return "full";
    this.marked.add(at);
    return "added";
  }

  /** @param {boolean} wanted @returns {Outcome} */
  leaveBlank(wanted) {
    if (wanted && this.marked.size > 0) return "marks-are-chosen";
    this.blank = wanted;
    return wanted ? "added" : "removed";
  }

  clear() {
    this.marked.clear();
    this.blank = false;
  }
}

/** All choices of a ballot. */
export class Choices {
  /** @param {Question[]} questions */
  constructor(questions) {
    this.all = questions.map((question) => new Choice(question));
  }

  get isBegun() {
    return this.all.some((each) => each.blank || each.marked.size > 0);
  }

  get isComplete() {
    return this.all.every((each) => each.isComplete);
  }

  get answers() {
    return this.all.map((each) => each.answers);
  }

  clear() {
    for (const each of this.all) each.clear();
  }
}

/**
 * What an opened ballot held.
 * @param {number[][]} votes as they were recomputed, not as they were chosen
 * @param {Question[]} questions
 * @returns {string[][]} names by question; none for a blank vote
 */
export function contentOf(votes, questions) {
  return votes.map((row, place) =>
    questions[place].answers.filter((_, at) => row[at + 1] === 1),
  );
}

