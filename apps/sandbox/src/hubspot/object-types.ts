import type { AccountData } from '../core/account.js';
import { oneOf, pick } from '../data/hash.js';
import { iso } from '../data/timestamps.js';
import { company, person, topic } from '../data/words.js';
import { ownerId } from './owners.js';

/** A property of record N, or null when it is empty. */
type Property = (data: AccountData, index: number) => string | null;

/** A CRM object type: the properties of its records, and which of them are returned by default. */
export interface ObjectType {
  readonly name: string;
  readonly typeId: string;
  readonly scope: string;
  readonly modified: 'lastmodifieddate' | 'hs_lastmodifieddate';
  readonly defaults: readonly string[];
  readonly firstId: number;
  /** The properties that name a record. */
  readonly title: readonly string[];
  /** The properties with the ids of a pipeline and of the stage in it. */
  readonly pipeline?: { readonly property: string; readonly stage: string };
  readonly properties: Readonly<Record<string, Property>>;
}

const owner: Property = (session, index) =>
  index % 4 === 0 ? null : ownerId(session, pick(session.sizes['owners'] || 1, `${session.seed}/owned`, index));

const among =
  <T extends string | null>(kind: string, ...choices: [T, ...T[]]): Property =>
  ({ seed }, index) =>
    oneOf(choices, seed + kind, index);

const companyName = ({ seed }: AccountData, index: number) => company(`${seed}/companies`, index);
const contactPerson = ({ seed }: AccountData, index: number) => person(`${seed}/contacts`, index);
const city = among('/city', 'Łódź', 'Bristol', 'Aarhus', 'Nairobi');

// Forms and imports leave contacts without a name, chat leaves them without an address, and a few have neither.
const hasNeither = (index: number) => index % 101 === 50;
const isNameless = (index: number) => index % 17 === 3 || hasNeither(index);

const contacts: ObjectType = {
  name: 'contacts',
  typeId: '0-1',
  scope: 'crm.objects.contacts.read',
  modified: 'lastmodifieddate',
  defaults: ['email', 'firstname', 'lastname'],
  firstId: 713_000_000_000,
  title: ['firstname', 'lastname'],
  properties: {
    firstname: (session, index) => (isNameless(index) ? null : contactPerson(session, index).first),
    lastname: (session, index) => (isNameless(index) || index % 19 === 4 ? null : contactPerson(session, index).last),
    email: (session, index) => (index % 23 === 5 || hasNeither(index) ? null : contactPerson(session, index).email),
    phone: (_, index) => (index % 3 === 0 ? `+44 20 7946 0${String(index % 1000).padStart(3, '0')}` : null),
    company: (session, index) => companyName(session, index % Math.max(1, session.sizes['companies'] ?? 1)),
    jobtitle: among('/job', 'Engineer', 'Buyer', 'Head of Operations', 'Café owner'),
    lifecyclestage: among('/stage', 'lead', 'customer', 'opportunity', 'subscriber'),
    city,
    favorite_kite: among('/kite', null, 'Delta', 'Box', 'Rokkaku'),
    newsletter_consent: among('/consent', 'true', 'false', null),
    hubspot_owner_id: owner,
  },
};

const companies: ObjectType = {
  name: 'companies',
  typeId: '0-2',
  scope: 'crm.objects.companies.read',
  modified: 'hs_lastmodifieddate',
  defaults: ['domain', 'name'],
  firstId: 314_000_000_000,
  title: ['name'],
  properties: {
    name: (session, index) => (index % 37 === 11 ? null : companyName(session, index)),
    domain: (_, index) => (index % 9 === 8 ? null : `company-${index + 1}.example`),
    industry: among('/industry', 'COMPUTER_SOFTWARE', 'RETAIL', 'LOGISTICS_AND_SUPPLY_CHAIN'),
    city,
    numberofemployees: ({ seed }, index) => (index % 5 === 0 ? null : String(5 + pick(900, `${seed}/staff`, index))),
    hubspot_owner_id: owner,
  },
};

const deals: ObjectType = {
  name: 'deals',
  typeId: '0-3',
  scope: 'crm.objects.deals.read',
  modified: 'hs_lastmodifieddate',
  defaults: ['amount', 'closedate', 'dealname', 'dealstage', 'pipeline'],
  firstId: 185_000_000_000,
  title: ['dealname'],
  pipeline: { property: 'pipeline', stage: 'dealstage' },
  properties: {
    dealname: (session, index) =>
      index % 33 === 12 ? null : `${companyName(session, index)} – ${topic(`${session.seed}/deals`, index)}`,
    amount: ({ seed }, index) => (index % 6 === 0 ? null : (pick(5_000_000, `${seed}/amount`, index) / 100).toFixed(2)),
    closedate: ({ seed }, index) =>
      index % 7 === 0 ? null : iso(Date.UTC(2026, 9, 1 + pick(200, `${seed}/close`, index))),
    dealstage: among('/dealstage', 'appointmentscheduled', 'contractsent', 'closedwon', 'closedlost'),
    pipeline: () => 'default',
    hubspot_owner_id: owner,
  },
};

const tickets: ObjectType = {
  name: 'tickets',
  typeId: '0-5',
  scope: 'tickets',
  modified: 'hs_lastmodifieddate',
  defaults: ['content', 'hs_pipeline', 'hs_pipeline_stage', 'hs_ticket_category', 'hs_ticket_priority', 'subject'],
  firstId: 229_000_000_000,
  title: ['subject'],
  pipeline: { property: 'hs_pipeline', stage: 'hs_pipeline_stage' },
  properties: {
    subject: ({ seed }, index) => (index % 21 === 6 ? null : `${topic(`${seed}/tickets`, index)}?`),
    content: (_, index) => (index % 4 === 0 ? null : 'It worked yesterday. Thanks for any help 🙏'),
    hs_pipeline: () => '0',
    hs_pipeline_stage: among('/ticketstage', '1', '2', '3', '4'),
    hs_ticket_category: (_, index) => (index % 3 === 0 ? 'PRODUCT_ISSUE' : null),
    hs_ticket_priority: among('/priority', null, 'LOW', 'HIGH'),
    hubspot_owner_id: owner,
  },
};

/** A custom object of these portals, as their administrator has defined it. */
const boats: ObjectType = {
  name: 'boats',
  typeId: '2-31415926',
  scope: 'crm.objects.custom.read',
  modified: 'hs_lastmodifieddate',
  defaults: [],
  firstId: 90_000_000_000,
  title: ['boat_name'],
  pipeline: { property: 'hs_pipeline', stage: 'hs_pipeline_stage' },
  properties: {
    boat_name: ({ seed }, index) => (index % 13 === 7 ? null : `${company(`${seed}/boats`, index)} II`),
    berth: (_, index) => `${String.fromCharCode(65 + (index % 5))}${index + 1}`,
    length_m: ({ seed }, index) => (6 + pick(200, `${seed}/length`, index) / 10).toFixed(1),
    hs_pipeline: () => 'voyages',
    hs_pipeline_stage: among('/voyage', 'moored', 'at-sea'),
    hubspot_owner_id: owner,
  },
};

const STANDARD_TYPES: readonly ObjectType[] = [contacts, companies, deals, tickets];
export const CUSTOM_TYPES: readonly ObjectType[] = [boats];
export const OBJECT_TYPES = [...STANDARD_TYPES, ...CUSTOM_TYPES];

/** By plural name or type id, as HubSpot takes it; a custom object by its full name too. */
export const objectType = (name: string | undefined): ObjectType | undefined =>
  STANDARD_TYPES.find((type) => type.name === name || type.typeId === name) ??
  CUSTOM_TYPES.find((type) => type.typeId === name || type.name === name || name?.endsWith(`_${type.name}`));
