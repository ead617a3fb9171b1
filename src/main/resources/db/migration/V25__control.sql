-- Control orders: what an administrator tells all nodes. A row that lasts, an event that wakes: a node acts on the event within
-- milliseconds; one that starts later, or left events out, reads the rows.

create table carillon.control_order (
  id            bigint generated always as identity primary key,
  kind          text        not null check (kind in ('disconnect', 'revoke')),
  tenant        text        collate "C" not null,
  user_id       text        collate "C",
  connection    text        collate "C",
  token_id      text        collate "C",
  issued_before timestamptz,
  at            timestamptz not null default clock_timestamp(),
  expires_at    timestamptz not null,
  actor         text
);
-- One row per revoked token and per user: revoking again moves it on, so that the rows stay as few as what they stand for.
create unique index control_order_token on carillon.control_order (tenant, token_id) where kind = 'revoke' and token_id is not null;
create unique index control_order_user on carillon.control_order (tenant, user_id) where kind = 'revoke' and token_id is null;
create index control_order_expires_at on carillon.control_order (expires_at);

comment on table carillon.control_order is 'Orders in force: revocations until no token that they hit can live any longer, disconnections for an hour. Written by carillon.disconnect() and carillon.revoke().';
comment on column carillon.control_order.kind is 'disconnect: whoever is connected now is closed; revoke: tokens count no longer.';
comment on column carillon.control_order.user_id is 'Whom it concerns; null with a connection, a token, or all of the tenant.';
comment on column carillon.control_order.connection is 'The one connection to close.';
comment on column carillon.control_order.token_id is 'The jti of the one token that is revoked.';
comment on column carillon.control_order.issued_before is 'All tokens of the user that were issued before this moment (iat), or that name none, are revoked.';
comment on column carillon.control_order.expires_at is 'After this the row does nothing, and any node may delete it. A token counts for 30 days after its iat at most.';
comment on column carillon.control_order.actor is 'Who ordered it.';

create function carillon.tell_nodes(tenant text, type text, data json) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  insert into carillon.event (tenant, channel, type, data, actor, correlation_id)
  values (tell_nodes.tenant, 'carillon.control', tell_nodes.type, tell_nodes.data,
          left(nullif(current_setting('carillon.actor', true), ''), 50), left(nullif(current_setting('carillon.correlation_id', true), ''), 50));
  perform carillon.ring();
end
$$;
comment on function carillon.tell_nodes(text, text, json) is
  'Writes an event to the reserved channel carillon.control, which every node follows and no client may.';

create function carillon.disconnect(tenant text, user_id text default null, connection text default null) returns bigint
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  order_id bigint;
begin
  perform carillon.check_address(tenant, 'control', 'control');
  if octet_length(user_id) not between 1 and 200 or octet_length(connection) not between 1 and 200 or num_nonnulls(user_id, connection) > 1 then
    raise exception 'name a user or a connection, 1 to 200 bytes, or neither of them for the whole tenant'
      using errcode = 'CA001', hint = 'select carillon.disconnect(''acme'', user_id => ''ana'');';
  end if;
  insert into carillon.control_order (kind, tenant, user_id, connection, expires_at, actor)
  values ('disconnect', disconnect.tenant, disconnect.user_id, disconnect.connection, clock_timestamp() + interval '1 hour',
          nullif(current_setting('carillon.actor', true), ''))
  returning id into order_id;
  perform carillon.tell_nodes(tenant, 'carillon.disconnect', json_build_object('order', order_id, 'user', user_id, 'connection', connection));
  return order_id;
end
$$;
comment on function carillon.disconnect(text, text, text) is
  'Closes the connections of a user (user_id), one connection (connection) or all of a tenant, on every node, when the calling transaction '
  'commits; returns the order''s id. Clients see close code 4007 and come back if their token is still good: to keep somebody out, '
  'carillon.revoke(). For administrators (carillon.allow_control). Error CA001: bad argument. '
  'Example: select carillon.disconnect(''acme'', user_id => ''ana'');';

create function carillon.revoke(
  tenant text, user_id text default null, token_id text default null, issued_before timestamptz default clock_timestamp()
) returns bigint
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  order_id bigint;
  until constant timestamptz := greatest(issued_before, clock_timestamp()) + interval '30 days';
  ordered_by constant text := nullif(current_setting('carillon.actor', true), '');
begin
  perform carillon.check_address(tenant, 'control', 'control');
  if num_nonnulls(user_id, token_id) <> 1 or octet_length(coalesce(user_id, token_id)) not between 1 and 200 then
    raise exception 'name a user or a token, 1 to 200 bytes'
      using errcode = 'CA001', hint = 'select carillon.revoke(''acme'', user_id => ''ana''); a token is named by its jti.';
  end if;
  if user_id is not null and (issued_before is null or issued_before > clock_timestamp() + interval '1 hour') then
    raise exception 'issued_before must not lie in the future' using errcode = 'CA001', hint = 'Leave it out for now.';
  end if;
  if user_id is not null then
    insert into carillon.control_order as kept (kind, tenant, user_id, issued_before, expires_at, actor)
    values ('revoke', revoke.tenant, revoke.user_id, revoke.issued_before, until, ordered_by)
    on conflict (tenant, user_id) where kind = 'revoke' and token_id is null do update
       set issued_before = greatest(kept.issued_before, excluded.issued_before), at = excluded.at,
           expires_at = greatest(kept.expires_at, excluded.expires_at), actor = excluded.actor
    returning kept.id, kept.issued_before into order_id, issued_before;
  else
    if (select count(*) from (select from carillon.control_order o where o.tenant = revoke.tenant and o.token_id is not null and o.kind = 'revoke' limit 10000) as counted) = 10000 then
      raise exception 'there are 10000 revoked tokens of tenant % already', quote_literal(tenant)
        using errcode = 'CA013', hint = 'Revoke all tokens of their users instead: that is one row for each user.';
    end if;
    insert into carillon.control_order as kept (kind, tenant, token_id, expires_at, actor)
    values ('revoke', revoke.tenant, revoke.token_id, until, ordered_by)
    on conflict (tenant, token_id) where kind = 'revoke' and token_id is not null do update
       set at = excluded.at, expires_at = greatest(kept.expires_at, excluded.expires_at), actor = excluded.actor
    returning kept.id into order_id;
  end if;
  perform carillon.tell_nodes(tenant, 'carillon.revoke', json_build_object('order', order_id, 'user', user_id, 'token', token_id,
    'issuedBefore', case when user_id is not null then issued_before end, 'expiresAt', until));
  return order_id;
end
$$;
comment on function carillon.revoke(text, text, text, timestamptz) is
  'Makes tokens worthless on every node, when the calling transaction commits: the one with this jti (token_id), or all of a user (user_id) '
  'that were issued before a moment (issued_before, now if not given), in whole seconds, and those that do not say when. Their connections, '
  'streams and polls are closed with 4104, their tickets and requests are refused. Returns the order''s id. In force for 30 days, which is '
  'how long a token counts after its iat at most. For administrators (carillon.allow_control). Errors: CA001 bad argument, CA013 more than '
  '10000 single tokens of the tenant. Example: select carillon.revoke(''acme'', user_id => ''ana'');';

create function carillon.sweep_orders() returns integer
  language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  with gone as (
    delete from carillon.control_order where id in (
      select o.id from carillon.control_order o where o.expires_at < clock_timestamp() order by o.expires_at limit 1000 for update skip locked)
    returning 1)
  select count(*)::integer from gone;
$$;
comment on function carillon.sweep_orders() is 'Deletes orders that are over, 1000 at most; any node calls it now and then. Returns how many.';

create function carillon.allow_control(role regrole) returns text
  language plpgsql volatile set search_path = pg_catalog, pg_temp
as $$
begin
  execute format('grant usage on schema carillon to %s', role);
  execute format('grant execute on function carillon.disconnect(text, text, text), carillon.revoke(text, text, text, timestamptz) to %s', role);
  return format('%s may disconnect and revoke, in every tenant', role);
end
$$;
comment on function carillon.allow_control(regrole) is
  'Lets a role call carillon.disconnect() and carillon.revoke(). It names the tenant itself, so it can act on every one. For the owner of '
  'Carillon. Example: select carillon.allow_control(''support'');';

-- Channels that begin with carillon. are the product's own: nobody emits to them, nobody may follow them.
create or replace function carillon.check_address(tenant text, channel text, type text) returns void
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
  if starts_with(channel, 'carillon.') then
    raise exception 'channels that begin with carillon. are reserved'
      using errcode = 'CA001', hint = 'Choose another name.';
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

revoke all on carillon.control_order from public;
revoke execute on function carillon.tell_nodes(text, text, json), carillon.disconnect(text, text, text),
  carillon.revoke(text, text, text, timestamptz), carillon.sweep_orders(), carillon.allow_control(regrole) from public;
grant select on carillon.control_order to ${runtime};
grant execute on function carillon.disconnect(text, text, text), carillon.revoke(text, text, text, timestamptz), carillon.sweep_orders() to ${runtime};
