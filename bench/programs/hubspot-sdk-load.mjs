// HubSpot's SDK: its helper for a whole list collects all items before it returns.
import { Client } from '@hubspot/api-client';

const began = performance.now();
const client = new Client({ accessToken: 'token', basePath: process.env['API'] ?? '' });
const names = ['firstname', 'lastname', 'email', 'phone', 'company', 'jobtitle', 'lifecyclestage', 'hubspot_owner_id'];
const all = await client.crm.contacts.getAll(100, undefined, names);
const ms = performance.now() - began;
console.log(JSON.stringify({ items: all.length, ms, firstMs: ms, peakMb: process.resourceUsage().maxRSS / 1024 }));
process.exit(0);
