import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { createCauseway, sessionFrom, unwrap, type Connection, type IntegrationDetails } from '@causeway/client';
import {
  CausewayProvider,
  ItemsGrid,
  nameOf,
  useCreateSync,
  useItemOrder,
  useItems,
  useItemTable,
  useSyncActions,
  useSyncs,
  type UseSyncs,
} from '@causeway/react';
import '@causeway/react/items-grid.css';

const service = new URLSearchParams(window.location.search).get('service') ?? '';
const client = createCauseway({ baseUrl: service, sessionToken: sessionFrom('/causeway-session') });

function Items({ integration, connection }: { integration: IntegrationDetails; connection: Connection }) {
  const [settled, setSettled] = useState(0);
  const [text, setText] = useState('');
  const [clicked, setClicked] = useState('');
  const load = useItems(connection.id, {
    types: ['contact'],
    automatic: true,
    pauseAfter: 100,
    onSettled: () => setSettled((count) => count + 1),
  });
  const table = useItemTable(integration, load.items, { text });
  const { order, busy } = useItemOrder(load, table.query);
  return (
    <section style={{ display: 'flex', flexDirection: 'column', height: 500 }}>
      <h2 id="items">Items</h2>
      <p role="status">
        {load.state.phase}, {load.items.rows.length} loaded, {order.length} shown, settled {settled} times, {clicked}
      </p>
      <input type="search" value={text} onChange={(event) => setText(event.target.value)} />
      <button onClick={() => load.continue()} disabled={!load.canContinue}>
        Continue
      </button>
      <button onClick={() => load.getChanges()} disabled={!load.canGetChanges}>
        Changes
      </button>
      <button onClick={() => load.clear()}>Clear</button>
      <ItemsGrid
        integration={integration}
        items={load.items}
        order={order}
        busy={busy}
        table={table}
        labelledBy="items"
        onShowDetails={(item) => setClicked(nameOf(item))}
        onOpen={() => setClicked('opened')}
      />
    </section>
  );
}

function Syncs({ connection }: { connection: Connection }) {
  const { syncs, problem, reload } = useSyncs(connection.id);
  const { create, pending } = useCreateSync(connection.id, reload);
  return (
    <section>
      <button onClick={() => void create(['contact'])} disabled={pending !== null}>
        Create
      </button>
      <p role="alert">{problem?.detail}</p>
      <ul aria-label="Syncs">
        {syncs?.map((sync) => (
          <SyncRow key={sync.id} sync={sync} onChange={reload} />
        ))}
      </ul>
    </section>
  );
}

function SyncRow({ sync, onChange }: { sync: NonNullable<UseSyncs['syncs']>[number]; onChange: () => unknown }) {
  const { act, pending } = useSyncActions(sync, onChange);
  return (
    <li>
      {sync.status}, {sync.lastRun?.kind} {sync.lastRun?.outcome}, {sync.items} items
      {(['full', 'pause', 'resume', 'delete'] as const).map((action) => (
        <button key={action} onClick={() => void act(action)} disabled={pending !== null}>
          {action}
        </button>
      ))}
    </li>
  );
}

const [{ integrations }, { connections }] = await Promise.all([
  unwrap(client.GET('/integrations/details')),
  unwrap(client.GET('/connections')),
]);
const connection = connections[0]!;
createRoot(document.getElementById('root')!).render(
  <CausewayProvider client={client}>
    <Items integration={integrations.find(({ id }) => id === connection.integration)!} connection={connection} />
    <Syncs connection={connection} />
  </CausewayProvider>,
);
