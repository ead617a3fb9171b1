-- Agents: programs that work for a tenant. They register, send signs of life, change their status, say something.

create table carillon_app.agent (
  tenant_id     text not null,
  id            text not null,
  name          text not null,
  kind          text not null default 'worker',
  status        text not null default 'online',
  silent_after  integer not null default 60,
  registered_by text not null,
  last_seen_at  timestamptz not null default clock_timestamp(),
  version       integer not null default 1,
  created_at    timestamptz not null default clock_timestamp(),
  updated_at    timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id),
  -- What the catalogue's schema says, as far as SQL can: a test compares the two.
  constraint catalogue_id check (char_length(id) between 1 and 100),
  constraint catalogue_name check (char_length(name) between 1 and 200),
  constraint catalogue_kind check (char_length(kind) between 1 and 50),
  constraint catalogue_status check (status in ('online', 'busy', 'idle', 'error', 'offline')),
  constraint catalogue_silent_after check (silent_after between 1 and 86400),
  constraint catalogue_registered_by check (char_length(registered_by) between 1 and 200),
  constraint catalogue_version check (version >= 1)
) with (fillfactor = 70);
comment on table carillon_app.agent is 'Agents of all tenants; live on channel agents. Signs of life alone are not told.';
comment on column carillon_app.agent.id is 'Chosen by whoever registers it; unique in the tenant.';
comment on column carillon_app.agent.silent_after is 'Seconds without a sign of life after which it is offline.';
comment on column carillon_app.agent.last_seen_at is
  'The last sign of life. In no index and not sent: it is written all the time, and stays on its page.';
select carillon_app.guard('carillon_app.agent');

-- A sign of life is no new version.
create trigger stamp before update on carillon_app.agent for each row
  when (row(old.name, old.kind, old.status, old.silent_after) is distinct from row(new.name, new.kind, new.status, new.silent_after))
  execute function carillon_app.stamp();

create function carillon_app.tell_agent() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform carillon.emit(new.tenant_id, 'agents', 'agent.status.changed', jsonb_build_object('agentId', new.id, 'status', new.status));
  return null;
end
$$;
comment on function carillon_app.tell_agent() is 'Row trigger: tells that an agent''s status changed, whoever wrote it.';
create trigger tell after update of status on carillon_app.agent
  for each row when (old.status is distinct from new.status) execute function carillon_app.tell_agent();

create function carillon_app.silence_agents(most integer) returns integer
  -- For all tenants: any node calls it. The condition is looked at again under the row's lock, so a sign of life that came meanwhile counts.
  language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  with silent as (
    select a.tenant_id, a.id from carillon_app.agent a
     where a.status <> 'offline' and a.last_seen_at + a.silent_after * interval '1 second' < clock_timestamp()
     limit most for update skip locked),
  gone as (
    update carillon_app.agent a set status = 'offline' from silent s where a.tenant_id = s.tenant_id and a.id = s.id returning 1)
  select count(*)::integer from gone;
$$;
comment on function carillon_app.silence_agents(integer) is 'Sets up to so many agents that went silent offline, each once; returns how many.';

create table carillon_app.agent_message (
  id         bigint generated always as identity primary key,
  tenant_id  text not null,
  agent_id   text not null,
  text       text not null check (char_length(text) between 1 and 4000),
  level      text not null default 'info' check (level in ('debug', 'info', 'warning', 'error')),
  created_at timestamptz not null default clock_timestamp(),
  foreign key (tenant_id, agent_id) references carillon_app.agent on delete cascade
);
create index on carillon_app.agent_message (tenant_id, agent_id, id);
comment on table carillon_app.agent_message is 'What agents said; each row is told as agent.message.';
select carillon_app.guard('carillon_app.agent_message');

create function carillon_app.tell_agent_message() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform carillon.emit(new.tenant_id, 'agents', 'agent.message', jsonb_build_object('agentId', new.agent_id, 'id', new.id::text,
    'text', new.text, 'level', new.level, 'at', new.created_at));
  return null;
end
$$;
comment on function carillon_app.tell_agent_message() is 'Row trigger: tells what an agent said.';
create trigger tell after insert on carillon_app.agent_message for each row execute function carillon_app.tell_agent_message();

select carillon.watch('carillon_app.agent', 'agents', exclude => array['last_seen_at']::name[]);

revoke execute on all functions in schema carillon_app from public;
grant execute on function carillon_app.silence_agents(integer) to ${runtime};
