import { oneOf, pick } from './hash.js';

/** Invented people and things. Addresses are below example.com, .example and .test, which nobody can own. */

type Words = readonly [string, ...string[]];

// prettier-ignore
const FIRST: Words = [
  'Ada', 'Bram', 'Chidi', 'Dorota', 'Elif', 'Farid', 'Greta', 'Hiro', 'Inés', 'Jonas', 'Keiko', 'Lars', 'Mina', 'Noor',
  'Oskar', 'Priya', 'Quentin', 'Rosa', 'Søren', 'Tomasz', 'Uma', 'Vera', 'Wanjiru', 'Ximena', 'Yusuf', 'Zoë', '美咲',
];
// prettier-ignore
const LAST: Words = [
  'Abara', 'Bergström', 'Castellan', 'Dvořák', 'Eastwick', 'Fonseca', 'Grünwald', 'Holloway', 'Ivanova', 'Jansen',
  'Kowalczyk', 'Lindqvist', 'Marlowe', 'Nakata', "O'Dell", 'Penhallow', 'Quill', 'Rosenthal', 'Szabó', 'Thornbury',
  'Umarov', 'Vance', 'Winterbourne', 'Yilmaz', 'Zielinski', '田中',
];
const TRADE: Words = ['Kites', 'Lanterns', 'Bakery', 'Instruments', 'Gardens', 'Freight', 'Ceramics', 'Robotics'];
const PLACE: Words = ['Northwind', 'Copper', 'Fernhill', 'Quarry', 'Bluebell', 'Saltmarsh', 'Juniper', 'Halcyon'];
// prettier-ignore
const TOPIC: Words = [
  'Roadmap', 'Onboarding', 'Hiring plan', 'Budget', 'Release notes', 'Research', 'Retrospective', 'Travel guide',
  'Support rota', 'Brand book', 'Incident review', 'Reading list', 'Café menu ☕', 'Планы', '会議メモ',
];

export interface Person {
  first: string;
  last: string;
  email: string;
}

const ascii = (name: string, otherwise: string) =>
  name
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase() || otherwise;

/** Each name with what it looks like in an address. */
type Spelled = readonly [name: string, inAddress: string];
const spelled = ([first, ...rest]: Words, otherwise: string): readonly [Spelled, ...Spelled[]] => [
  [first, ascii(first, otherwise)],
  ...rest.map((name): Spelled => [name, ascii(name, otherwise)]),
];
const FIRST_NAMES = spelled(FIRST, 'person');
const LAST_NAMES = spelled(LAST, 'name');

/** Person N: the address contains N, so it is unique whatever the names. */
export function person(key: string, index: number): Person {
  const [first, firstInAddress] = oneOf(FIRST_NAMES, `${key}/first`, index);
  const [last, lastInAddress] = oneOf(LAST_NAMES, `${key}/last`, index);
  return { first, last, email: `${firstInAddress}.${lastInAddress}.${index}@example.com` };
}

export const company = (key: string, index: number): string =>
  `${oneOf(PLACE, `${key}/place`, index)} ${oneOf(TRADE, `${key}/trade`, index)} ${index + 1}`;

export const topic = (key: string, index: number): string => oneOf(TOPIC, `${key}/topic`, index);

export const quarter = (key: string, index: number): string => `Q${pick(4, `${key}/quarter`, index) + 1}`;
