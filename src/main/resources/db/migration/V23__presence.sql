-- Presence: who is there, per channel and tenant-wide (channel carillon.presence), and whose rule shows it.

alter table carillon.channel_rule add column presence boolean not null default false;
comment on column carillon.channel_rule.presence is 'Whether those who may subscribe may also see who else does; set by carillon.show_presence().';

create function carillon.show_presence(pattern text) returns text
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  update carillon.channel_rule r set presence = true where r.pattern = show_presence.pattern;
  if not found then
    raise exception 'there is no rule for %', quote_literal(pattern)
      using errcode = 'CA001', hint = 'Say first who may subscribe: select carillon.rule(…), or carillon.watch(…).';
  end if;
  return format('%s: whoever may subscribe may see who else does', pattern);
end
$$;
comment on function carillon.show_presence(text) is
  'Switches presence on for the channels of a rule: whoever may subscribe may see who else does. The rule of channel carillon.presence is for '
  'the whole tenant: everybody who is connected. Counts for subscriptions from then on. Error CA001: no such rule. '
  'Example: select carillon.rule(''carillon.presence''); select carillon.show_presence(''carillon.presence'');';

create function carillon.hide_presence(pattern text) returns boolean
  language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  with hidden as (update carillon.channel_rule r set presence = false where r.pattern = hide_presence.pattern and r.presence returning 1)
  select exists (select from hidden);
$$;
comment on function carillon.hide_presence(text) is
  'Switches presence off for the channels of a rule; within seconds nobody is shown there. Returns whether it was on. '
  'Example: select carillon.hide_presence(''chat:{key}'');';

create function carillon.allow_presence(role regrole) returns text
  language plpgsql volatile set search_path = pg_catalog, pg_temp
as $$
begin
  execute format('grant usage on schema carillon to %s', role);
  execute format('grant execute on function carillon.show_presence(text), carillon.hide_presence(text) to %s', role);
  return format('%s may show and hide presence', role);
end
$$;
comment on function carillon.allow_presence(regrole) is
  'Lets a role switch presence of channels on and off, of every rule. For the owner of Carillon. Example: select carillon.allow_presence(''app_owner'');';

-- One row for each user, channel and node: a user who moves from node to node is in two rows for a moment and never in none.
create unlogged table carillon.presence (
  tenant  text        collate "C" not null,
  channel text        collate "C" not null,
  user_id text        collate "C" not null,
  node    text        collate "C" not null,
  name    text        not null,
  state   text        not null check (state in ('online', 'away', 'busy')),
  since   timestamptz not null default clock_timestamp(),
  ends_at timestamptz,
  primary key (tenant, channel, user_id, node)
);
create index presence_node on carillon.presence (node);
create index presence_ends_at on carillon.presence (ends_at) where ends_at is not null;
comment on table carillon.presence is 'Who is present where; written in batches by one thread of each node. A user is present while there is a row.';
comment on column carillon.presence.channel is 'The channel, or carillon.presence for the tenant as a whole.';
comment on column carillon.presence.node is 'The node that has the user; its rows are reaped with it.';
comment on column carillon.presence.state is 'online, away or busy: of the user''s connections to this node together.';
comment on column carillon.presence.ends_at is 'When a row ends whose node has left, so that users may move on to another one; null while the node has the user.';

create function carillon.tell_presence(tenants text[], channels text[]) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  -- A hint only: whoever cares reads the table.
  insert into carillon.broadcast_event (tenant, channel, type)
  select distinct t.tenant, t.channel, 'carillon.presence' from unnest(tenants, channels) as t (tenant, channel);
  if found and current_setting('carillon.bell', true) is distinct from 'off'
     and exists (select from carillon.node where awake_until < clock_timestamp()) then
    perform pg_notify('carillon', '');
  end if;
end
$$;
comment on function carillon.tell_presence(text[], text[]) is 'Tells all nodes that presence changed in some channels.';

create function carillon.write_presence(
  node_id text, registration uuid, tenants text[], channels text[], users text[], names text[], states text[]
) returns boolean
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  told_tenants text[];
  told_channels text[];
begin
  -- Holds off the reaper; after it, nothing is written in the name of a node that is gone.
  perform from carillon.node n where n.id = node_id and n.registration = write_presence.registration for key share;
  if not found then
    return false;
  end if;
  with entry as (
    select * from unnest(tenants, channels, users, names, states) as e (tenant, channel, user_id, name, state)),
  gone as (
    delete from carillon.presence p using entry e
     where e.state is null and p.tenant = e.tenant and p.channel = e.channel and p.user_id = e.user_id and p.node = node_id
    returning p.tenant, p.channel),
  come as (
    insert into carillon.presence as p (tenant, channel, user_id, node, name, state)
    select e.tenant, e.channel, e.user_id, node_id, e.name, e.state from entry e where e.state is not null
    on conflict (tenant, channel, user_id, node) do update set name = excluded.name, state = excluded.state, ends_at = null
    returning p.tenant, p.channel)
  select array_agg(t.tenant), array_agg(t.channel) into told_tenants, told_channels
    from (select distinct * from (select * from gone union all select * from come) as both_kinds) as t;
  perform carillon.tell_presence(told_tenants, told_channels);
  return true;
end
$$;
comment on function carillon.write_presence(text, uuid, text[], text[], text[], text[], text[]) is
  'Writes what changed on a node, in one go: a state of null is a leave. Returns false, and writes nothing, when the node''s row is another one or gone.';

create function carillon.leave_presence(node_id text, grace_millis bigint) returns void
  language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  update carillon.presence p set ends_at = clock_timestamp() + grace_millis * interval '1 ms' where p.node = node_id;
$$;
comment on function carillon.leave_presence(text, bigint) is
  'A node goes: its users have some time to come back on another one. Any living node removes the rows after it.';

create function carillon.reap(nodes text[], heartbeats timestamptz[]) returns text[]
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  reaped text[];
  told_tenants text[];
  told_channels text[];
begin
  -- skip locked: exactly one of the living takes a dead node, and one that beats in this moment is not dead.
  with dead as (
    select n.id from carillon.node n join unnest(nodes, heartbeats) as d (id, heartbeat_at) on n.id = d.id and n.heartbeat_at = d.heartbeat_at
       for update of n skip locked),
  gone as (delete from carillon.node n using dead d where n.id = d.id returning n.id)
  select coalesce(array_agg(g.id), '{}') into reaped from gone g;
  with over as (
    select p.tenant, p.channel, p.user_id, p.node from carillon.presence p where p.node = any (reaped)
     union all
    select e.tenant, e.channel, e.user_id, e.node
      from (select * from carillon.presence p where p.ends_at < clock_timestamp() for update skip locked) as e),
  gone as (
    delete from carillon.presence p using over o
     where p.tenant = o.tenant and p.channel = o.channel and p.user_id = o.user_id and p.node = o.node
    returning p.tenant, p.channel)
  select array_agg(t.tenant), array_agg(t.channel) into told_tenants, told_channels from (select distinct * from gone) as t;
  if told_tenants is not null then
    perform carillon.tell_presence(told_tenants, told_channels);
  end if;
  return reaped;
end
$$;
comment on function carillon.reap(text[], timestamptz[]) is
  'Removes nodes that are still at the heartbeat at which they were seen to stand still, and all that hangs on them; and presence whose time is over. '
  'Returns the nodes that this call removed: of several callers each node is returned to one.';

create function carillon.sweep_presence(lease_millis bigint) returns bigint
  language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  with orphan as (
    update carillon.presence p set ends_at = clock_timestamp() + lease_millis * interval '1 ms'
     where p.ends_at is null and not exists (select from carillon.node n where n.id = p.node)
    returning 1)
  select count(*) from orphan;
$$;
comment on function carillon.sweep_presence(bigint) is
  'Ends presence that no node''s row stands for any more, after a lease: a node that could not say goodbye. Returns how many rows.';

revoke all on carillon.presence from public;
revoke execute on function
  carillon.show_presence(text), carillon.hide_presence(text), carillon.allow_presence(regrole), carillon.tell_presence(text[], text[]),
  carillon.write_presence(text, uuid, text[], text[], text[], text[], text[]), carillon.leave_presence(text, bigint),
  carillon.reap(text[], timestamptz[]), carillon.sweep_presence(bigint)
  from public;
grant select on carillon.presence to ${runtime};
grant execute on function
  carillon.write_presence(text, uuid, text[], text[], text[], text[], text[]), carillon.leave_presence(text, bigint),
  carillon.reap(text[], timestamptz[]), carillon.sweep_presence(bigint)
  to ${runtime};
