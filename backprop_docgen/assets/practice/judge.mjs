// Is a number right, and if not: which wrong step gives it? The twin of slips/judge.py, which tells why. No DOM.
// @ts-check

import { data } from "../dom/site.mjs";
import { symbols } from "../numbers/evaluate.mjs";
import { toDouble } from "../numbers/rational.mjs";
import { readAnswer } from "./answer.mjs";
import { alike, CHANCE, cutsTo, digitsToTell, ends, FEWEST, fits, likeliest, LOWEST, MOST, named, PLAUSIBLE, roundsTo, SAME } from "./fits.mjs";
import { penSlips } from "./pen.mjs";
import { rightIntervals } from "./right.mjs";
import { Known, Numbers } from "./sheet.mjs";
import { sentence, together } from "./words.mjs";

/** @typedef {import("../numbers/evaluate.mjs").Tree} Tree */
/** @typedef {import("../numbers/language.mjs").Language} Language */
/** @typedef {import("./answer.mjs").Answer} Answer */
/** @typedef {import("./sheet.mjs").Published} Published */
/** @typedef {import("./slips.mjs").Slip} Slip */
/** @typedef {{ quantity: string | null, text: string, digits: number | null }} Given a text, what it is for (null: left open), digits asked (null: as written) */
/** @typedef {{ answer: Answer, quantity: string | null, digits: number | null }} Asked */
/** A wrong value of a quantity, and what gives it. @typedef {{ value: number, rule: string, rank: number, tier: number, quantity: string, slips: Slip[], other: string }} Candidate */
/**
 * `trees`: the wrong formulas by name; `lines`: which of them show in the number.
 * @typedef {{ rule: string, formula: string, text: string, trees: Record<string, Tree>, lines: string[] }} Explanation
 */
/**
 * @typedef {object} Verdict
 * @property {string | null} quantity
 * @property {"refused" | "right" | "short" | "carried" | "slip" | "other-quantity" | "unknown"} verdict `refused`: the text is no number
 * @property {Explanation[]} explanations the likeliest first
 * @property {number} more as many others give the same digits
 * @property {"truncated" | null} remark of a right one
 * @property {number | null} write with so many digits a slip could be told
 */
/** @typedef {{ quantity: string | null, verdict: Verdict["verdict"], found: Candidate[], more: number, remark: Verdict["remark"], write: number | null }} Judged */

const WIDTH = 0.25; // candidates are counted as far around a number as half its way to the right value, or this part of that
const NAMED = 3; // so many explanations are given at most
const WRONG = ["slip", "other-quantity", "unknown"];

/** @param {string | null} quantity @param {Judged["verdict"]} verdict @param {Partial<Judged>} [more] @returns {Judged} */
const judged = (quantity, verdict, more = {}) => ({ quantity, verdict, found: [], more: 0, remark: null, write: null, ...more });

/** A name without its example and updates. @param {string} name */
const baseOf = (name) => name.replace(/\[\d+\]|@\d+/g, "");

/** A name without its numbers: net_h1 and net_h2 are of one kind. @param {string} name */
const kindOf = (name) => baseOf(name).replace(/([how])\d+(?:_\d+)?/g, "$1");

/** What is known of one shape of networks; published once, whatever the numbers. */
export class Practice {
  /** @param {Published} published @param {Language} language in which it is explained */
  constructor(published, language) {
    this.published = published;
    this.language = language;
    this.known = new Known(published);
  }

  /** @param {string} shape @param {string} language the code of the page's language */
  static async open(shape, language = document.documentElement.lang) {
    const [published, live] = await Promise.all([data(`assets/practice/${shape}.json`), data(`assets/live/${language}.json`)]);
    return new Practice(published, live.language);
  }

  /** @param {Map<string, string>} changes literals in the place of the published numbers, by name */
  sheet(changes) {
    return new Sheet(this, changes);
  }
}

/** Judges answers about one network. */
export class Sheet extends Numbers {
  /** @param {Practice} practice @param {Map<string, string>} changes */
  constructor(practice, changes) {
    super(practice.known, changes);
    this.language = practice.language;
    /** @type {Map<number, { of: (name: string) => [number, number] }>} */
    this.intervals = new Map();
    /** @type {Map<string, Candidate[]>} */
    this.found = new Map();
    /** @type {Candidate[] | null} */
    this.direct = null;
  }

  /**
   * A verdict for each answer, in order; those for what a quantity follows from are carried forward. `own`: earlier
   * answers of the same chain, as texts by name, which are carried forward, too.
   * @param {Given[]} given @param {Map<string, string>} [own] @returns {Verdict[]}
   */
  judge(given, own) {
    return this.judgement(given, own).verdicts;
  }

  /**
   * The same, with what explains several answers together.
   * @param {Given[]} given @param {Map<string, string>} [own] @returns {{ verdicts: Verdict[], together: Explanation[] }}
   */
  judgement(given, own = new Map()) {
    const digits = given[0]?.digits ?? null;
    const earlier = [...own].flatMap(([quantity, text]) => this.read({ quantity, text, digits }) ?? []);
    const read = given.map((each) => this.read(each));
    const asked = read.flatMap((each) => each ?? []);
    const { verdicts, together: several } = this.judged(asked, earlier);
    const found = read.map((each, index) => (each ? /** @type {Judged} */ (verdicts.shift()) : judged(given[index].quantity, "refused")));
    const said = found.map(({ found: fitting, ...rest }) => ({ ...rest, explanations: fitting.map((each) => this.explanation(each)) }));
    const told = found.filter((each) => each.found.some(({ slips }) => slips.some((slip) => several.includes(slip)))).length;
    const all = several.map((slip) => {
      const text = together(slip, told, given.length, this.known.rules, this.language);
      const fitting = found.flatMap((each) => each.found.filter(({ slips }) => slips.includes(slip)));
      const lines = [...new Set(fitting.flatMap((each) => this.lines(each)))];
      return { rule: slip.rule, formula: slip.formula, text, trees: Object.fromEntries(slip.trees), lines };
    });
    return { verdicts: said, together: all };
  }

  /** @param {Given} given @returns {Asked | null} */
  read({ quantity, text, digits }) {
    const answer = readAnswer(text, quantity ?? "");
    return "refused" in answer ? null : { answer, quantity, digits };
  }

  /** @param {Candidate} candidate @returns {Explanation} */
  explanation(candidate) {
    const { rule, slips } = candidate;
    const formula = slips.length === 1 ? slips[0].formula : "";
    const trees = Object.fromEntries(slips.flatMap((slip) => [...slip.trees]));
    return { rule, formula, text: sentence(candidate, this.known.rules, this.language), trees, lines: this.lines(candidate) };
  }

  /** The wrong formulas that show in a quantity: its own, else those that it follows from. @param {Candidate} candidate */
  lines({ quantity, slips }) {
    const wrong = [...new Set(slips.flatMap((slip) => [...slip.trees.keys()]))];
    if (wrong.includes(quantity)) return [quantity];
    const before = ancestorsOf(quantity, this.formulas);
    return wrong.filter((name) => before.has(name));
  }

  /** @param {Asked[]} asked @param {Asked[]} earlier @returns {{ verdicts: Judged[], together: Slip[] }} */
  judged(asked, earlier) {
    const alone = (/** @type {Asked} */ each) => (each.quantity === null ? this.open(each) : this.of(each, each.quantity));
    const verdicts = asked.map(alone);
    /** @type {Map<string, { value: number, right: boolean }>} */
    const own = new Map();
    for (const [each, verdict] of [...earlier.map((each) => [each, alone(each)]), ...asked.map((each, index) => [each, verdicts[index]])]) {
      const { quantity, answer } = /** @type {Asked} */ (each);
      const right = ["right", "short"].includes(/** @type {Judged} */ (verdict).verdict);
      if (quantity !== null) own.set(quantity, { value: answer.value, right });
    }
    asked.forEach((each, index) => {
      if (each.quantity === null || ["right", "short"].includes(verdicts[index].verdict)) return;
      if (this.carried(each, each.quantity, own)) verdicts[index] = judged(each.quantity, "carried");
    });
    const several = this.together(asked, verdicts);
    asked.forEach((each, index) => {
      if (!several.length || ![...WRONG, "short"].includes(verdicts[index].verdict)) return;
      const found = several.flatMap((slip) => this.fitting(slip, each) ?? []);
      if (found.length) verdicts[index] = judged(found[0].quantity, "slip", { found });
    });
    return { verdicts, together: several };
  }

  // one answer for one quantity

  /** @param {Asked} asked @param {string} name @returns {Judged} */
  of(asked, name) {
    const { answer } = asked;
    const value = this.value(name);
    if (this.isRight(asked, name)) {
      return judged(name, "right", { remark: !roundsTo(value, answer) && cutsTo(value, answer) ? "truncated" : null });
    }
    const wanted = asked.digits || answer.digits;
    if (answer.digits < FEWEST && asked.digits === null) { // all that there is, so it may be exact
      const plausible = this.candidates(name).filter((each) => each.rank <= PLAUSIBLE && each.slips.length > 0);
      const exactly = plausible.filter((each) => fits(answer, each.value)); // many a given has so few digits, too
      if (exactly.length) return this.verdict(name, likeliest(exactly));
    }
    const least = Math.max(wanted, FEWEST);
    const fewer = answer.digits < least && roundsTo(value, answer);
    if (fewer && answer.digits) return judged(name, "short", { write: least });
    const few = answer.digits ? answer.digits < FEWEST : fewer;
    return withMore(this.explained(answer, name, value), few ? least : (asked.digits ?? 0), few);
  }

  /** @param {Asked} asked @param {string} name */
  isRight({ answer, digits: wanted }, name) {
    if (this.isExactly(answer, name)) return true;
    const digits = Math.min(wanted || answer.digits, MOST);
    if (answer.digits < Math.max(digits, FEWEST)) return false;
    return within(this.interval(name, digits), answer.value);
  }

  /** Whether an answer is the exact value of a quantity. @param {Answer} answer @param {string} name */
  isExactly({ value }, name) {
    const exact = alike(value, this.value(name)) ? this.exact(name) : null; // which takes its time, so it is not asked in vain
    return exact !== null && toDouble(exact) === value;
  }

  /** The right interval of a quantity. @param {string} name @param {number} digits @returns {[number, number]} */
  interval(name, digits) {
    let found = this.intervals.get(digits);
    if (!found) this.intervals.set(digits, (found = rightIntervals(this.formulas, new Map(), digits)));
    return found.of(name);
  }

  /** A wrong answer: what gives it, where that can be told. @param {Answer} answer @param {string} name @param {number} value @returns {Judged} */
  explained(answer, name, value) {
    const digits = Math.min(answer.digits, MOST);
    const [low, high] = digits >= FEWEST ? this.interval(name, digits) : [value, value];
    /** @param {Candidate} each what lies in the right interval is never claimed */
    const wrong = (each) => !(low <= each.value && each.value <= high) && !alike(each.value, value);
    const pen = digits >= FEWEST ? penSlips(value, digits).map(([rule, found]) => this.candidate(found, rule, name)) : [];
    const single = [...pen, ...this.candidates(name).filter(({ slips }) => slips.length || digits >= FEWEST)].filter(wrong); // many a quantity is exactly what a number of few digits says
    const radius = Math.max(Math.abs(answer.value - value) / 2, Math.abs(value) * WIDTH);
    const hidden = this.candidates(name).filter((each) => low <= each.value && each.value <= high && !alike(each.value, value));
    if (hidden.some((each) => fits(answer, each.value))) {
      return judged(name, "unknown", { write: digitsToTell(answer, hidden, radius) });
    }
    let found = named(answer, single, radius);
    if (found === null && !single.some((each) => fits(answer, each.value))) {
      single.push(...this.twos(name).filter(wrong));
      found = named(answer, single, radius);
    }
    return found === null ? judged(name, "unknown", { write: digitsToTell(answer, single, radius) }) : this.verdict(name, found);
  }

  /** @param {number} value @param {string} rule @param {string} quantity @param {Slip[]} [slips] @param {string} [other] @returns {Candidate} */
  candidate(value, rule, quantity, slips = [], other = "") {
    const rank = this.known.rules.get(rule)?.rank ?? LOWEST;
    const tier = rank === 1 && slips.length === 1 && !slips[0].formula ? 0 : rank;
    return { value, rule, rank, tier, quantity, slips, other };
  }

  /** Every value of a quantity that one slip gives, and those of other quantities. @param {string} name */
  candidates(name) {
    let found = this.found.get(name);
    if (!found) {
      const reaching = this.known.slips.filter((slip) => this.known.reaches(slip, name));
      const slipped = reaching.map((slip) => this.candidate(this.withSlip(slip, name), slip.rule, name, [slip]));
      found = [...slipped, ...this.others(name)].filter(({ value }) => Number.isFinite(value));
      this.found.set(name, found);
    }
    return found;
  }

  /** @param {string} name */
  others(name) {
    const near = this.kin(name);
    const names = [...this.formulas.keys()].filter((other) => other !== name && !other.includes("["));
    return names.map((other) => {
      return this.candidate(this.value(other), near.has(other) ? "other-quantity" : "distant-quantity", name, [], other);
    });
  }

  /** What a quantity is easily taken for: what it is made of, what is made of it, the same of a neighbour or a step. @param {string} name */
  kin(name) {
    const { formulas } = this.known;
    const near = new Set(symbols(/** @type {Tree} */ (formulas.get(name))));
    const [base, kind] = [baseOf(name), kindOf(name)];
    for (const [other, tree] of formulas) {
      if (symbols(tree).includes(name) || kindOf(other) === kind || baseOf(other) === base) near.add(other);
    }
    return near;
  }

  /** @param {string} name */
  twos(name) {
    const found = this.pairs(name).map((slips) => this.candidate(this.withBoth(slips, name), "two-slips", name, slips));
    return found.filter(({ value }) => Number.isFinite(value));
  }

  /** The likeliest of what fits; what is said in the same words counts once. @param {string | null} name @param {Candidate[]} fitting @returns {Judged} */
  verdict(name, fitting) {
    /** @type {Map<string, Candidate>} */
    const distinct = new Map();
    for (const each of fitting) {
      const key = JSON.stringify([each.rule, each.other, ...each.slips.map(({ parts }) => [parts.formula, parts.part, parts.other])]);
      if (!distinct.has(key)) distinct.set(key, each);
    }
    const found = [...distinct.values()];
    const other = this.known.rules.get(found[0].rule)?.family === "another quantity";
    const more = Math.max(found.length - NAMED, 0);
    return judged(name, other ? "other-quantity" : "slip", { found: found.slice(0, NAMED), more });
  }

  // one answer for whatever it may be

  /** @param {Asked} asked @returns {Judged} */
  open({ answer }) {
    const radius = Math.abs(answer.value) / 4;
    const given = this.known.names.find((name) => this.isExactly(answer, name));
    if (given !== undefined) return judged(given, "right");
    const right = this.known.asked.map((name) => this.candidate(this.value(name), "other-quantity", name));
    const [same] = named(answer, right, radius) ?? [];
    if (same) return judged(same.quantity, "right");
    const direct = (this.direct ??= this.directly());
    /** @type {Candidate[] | null} */
    let found;
    if (!answer.digits) found = null; // very much comes to 0
    else if (answer.digits < FEWEST) { // exactly what one plausible slip or another gives, of one and the same quantity
      const exactly = direct.filter((each) => each.rank <= PLAUSIBLE && fits(answer, each.value));
      found = new Set(exactly.map(({ quantity }) => quantity)).size === 1 ? likeliest(exactly) : null;
    } else found = named(answer, direct, radius);
    if (found) return this.verdict(found[0].quantity, found);
    const unknown = judged(null, "unknown", { write: digitsToTell(answer, [...right, ...direct], radius) });
    return withMore(unknown, FEWEST, answer.digits > 0 && answer.digits < FEWEST);
  }

  /** What each slip makes of the formulas in which it is. */
  directly() {
    const found = this.known.slips.flatMap((slip) =>
      [...slip.trees.keys()].map((name) => this.candidate(this.withSlip(slip, name), slip.rule, name, [slip])),
    );
    return found.filter(({ value, quantity }) => Number.isFinite(value) && !alike(value, this.value(quantity)));
  }

  // several answers together

  /**
   * Whether an answer follows rightly from the answers before it, of which one at least is wrong.
   * @param {Asked} asked @param {string} name @param {Map<string, { value: number, right: boolean }>} own
   */
  carried({ answer, digits: wanted }, name, own) {
    const digits = Math.min(wanted || answer.digits, MOST);
    if (answer.digits < digits || digits < FEWEST) return false;
    // as the worksheet's formulas use them, or as one computes by hand: δ times what arrives
    const ways = [this.formulas, new Map([...this.formulas, ...this.known.steps])];
    return ways.some((way) => {
      const ancestors = ancestorsOf(name, way);
      const before = [...own].filter(([other]) => ancestors.has(other));
      if (before.every(([, { right }]) => right)) return false;
      const formulas = new Map(way);
      for (const [other, { value }] of before) formulas.set(other, value);
      return within(rightIntervals(formulas, new Map(), digits).of(name), answer.value);
    });
  }

  /**
   * The slips that explain all wrong answers at once, if there are two at least, and chance would not. What may be right
   * so far counts where a slip gives it exactly.
   * @param {Asked[]} asked @param {Judged[]} verdicts @returns {Slip[]}
   */
  together(asked, verdicts) {
    const wrong = asked.filter((_, index) => WRONG.includes(verdicts[index].verdict));
    const short = asked.filter((_, index) => verdicts[index].verdict === "short");
    if (!wrong.length || wrong.length + short.length < 2) return [];
    for (let rank = 1; rank <= LOWEST; rank++) {
      const slips = this.known.slips.filter((slip) => slip.rank <= rank);
      const fitting = slips.filter((slip) => wrong.every((each) => this.fitting(slip, each)));
      for (const slip of fitting) {
        const told = [...wrong, ...short.filter((each) => this.fitting(slip, each))];
        const luck = told.reduce((product, each) => product * this.luck(slip, each), 1);
        if (told.length < 2 || this.rivals(slip, slips, told) * luck > CHANCE) continue;
        const same = fitting.filter((other) => other !== slip && told.every((each) => this.fitting(other, each)));
        return [slip, ...same].slice(0, NAMED);
      }
    }
    return [];
  }

  /**
   * How many slips might explain answers as well as one does: where that gives them exactly, those that can.
   * @param {Slip} slip @param {Slip[]} slips @param {Asked[]} told
   */
  rivals(slip, slips, told) {
    /** @param {Slip} other */
    const exact = (other) => told.every((each) => this.places(other, each).some((name) => ends(this.withSlip(other, name), each.answer)));
    return exact(slip) ? slips.filter(exact).length : slips.length;
  }

  /** Where a slip may show: in the quantity of an answer, or in the formulas in which it is. @param {Slip} slip @param {Asked} asked */
  places(slip, { quantity }) {
    if (quantity === null) return [...slip.trees.keys()];
    return this.known.reaches(slip, quantity) ? [quantity] : [];
  }

  /**
   * What a slip makes of the quantity of an answer, or of a formula in which it is, if that is the answer.
   * @param {Slip} slip @param {Asked} asked @returns {Candidate | null}
   */
  fitting(slip, asked) {
    const { answer } = asked;
    for (const name of this.places(slip, asked)) {
      const value = this.withSlip(slip, name);
      if (fits(answer, value) && !alike(value, this.value(name))) return this.candidate(value, slip.rule, name, [slip]);
    }
    return null;
  }

  /** How often a number would be hit by chance, roughly: the room of its last digit beside its size. @param {Slip} slip @param {Asked} asked */
  luck(slip, { answer, quantity }) {
    const places = quantity ? 1 : slip.trees.size;
    return Math.min(1, places * Math.max(answer.unit / (Math.abs(answer.value) || 1), SAME));
  }

  /**
   * The plausible slips that cannot be seen in their own formulas at so many digits, though they change them.
   * @param {number} digits @param {string[]} [names] of formulas that are asked for @returns {Slip[]}
   */
  hidden(digits, names = this.known.asked) {
    const asked = new Set(names);
    /** @param {Slip} slip @param {string} name */
    const shows = (slip, name) => !within(this.interval(name, digits), this.withSlip(slip, name));
    return this.known.slips.filter((slip) => {
      const own = slip.rank <= PLAUSIBLE ? [...slip.trees.keys()].filter((name) => asked.has(name)) : [];
      const changed = own.filter((name) => !alike(this.withSlip(slip, name), this.value(name)));
      return changed.length > 0 && !changed.some((name) => shows(slip, name));
    });
  }
}

/**
 * An unknown answer: more digits than it has are asked for where so few are not judged; never fewer than wanted.
 * @param {Judged} verdict @param {number} digits @param {boolean} few @returns {Judged}
 */
function withMore(verdict, digits, few) {
  if (verdict.verdict !== "unknown" || !(few || verdict.write)) return verdict;
  return { ...verdict, write: Math.max(verdict.write ?? 0, digits) };
}

/** What a quantity follows from. @param {string} name @param {Map<string, Tree>} formulas */
function ancestorsOf(name, formulas) {
  /** @type {Set<string>} */
  const found = new Set();
  const left = symbols(formulas.get(name) ?? 0);
  for (let other = left.pop(); other !== undefined; other = left.pop()) {
    if (found.has(other)) continue;
    found.add(other);
    left.push(...symbols(formulas.get(other) ?? 0));
  }
  return found;
}

/** @param {[number, number]} range @param {number} value */
const within = ([low, high], value) => Number.isFinite(low) && Number.isFinite(high) && low <= value && value <= high;
