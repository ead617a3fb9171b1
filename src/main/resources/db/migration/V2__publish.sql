-- Publishing by hand: events that live and die with the caller's transaction, the bell, the rules of who may listen.

create function carillon.runtime_role() returns regrole
  language sql stable
  return to_regrole('${runtime}');
comment on function carillon.runtime_role() is 'The role that the running product works as.';

-- Ephemeral events (typing, meters) need no durability and no history: unlogged, two slots, a minute each.
create sequence carillon.broadcast_id as bigint cache 1;

create function carillon.broadcast_slot() returns smallint
  language sql volatile
  return (floor(date_part('epoch', clock_timestamp()) / 60)::bigint & 1)::smallint;
comment on function carillon.broadcast_slot() is 'The slot (0 or 1) that ephemeral events are written to in this minute.';

-- The parent holds no rows; only its partitions are unlogged.
create table carillon.broadcast_event (
  id      bigint      not null default nextval('carillon.broadcast_id'),
  xid     xid8        not null default pg_current_xact_id(),
  at      timestamptz not null default clock_timestamp(),
  slot    smallint    not null default carillon.broadcast_slot(),
  tenant  text        not null,
  channel text        not null,
  type    text        not null,
  data    json,
  actor   text
) partition by list (slot);
create unlogged table carillon.broadcast_event_0 partition of carillon.broadcast_event for values in (0) with (autovacuum_enabled = false);
create unlogged table carillon.broadcast_event_1 partition of carillon.broadcast_event for values in (1) with (autovacuum_enabled = false);
create index broadcast_event_xid on carillon.broadcast_event (xid);
comment on table carillon.broadcast_event is
  'Ephemeral events, kept for half a minute at least; empty after a crash of Postgres. Columns as in carillon.event.';

create function carillon.rotate_broadcast() returns text
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '20ms'
as $$
declare
  current_slot constant smallint := carillon.broadcast_slot();
  other_slot constant regclass := format('carillon.broadcast_event_%s', 1 - current_slot)::regclass;
begin
  -- In the first half of a minute the other slot holds what nodes may still be reading.
  if pg_relation_size(other_slot) = 0 or extract(second from clock_timestamp()) < 30 then
    return null;
  end if;
  begin
    execute format('lock table only %s in access exclusive mode', other_slot);
  exception when lock_not_available then
    return 'busy';
  end;
  if carillon.broadcast_slot() <> current_slot then
    return 'busy';
  end if;
  execute format('truncate table only %s', other_slot);
  return format('emptied %s', other_slot);
end
$$;
comment on function carillon.rotate_broadcast() is
  'Empties the slot of ephemeral events that was written in the minute before; any node calls it every ten seconds or so. Returns what '
  'was emptied, "busy", or null when there was nothing to do. Example: select carillon.rotate_broadcast();';

create function carillon.event_limit(setting text) returns integer
  -- A setting is anybody's text: one that is no number must not fail the transaction of a writer.
  language sql immutable parallel safe
  return case when setting ~ '^[0-9]{1,9}$' then least(greatest(setting::integer, 8192), 67108864) else 262144 end;
comment on function carillon.event_limit(text) is
  'The largest payload in bytes that the setting carillon.max_event_bytes allows: 8192 to 67108864, and 262144 when it is unset or no number.';

create function carillon.ring() returns void
  -- volatile: so it reads the promises of the nodes as they are now, after the caller's transaction got its id. A node that wants to
  -- sleep waits for every transaction that had an id when its promise ran out; one that looked before it had an id would be missed.
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  -- An event is durable before anybody sees it: otherwise a crash takes back what was on the screens.
  if current_setting('synchronous_commit') = 'off' then
    perform set_config('synchronous_commit', 'local', true);
  end if;
  if current_setting('carillon.bell', true) is distinct from 'off'
     and exists (select from carillon.node where awake_until < clock_timestamp()) then
    perform pg_notify('carillon', '');
  end if;
end
$$;
comment on function carillon.ring() is
  'Wakes the nodes that sleep, when the calling transaction commits; call it after the event was written. Silent while every node has '
  'promised to look by itself, when there is no node, or when the setting carillon.bell is off (needed before PREPARE TRANSACTION).';

create function carillon.check_address(tenant text, channel text, type text) returns void
  language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
begin
  if tenant is null or octet_length(tenant) not between 1 and 200 or tenant collate "C" ~ '[\x01-\x1f\x7f]' then
    raise exception 'the tenant must be 1 to 200 bytes without control characters'
      using errcode = 'CA001', hint = 'Pass the id of the tenant as text: carillon.emit(order.tenant_id::text, …).';
  end if;
  if tenant = '*' then
    raise exception 'the tenant * is reserved'
      using errcode = 'CA001', hint = 'There is no event for all tenants: emit one for each.';
  end if;
  if channel is null or octet_length(channel) not between 1 and 200 or channel collate "C" ~ '[\x01-\x1f\x7f]' then
    raise exception 'the channel must be 1 to 200 bytes without control characters'
      using errcode = 'CA001', hint = 'A channel is a name such as orders, or a name and a key such as chat:42.';
  end if;
  if type is null or type collate "C" !~ '^[A-Za-z0-9_.:-]{1,100}$' then
    raise exception 'the type must be 1 to 100 of the characters A-Z a-z 0-9 _ . : -'
      using errcode = 'CA001', hint = 'A type reads like order.created.';
  end if;
  if starts_with(type, 'carillon.') then
    raise exception 'types that begin with carillon. are reserved'
      using errcode = 'CA001', hint = 'Choose another prefix, for instance the name of your entity.';
  end if;
end
$$;
comment on function carillon.check_address(text, text, text) is
  'Refuses (CA001) a tenant, channel or type that an event may not have.';

create function carillon.emit(
  tenant text, channel text, type text,
  data jsonb default null, actor text default null, ref text default null, correlation_id text default null
) returns bigint
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  payload constant json := data::json;
  allowed constant integer := carillon.event_limit(current_setting('carillon.max_event_bytes', true));
  event_id bigint;
begin
  perform carillon.check_address(tenant, channel, type);
  if octet_length(payload::text) > allowed then
    raise exception 'the event is % bytes long, more than the limit of %', octet_length(payload::text), allowed
      using errcode = 'CA002', hint = 'Send an id and let the page read the rest, or raise the setting carillon.max_event_bytes.';
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
comment on function carillon.emit(text, text, text, jsonb, text, text, text) is
  'Publishes an event that exists if and only if the calling transaction commits; returns its id. tenant and channel: 1 to 200 bytes '
  'without control characters. type: 1 to 100 of A-Z a-z 0-9 _ . : -, not beginning with carillon. data: any JSON up to 262144 bytes '
  '(setting carillon.max_event_bytes). actor, ref, correlation_id: up to 200 bytes, taken from the transaction-local settings '
  'carillon.actor, carillon.ref and carillon.correlation_id when not given. Errors: CA001 bad argument, CA002 too large. '
  'Example: select carillon.emit(''acme'', ''orders'', ''order.paid'', ''{"id": "42"}'');';

create function carillon.broadcast(tenant text, channel text, type text, data jsonb default null, actor text default null) returns bigint
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  payload constant json := data::json;
  event_id bigint;
begin
  perform carillon.check_address(tenant, channel, type);
  if octet_length(payload::text) > 8192 then
    raise exception 'the ephemeral event is % bytes long, more than 8192', octet_length(payload::text)
      using errcode = 'CA002', hint = 'Ephemeral events are for typing and meters; what is larger goes by carillon.emit().';
  end if;
  actor := coalesce(actor, nullif(current_setting('carillon.actor', true), ''));
  if octet_length(actor) > 200 then
    raise exception 'the actor is at most 200 bytes long' using errcode = 'CA001', hint = 'Pass an id.';
  end if;
  -- Nodes empty these slots: without one nobody would hear the event, and nobody would ever remove it.
  if not exists (select from carillon.node where heartbeat_at > clock_timestamp() - interval '5 minutes') then
    return null;
  end if;
  insert into carillon.broadcast_event (tenant, channel, type, data, actor)
  values (broadcast.tenant, broadcast.channel, broadcast.type, payload, broadcast.actor)
  returning id into event_id;
  if current_setting('carillon.bell', true) is distinct from 'off'
     and exists (select from carillon.node where awake_until < clock_timestamp()) then
    perform pg_notify('carillon', '');
  end if;
  return event_id;
end
$$;
comment on function carillon.broadcast(text, text, text, jsonb, text) is
  'Publishes an ephemeral event to whoever is connected now: no history, no recovery, discarded when there is too much of it, gone with a '
  'rollback. Arguments as in carillon.emit(); data up to 8192 bytes. Returns its id, or null when no node runs that could hear it. '
  'Errors: CA001 bad argument, CA002 too large. Example: select carillon.broadcast(''acme'', ''chat:42'', ''typing.start'', ''{"user": "7"}'');';

create function carillon.check_rule(pattern text, members text, member_tables text[]) returns void
  -- Runs as the caller: trying the query must not lend him anybody's rights. The fixed path makes an unqualified name fail here and
  -- not when a subscriber is refused.
  language plpgsql volatile set search_path = pg_catalog, pg_temp
as $$
declare
  member_table text;
begin
  if pattern is null or octet_length(pattern) not between 1 and 200 or pattern collate "C" ~ '[\x01-\x1f\x7f]'
     or regexp_replace(pattern, ':(\{user\}|\{key\})$', '') ~ '[{}]' then
    raise exception 'the pattern % is not a channel name, name:{user} or name:{key}', coalesce(quote_literal(pattern), 'null')
      using errcode = 'CA001', hint = 'Write orders, inbox:{user} or chat:{key}; 1 to 200 bytes.';
  end if;
  if pattern like '%:{key}' and members is null then
    raise exception 'the pattern % needs a members query', quote_literal(pattern)
      using errcode = 'CA001', hint = 'Say who is in the room: members => ''select from app.member where tenant_id::text = $1 and user_id::text = $2 and room_id::text = $3''.';
  end if;
  if members is not null then
    begin
      execute format('prepare carillon_check_rule (text, text, text) as select from (%s) as member', members);
      execute 'deallocate carillon_check_rule';
    exception when others then
      raise exception 'the members query does not work: %', sqlerrm
        using errcode = 'CA001', hint = 'It is one SELECT with $1 tenant, $2 user and $3 key, all text; write every table with its schema.';
    end;
  end if;
  foreach member_table in array coalesce(member_tables, '{}') loop
    if to_regclass(member_table) is null then
      raise exception 'there is no table %', quote_literal(member_table)
        using errcode = 'CA001', hint = 'member_tables names the tables that members reads, each with its schema.';
    end if;
  end loop;
end
$$;
comment on function carillon.check_rule(text, text, text[]) is 'Refuses (CA001) a channel rule that could not work.';

create function carillon.save_rule(
  pattern text, subscribe_roles text[], publish_roles text[], members text, member_tables text[]
) returns void
  language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  insert into carillon.channel_rule as kept (pattern, subscribe_roles, publish_roles, members, member_tables)
  values (save_rule.pattern, save_rule.subscribe_roles, save_rule.publish_roles, save_rule.members, save_rule.member_tables)
  on conflict (pattern) do update
     set subscribe_roles = excluded.subscribe_roles, publish_roles = excluded.publish_roles,
         members = excluded.members, member_tables = excluded.member_tables;
$$;
comment on function carillon.save_rule(text, text[], text[], text, text[]) is 'The part of carillon.rule() that writes.';

create function carillon.rule(
  pattern text, subscribe_roles text[] default null, publish_roles text[] default null,
  members text default null, member_tables text[] default null
) returns text
  language plpgsql volatile set search_path = pg_catalog, pg_temp
as $$
begin
  perform carillon.check_rule(pattern, members, member_tables);
  perform carillon.save_rule(pattern, subscribe_roles, publish_roles, members, member_tables);
  return format('%s: %s may subscribe, %s may publish%s', pattern,
    case when subscribe_roles is null then 'every member of the tenant' else array_to_string(subscribe_roles, ', ') end,
    case when publish_roles is null then 'nobody' else array_to_string(publish_roles, ', ') end,
    case when members is null then '' else ', if the members query says yes' end);
end
$$;
comment on function carillon.rule(text, text[], text[], text, text[]) is
  'Says who may use a channel; saying it again replaces it. pattern: a channel''s name, name:{user} (only that user) or name:{key} (a '
  'room; needs members). subscribe_roles: null for every member of the tenant. publish_roles: null for nobody. members: one SELECT with '
  '$1 tenant, $2 user, $3 key as text, run by the product''s role; at least one row means yes; null for no check. member_tables: the '
  'tables it reads, so that a change of them re-checks subscriptions. Error CA001: bad argument. '
  'Example: select carillon.rule(''orders'', subscribe_roles => array[''staff'']);';

create function carillon.unrule(pattern text) returns boolean
  language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  with gone as (delete from carillon.channel_rule r where r.pattern = unrule.pattern returning 1)
  select exists (select from gone);
$$;
comment on function carillon.unrule(text) is
  'Removes the rule of a channel; nobody may subscribe to it any more. Returns whether there was one. Example: select carillon.unrule(''orders'');';

revoke all on all tables in schema carillon from public;
revoke execute on all functions in schema carillon from public;
grant select on carillon.broadcast_event, carillon.broadcast_id to ${runtime};
grant execute on function
  carillon.runtime_role(), carillon.broadcast_slot(), carillon.rotate_broadcast(), carillon.event_limit(text),
  carillon.emit(text, text, text, jsonb, text, text, text), carillon.broadcast(text, text, text, jsonb, text)
  to ${runtime};
