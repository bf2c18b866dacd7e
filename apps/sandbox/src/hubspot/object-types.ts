import type { Session } from '../core/stand-in.js';
import { oneOf, pick } from '../data/hash.js';
import { iso } from '../data/moments.js';
import { company, person, topic } from '../data/words.js';
import { ownerId } from './owners.js';

type Properties = Record<string, string | null>;

/** A CRM object type: what its records hold, and which of that comes without being asked for. */
export interface ObjectType {
  readonly name: string;
  readonly typeId: string;
  readonly scope: string;
  readonly modified: 'lastmodifieddate' | 'hs_lastmodifieddate';
  readonly defaults: readonly string[];
  readonly firstId: number;
  properties(session: Session, index: number): Properties;
}

const owner = (session: Session, index: number) =>
  index % 4 === 0 ? null : ownerId(session, pick(session.sizes['owners'] || 1, `${session.seed}/owned`, index));

const contacts: ObjectType = {
  name: 'contacts',
  typeId: '0-1',
  scope: 'crm.objects.contacts.read',
  modified: 'lastmodifieddate',
  defaults: ['email', 'firstname', 'lastname'],
  firstId: 713_000_000_000,
  properties(session, index) {
    const { first, last, email } = person(`${session.seed}/contacts`, index);
    // Forms and imports leave contacts without a name, chat leaves them without an address, and a few have neither.
    const nameless = index % 17 === 3 || index % 101 === 50;
    return {
      firstname: nameless ? null : first,
      lastname: nameless || index % 19 === 4 ? null : last,
      email: index % 23 === 5 || index % 101 === 50 ? null : email,
      phone: index % 3 === 0 ? `+44 20 7946 0${String(index % 1000).padStart(3, '0')}` : null,
      company: company(`${session.seed}/companies`, index % Math.max(1, session.sizes['companies'] ?? 1)),
      jobtitle: oneOf(['Engineer', 'Buyer', 'Head of Operations', 'Café owner'], `${session.seed}/job`, index),
      lifecyclestage: oneOf(['lead', 'customer', 'opportunity', 'subscriber'], `${session.seed}/stage`, index),
      city: oneOf(['Łódź', 'Bristol', 'Aarhus', 'Nairobi'], `${session.seed}/city`, index),
      hubspot_owner_id: owner(session, index),
    };
  },
};

const companies: ObjectType = {
  name: 'companies',
  typeId: '0-2',
  scope: 'crm.objects.companies.read',
  modified: 'hs_lastmodifieddate',
  defaults: ['domain', 'name'],
  firstId: 314_000_000_000,
  properties: (session, index) => ({
    name: index % 37 === 11 ? null : company(`${session.seed}/companies`, index),
    domain: index % 9 === 8 ? null : `company-${index + 1}.example`,
    industry: oneOf(['COMPUTER_SOFTWARE', 'RETAIL', 'LOGISTICS_AND_SUPPLY_CHAIN'], `${session.seed}/industry`, index),
    city: oneOf(['Łódź', 'Bristol', 'Aarhus', 'Nairobi'], `${session.seed}/company-city`, index),
    numberofemployees: index % 5 === 0 ? null : String(5 + pick(900, `${session.seed}/staff`, index)),
    hubspot_owner_id: owner(session, index),
  }),
};

const deals: ObjectType = {
  name: 'deals',
  typeId: '0-3',
  scope: 'crm.objects.deals.read',
  modified: 'hs_lastmodifieddate',
  defaults: ['amount', 'closedate', 'dealname', 'dealstage', 'pipeline'],
  firstId: 185_000_000_000,
  properties: (session, index) => ({
    dealname:
      index % 33 === 12
        ? null
        : `${company(`${session.seed}/companies`, index)} – ${topic(`${session.seed}/deals`, index)}`,
    amount: index % 6 === 0 ? null : (pick(5_000_000, `${session.seed}/amount`, index) / 100).toFixed(2),
    closedate: index % 7 === 0 ? null : iso(Date.UTC(2026, 9, 1 + pick(200, `${session.seed}/close`, index))),
    dealstage: oneOf(
      ['appointmentscheduled', 'contractsent', 'closedwon', 'closedlost'],
      `${session.seed}/dealstage`,
      index,
    ),
    pipeline: 'default',
    hubspot_owner_id: owner(session, index),
  }),
};

const tickets: ObjectType = {
  name: 'tickets',
  typeId: '0-5',
  scope: 'tickets',
  modified: 'hs_lastmodifieddate',
  defaults: ['content', 'hs_pipeline', 'hs_pipeline_stage', 'hs_ticket_category', 'hs_ticket_priority', 'subject'],
  firstId: 229_000_000_000,
  properties: (session, index) => ({
    subject: index % 21 === 6 ? null : `${topic(`${session.seed}/tickets`, index)}?`,
    content: index % 4 === 0 ? null : 'It worked yesterday. Thanks for any help 🙏',
    hs_pipeline: '0',
    hs_pipeline_stage: String(1 + pick(4, `${session.seed}/ticketstage`, index)),
    hs_ticket_category: index % 3 === 0 ? 'PRODUCT_ISSUE' : null,
    hs_ticket_priority: oneOf([null, 'LOW', 'HIGH'], `${session.seed}/priority`, index),
    hubspot_owner_id: owner(session, index),
  }),
};

export const OBJECT_TYPES: readonly ObjectType[] = [contacts, companies, deals, tickets];

/** By plural name or type id, as HubSpot takes it. */
export const objectType = (name: string | undefined): ObjectType | undefined =>
  OBJECT_TYPES.find((type) => type.name === name || type.typeId === name);
