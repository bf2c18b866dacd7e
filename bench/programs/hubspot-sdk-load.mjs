// The helper that HubSpot's own SDK has for reading all of a list: it collects everything before it gives anything.
import { Client } from '@hubspot/api-client';

const began = performance.now();
const client = new Client({ accessToken: 'token', basePath: process.env['API'] ?? '' });
const names = ['firstname', 'lastname', 'email', 'phone', 'company', 'jobtitle', 'lifecyclestage', 'hubspot_owner_id'];
const all = await client.crm.contacts.getAll(100, undefined, names);
const ms = performance.now() - began;
console.log(JSON.stringify({ items: all.length, ms, firstMs: ms, peakMb: process.resourceUsage().maxRSS / 1024 }));
process.exit(0);
