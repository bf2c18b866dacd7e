/** In their order; one that was released is never changed. */
export const MIGRATIONS: readonly string[] = [
  `
  create table causeway_collections (
    id text primary key,
    name text not null unique,
    org_id text not null,
    user_id text not null,
    connection_id text not null,
    settings text not null,
    version integer not null default 1,
    state text,
    created_at bigint not null,
    next_run_at bigint,
    requested text,
    requested_at bigint,
    claimed text,
    running boolean not null default false,
    lease_owner text,
    lease_until timestamptz,
    size integer not null default 0,
    sequence bigint not null default 0,
    last_number bigint not null default 0,
    deletes_from bigint not null default 0
  );
  create index causeway_collections_newest on causeway_collections (created_at desc, id desc);
  create index causeway_collections_organization on causeway_collections (org_id, created_at desc, id desc);
  create index causeway_collections_connection on causeway_collections (connection_id);
  create index causeway_collections_due on causeway_collections (next_run_at) where next_run_at is not null;
  create index causeway_collections_waiting on causeway_collections (id) where requested is not null or running;
  create table causeway_records (
    collection text not null,
    key text not null,
    type text not null,
    hash text not null,
    value text not null,
    is_deleted boolean not null,
    sequence bigint not null,
    number bigint not null,
    changed_at bigint not null,
    primary key (collection, key)
  );
  create unique index causeway_records_feed on causeway_records (collection, sequence);
  create unique index causeway_records_number on causeway_records (collection, number);
  create index causeway_records_deleted on causeway_records (changed_at) where is_deleted;
  create table causeway_seen (
    collection text not null,
    page bigint generated always as identity,
    numbers bytea not null,
    primary key (collection, page)
  );
  create table causeway_runs (
    collection text not null,
    number integer not null,
    value text not null,
    primary key (collection, number)
  );
  `,
  `alter table causeway_collections add column generation text not null default ''`,
  // What was written of records is read again: the syncs are as new, and readers of their feeds begin anew.
  `
  drop table causeway_records;
  truncate causeway_seen, causeway_runs;
  update causeway_collections set state = null, requested = null, requested_at = null, claimed = null, running = false, lease_owner = null, lease_until = null,
    size = 0, sequence = 0, deletes_from = 0, generation = substr(md5(random()::text), 1, 12);
  alter table causeway_collections drop column last_number;
  create table causeway_index (
    collection text collate "C" not null,
    key text collate "C" not null,
    hash text not null,
    is_deleted boolean not null,
    sequence bigint not null,
    primary key (collection, key)
  );
  create table causeway_blocks (
    collection text collate "C" not null,
    name bigint not null,
    changed_at bigint not null,
    has_deletes boolean not null,
    value_count integer not null,
    entries text not null,
    body bytea not null,
    primary key (collection, name)
  );
  alter table causeway_blocks alter column body set storage external;
  create index causeway_blocks_deletes on causeway_blocks (changed_at) where has_deletes;
  `,
];
