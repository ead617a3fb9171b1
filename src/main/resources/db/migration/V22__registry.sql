-- The registry: which nodes live, and who is connected to which.

alter table carillon.node
  add column draining     boolean not null default false,
  add column registration uuid    not null default gen_random_uuid();
comment on column carillon.node.draining is 'Whether it is on its way out: it takes no new connections.';
comment on column carillon.node.registration is
  'Changes with each insert of the row: a node that finds another one here was reaped, or Postgres crashed, and writes all that it has anew.';
comment on column carillon.node.heartbeat_at is
  'When it last said that it lives. A node that sees no new value for the length of the lease, by its own clock, reaps the row.';

-- A row of its own for the loss of the unlogged tables: a node's row may have been inserted again before anybody looked.
create unlogged table carillon.registry_life (
  only_row boolean     primary key default true check (only_row),
  life     uuid        not null default gen_random_uuid(),
  began_at timestamptz not null default clock_timestamp()
);
comment on table carillon.registry_life is
  'One row while the unlogged tables live; gone with them after a crash of Postgres. Who finds another life than it knew knows that what others had registered is gone.';

-- unlogged: nodes know their connections and write them again. No foreign key of tenants: they are whatever tokens say.
create unlogged table carillon.connection (
  node      text        not null references carillon.node (id) on delete cascade,
  id        text        not null,
  tenant    text        collate "C" not null,
  user_id   text        collate "C" not null,
  name      text        not null,
  transport text        not null,
  state     text        not null check (state in ('online', 'away', 'busy')),
  since     timestamptz not null,
  primary key (node, id)
);
create index connection_user on carillon.connection (tenant, user_id);
comment on table carillon.connection is
  'Open connections of all nodes but polls, a fraction of a second late. Written in batches by one thread of each node; goes with the node''s row.';
comment on column carillon.connection.id is 'Unique on its node.';
comment on column carillon.connection.name is 'What people call the user.';
comment on column carillon.connection.transport is 'How it is connected: websocket, sse, ….';
comment on column carillon.connection.state is 'What this connection said of its user: online, away or busy.';
comment on column carillon.connection.since is 'When it was let in, by the clock of its node.';

revoke all on carillon.registry_life, carillon.connection from public;
grant select, insert on carillon.registry_life to ${runtime};
grant select, insert, update, delete on carillon.connection to ${runtime};
