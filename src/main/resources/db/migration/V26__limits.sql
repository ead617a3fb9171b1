-- Limits of tenants: what a row does not say is as the nodes are set (carillon.limit.…).

create table carillon.tenant_limit (
  tenant             text primary key collate "C" check (octet_length(tenant) between 1 and 200 and tenant <> '*'),
  class              text check (class ~ '^[a-z][a-z0-9_]{0,29}$'),
  connections        integer check (connections between 0 and 10000000),
  user_connections   integer check (user_connections between 0 and 10000000),
  subscriptions      integer check (subscriptions between 1 and 10000),
  user_subscriptions integer check (user_subscriptions between 1 and 10000000),
  commands           integer check (commands between 1 and 10000),
  publishes          integer check (publishes between 0 and 1000000),
  deliveries         integer check (deliveries between 0 and 1000000000),
  event_bytes        integer check (event_bytes between 1 and 67108864),
  presence_writes    integer check (presence_writes between 0 and 1000000)
);
comment on table carillon.tenant_limit is
  'Limits of single tenants; null and a missing row: as the nodes are set. Change it with carillon.limit() or by hand: every node follows within a second.';
comment on column carillon.tenant_limit.class is 'Under which name the tenant is counted in metrics, for instance trial; null: default.';
comment on column carillon.tenant_limit.connections is 'Open connections, streams and waiting polls, on all nodes together: each node lets in its share.';
comment on column carillon.tenant_limit.user_connections is 'The same of one user, on each node.';
comment on column carillon.tenant_limit.subscriptions is 'Channels that one connection follows.';
comment on column carillon.tenant_limit.user_subscriptions is 'Channels that all connections of one user on a node follow together.';
comment on column carillon.tenant_limit.commands is 'Commands per second of one connection; four times as many at once.';
comment on column carillon.tenant_limit.publishes is 'Ephemeral events per second that clients publish, on each node.';
comment on column carillon.tenant_limit.deliveries is 'Frames per second to all clients, and events of recoveries, on each node; beyond it ephemeral events are left out and recoveries wait.';
comment on column carillon.tenant_limit.event_bytes is 'Payload of one event, published by a client or emitted; never more than carillon.max_event_bytes allows.';
comment on column carillon.tenant_limit.presence_writes is 'Changes of presence per second, on each node.';

create function carillon.limit_changed() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'DELETE' or (tg_op = 'UPDATE' and old.tenant <> new.tenant) then
    perform carillon.tell_nodes(old.tenant, 'carillon.limit', '{}');
  end if;
  if tg_op = 'INSERT' or (tg_op = 'UPDATE' and new is distinct from old) then
    perform carillon.tell_nodes(new.tenant, 'carillon.limit', '{}');
  end if;
  return null;
end
$$;
comment on function carillon.limit_changed() is 'Trigger of carillon.tenant_limit: tells the nodes whose limits are others now.';
create trigger limit_changed after insert or update or delete on carillon.tenant_limit for each row execute function carillon.limit_changed();

create function carillon.limit(tenant text, name text, value integer) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform carillon.check_address(tenant, 'limit', 'limit');
  if name is null or name not in ('connections', 'user_connections', 'subscriptions', 'user_subscriptions', 'commands', 'publishes',
                                  'deliveries', 'event_bytes', 'presence_writes') then
    raise exception 'there is no limit %', coalesce(quote_literal(name), 'null')
      using errcode = 'CA001', hint = 'The limits are the columns of carillon.tenant_limit: connections, user_connections, subscriptions, …';
  end if;
  begin
    execute format('insert into carillon.tenant_limit as kept (tenant, %1$I) values ($1, $2) '
      'on conflict (tenant) do update set %1$I = excluded.%1$I', name) using tenant, value;
  exception when check_violation then
    raise exception 'the limit % cannot be %', name, value using errcode = 'CA001', hint = 'The table''s constraints say its range: \d carillon.tenant_limit';
  end;
end
$$;
comment on function carillon.limit(text, text, integer) is
  'Sets one limit of a tenant, on every node within a second; null for what the nodes are set to. name: a column of carillon.tenant_limit. '
  'For operators. Error CA001: bad argument. Example: select carillon.limit(''acme'', ''connections'', 500);';

create or replace function carillon.emit(
  tenant text, channel text, type text,
  data jsonb default null, actor text default null, ref text default null, correlation_id text default null
) returns bigint
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  payload constant json := data::json;
  allowed constant integer := least(carillon.event_limit(current_setting('carillon.max_event_bytes', true)),
    (select l.event_bytes from carillon.tenant_limit l where l.tenant = emit.tenant));
  event_id bigint;
begin
  perform carillon.check_address(tenant, channel, type);
  if octet_length(payload::text) > allowed then
    raise exception 'the event is % bytes long, more than the limit of %', octet_length(payload::text), allowed
      using errcode = 'CA002', hint = 'Send an id and let the page read the rest, or raise the setting carillon.max_event_bytes or the tenant''s limit event_bytes.';
  end if;
  actor := coalesce(actor, nullif(current_setting('carillon.actor', true), ''));
  ref := coalesce(ref, nullif(current_setting('carillon.ref', true), ''));
  correlation_id := coalesce(correlation_id, nullif(current_setting('carillon.correlation_id', true), ''));
  if greatest(octet_length(actor), octet_length(ref), octet_length(correlation_id)) > 200 then
    raise exception 'actor, ref and correlation id are at most 200 bytes long'
      using errcode = 'CA001', hint = 'They name who and which request: pass an id.';
  end if;
  insert into carillon.event (tenant, channel, type, data, actor, ref, correlation_id)
  values (emit.tenant, emit.channel, emit.type, payload, emit.actor, emit.ref, emit.correlation_id)
  returning id into event_id;
  perform carillon.ring();
  return event_id;
end
$$;

revoke all on carillon.tenant_limit from public;
revoke execute on function carillon.limit_changed(), carillon.limit(text, text, integer) from public;
grant select on carillon.tenant_limit to ${runtime};
grant execute on function carillon.limit(text, text, integer) to ${runtime};
