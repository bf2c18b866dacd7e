import type { PropertyDefinition } from '../integration-definition.js';

/** The labels of https://knowledge.hubspot.com/properties/hubspots-default-contact-properties and its siblings for other objects. */
const PHONE = { name: 'phone', label: 'Phone number' };

/** In every record, asked for or not. */
const RECORD: readonly PropertyDefinition[] = [
  { name: 'createdate', label: 'Create date' },
  { name: 'lastmodifieddate', label: 'Last modified date' },
  { name: 'hs_lastmodifieddate', label: 'Last modified date' },
  { name: 'hs_object_id', label: 'Record ID' },
];

function ownedBy(label: string): PropertyDefinition {
  return { name: 'hubspot_owner_id', label, textProperty: 'ownerName' };
}

export const contact = {
  type: 'contact',
  label: 'Contact',
  pluralLabel: 'Contacts',
  byDefault: true,
  properties: [
    { name: 'email', label: 'Email' },
    PHONE,
    { name: 'company', label: 'Company name' },
    { name: 'jobtitle', label: 'Job title' },
    {
      name: 'lifecyclestage',
      label: 'Lifecycle stage',
      values: {
        subscriber: 'Subscriber',
        lead: 'Lead',
        marketingqualifiedlead: 'Marketing Qualified Lead',
        salesqualifiedlead: 'Sales Qualified Lead',
        opportunity: 'Opportunity',
        customer: 'Customer',
        evangelist: 'Evangelist',
        other: 'Other',
      },
    },
    ownedBy('Contact owner'),
    { name: 'firstname', label: 'First name' },
    { name: 'lastname', label: 'Last name' },
    ...RECORD,
  ],
} as const;

export const company = {
  type: 'company',
  label: 'Company',
  pluralLabel: 'Companies',
  byDefault: true,
  properties: [
    { name: 'domain', label: 'Company domain name' },
    { name: 'industry', label: 'Industry' },
    PHONE,
    { name: 'city', label: 'City' },
    { name: 'country', label: 'Country/Region' },
    { name: 'numberofemployees', label: 'Number of employees' },
    ownedBy('Company owner'),
    { name: 'name', label: 'Company name' },
    ...RECORD,
  ],
} as const;

export const deal = {
  type: 'deal',
  label: 'Deal',
  pluralLabel: 'Deals',
  byDefault: true,
  properties: [
    { name: 'amount', label: 'Amount' },
    { name: 'dealstage', label: 'Deal stage', textProperty: 'dealstageLabel' },
    { name: 'pipeline', label: 'Pipeline', textProperty: 'pipelineLabel' },
    { name: 'closedate', label: 'Close date' },
    ownedBy('Deal owner'),
    { name: 'dealname', label: 'Deal name' },
    ...RECORD,
  ],
} as const;

export const ticket = {
  type: 'ticket',
  label: 'Ticket',
  pluralLabel: 'Tickets',
  byDefault: true,
  properties: [
    { name: 'hs_pipeline_stage', label: 'Ticket status', textProperty: 'hs_pipeline_stageLabel' },
    {
      name: 'hs_ticket_priority',
      label: 'Priority',
      values: { LOW: 'Low', MEDIUM: 'Medium', HIGH: 'High', URGENT: 'Urgent' },
    },
    {
      name: 'hs_ticket_category',
      label: 'Category',
      values: {
        PRODUCT_ISSUE: 'Product Issue',
        BILLING_ISSUE: 'Billing Issue',
        FEATURE_REQUEST: 'Feature Request',
        GENERAL_INQUIRY: 'General Inquiry',
      },
    },
    { name: 'hs_pipeline', label: 'Pipeline', textProperty: 'hs_pipelineLabel' },
    ownedBy('Ticket owner'),
    { name: 'content', label: 'Ticket description' },
    { name: 'subject', label: 'Ticket name' },
    ...RECORD,
  ],
} as const;

export const owner = {
  type: 'owner',
  label: 'Owner',
  pluralLabel: 'Owners',
  properties: [
    { name: 'email', label: 'Email' },
    { name: 'teams', label: 'Teams' },
    { name: 'userId', label: 'User ID' },
  ],
} as const;
