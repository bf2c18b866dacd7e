import { createCauseway, unwrap } from '@causeway/client';
import { Connect } from './connect';

export const dynamic = 'force-dynamic';

const baseUrl = process.env['CAUSEWAY_URL'] ?? '';

export default async function Page() {
  const { integrations } = await unwrap(createCauseway({ baseUrl }).GET('/integrations'));
  return (
    <ul aria-label="Integrations">
      {integrations.map(({ id, name }) => (
        <li key={id}>
          <h2>{name}</h2>
          <Connect baseUrl={baseUrl} integration={id} name={name} />
        </li>
      ))}
    </ul>
  );
}
