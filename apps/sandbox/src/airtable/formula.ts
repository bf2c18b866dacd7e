import type { RecordTimes } from './column.js';
import { unprocessable } from './errors.js';

type Test = (times: RecordTimes) => boolean;

const COMPARISON =
  /^(IS_AFTER|IS_BEFORE|IS_SAME)\(\s*(LAST_MODIFIED_TIME|CREATED_TIME)\(\)\s*,\s*(?:DATETIME_PARSE\(\s*)?(['"])([^'"]+)\3\s*\)?\s*\)$/;
const COMBINATION = /^(AND|OR|NOT)\((.*)\)$/s;

/** The part of Airtable's formula language that an incremental read needs; anything else is refused as invalid. */
export function parseFormula(formula: string): Test {
  const trimmed = formula.trim();
  const [, combiner, inner] = COMBINATION.exec(trimmed) ?? [];
  if (combiner !== undefined) {
    const tests = splitArguments(inner ?? '').map(parseFormula);
    if (combiner === 'NOT') return (moments) => !tests[0]?.(moments);
    return combiner === 'AND'
      ? (moments) => tests.every((test) => test(moments))
      : (moments) => tests.some((test) => test(moments));
  }
  const [, comparison, field, , literal] = COMPARISON.exec(trimmed) ?? [];
  const time = Date.parse(literal ?? '');
  if (comparison === undefined || Number.isNaN(time)) {
    throw unprocessable(
      'INVALID_FILTER_BY_FORMULA',
      'The formula for filtering records is invalid: Invalid formula. Please check your formula text.',
    );
  }
  const of = ({ created, modified }: RecordTimes) => (field === 'CREATED_TIME' ? created : modified);
  // The time of the last change is blank for a record that was never edited, and no comparison holds for a blank.
  const compare = (holds: (time: number) => boolean): Test => {
    return (times) => {
      const held = of(times);
      return held !== null && holds(held);
    };
  };
  if (comparison === 'IS_AFTER') return compare((held) => held > time);
  return comparison === 'IS_BEFORE' ? compare((held) => held < time) : compare((held) => held === time);
}

/** Splits at the commas outside of brackets and quotes. */
function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let [depth, quote, start] = [0, '', 0];
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === "'" || character === '"') quote = character;
    else if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}
