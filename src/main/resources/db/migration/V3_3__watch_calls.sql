-- Watching a table, fourth part: the calls themselves and who may make them.

create function carillon.end_watch("table" regclass) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform carillon.check_table_owner("table");
  delete from carillon.channel_rule r using carillon.watched w
   where w."table" = end_watch."table" and r.pattern = w.pattern
     and not exists (select from carillon.watched o where o.pattern = w.pattern and o."table" <> w."table");
  delete from carillon.watched w where w."table" = end_watch."table";
  perform carillon.sweep();
end
$$;
comment on function carillon.end_watch(regclass) is 'The part of carillon.unwatch() that runs as the owner of Carillon.';

create function carillon.unwatch("table" regclass) returns text
  language plpgsql volatile set search_path = pg_catalog, pg_temp
as $$
declare
  part regclass;
  trigger_name name;
  removed integer := 0;
begin
  perform carillon.check_table_owner("table");
  for part, trigger_name in
    select t.tgrelid, t.tgname from pg_trigger t
     where t.tgname in ('carillon_inserted', 'carillon_updated', 'carillon_deleted', 'carillon_truncated')
       and (t.tgrelid = "table" or t.tgrelid in (select p.relid from pg_partition_tree("table") p))
  loop
    execute format('drop trigger %I on %s', trigger_name, part);
    removed := removed + 1;
  end loop;
  perform carillon.end_watch("table");
  return format(case when removed = 0 then '%s had no triggers of Carillon' else '%s is no longer live' end, "table");
end
$$;
comment on function carillon.unwatch(regclass) is
  'Ends carillon.watch(): the triggers, what was generated, and the channel rule if no other table uses it. For the owner of the table; waits '
  'for its writers. Error CA004: not the owner. Example: select carillon.unwatch(''app.orders'');';

create function carillon.watch(
  "table" regclass, channel text, tenant_column name default 'tenant_id', tenant text default null,
  entity text default null, user_column name default null, room_column name default null,
  columns name[] default null, exclude name[] default '{}', roles text[] default null,
  members text default null, member_tables text[] default null
) returns text
  -- Runs as the caller: the triggers are made with his rights on his table, and with nobody else's.
  language plpgsql volatile set search_path = pg_catalog, pg_temp
as $$
declare
  planned carillon.watched := carillon.plan_watch("table", channel, tenant_column, tenant, entity, user_column, room_column,
                                                  columns, exclude, roles, members, member_tables);
begin
  perform carillon.check_table_owner("table");
  -- First, and with the caller's own lock_timeout: the triggers need it, on every partition.
  execute format('lock table %s in share row exclusive mode', "table");
  perform carillon.unwatch("table");
  planned.number := carillon.begin_watch(planned, roles, members, member_tables);
  perform carillon.make_owner_functions(planned);
  execute format('select carillon_as_owner.attach_%s()', planned.number);
  if current_setting('max_prepared_transactions')::integer > 0 then
    raise warning 'a transaction that rang the bell cannot be prepared for two-phase commit'
      using hint = 'Where PREPARE TRANSACTION is used, set carillon.bell = off for the role or the transaction.';
  end if;
  return format('%1$s is live on channel %2$s: %3$s.created, %3$s.updated, %3$s.deleted with %4$s columns', "table",
    regexp_replace(planned.pattern, '\{.*\}', coalesce('{' || coalesce(planned.user_column, planned.room_column) || '}', '')), planned.entity, cardinality(planned.columns));
end
$$;
comment on function carillon.watch(regclass, text, name, text, text, name, name, name[], name[], text[], text, text[]) is
  'Makes a table live: every insert, update, delete and truncate of it, by whomever, becomes events in the writer''s own transaction. '
  'channel: where they go. tenant_column (tenant_id), or tenant for a table that belongs to one. entity: begins the types, the table''s name '
  'if not given. user_column: each row is for that user only (channel:<user>). room_column: for that room (channel:<room>; needs members). '
  'columns, exclude: what is sent; all columns there are now if not given. roles, members, member_tables: who may subscribe, as in '
  'carillon.rule(). Watching again replaces the watch. For the owner of the table, allowed by carillon.allow_watch(); waits for its writers. '
  'Errors: CA001 bad argument, CA003 no such kind of table (no key, a partition, a view), CA004 missing right. '
  'Example: select carillon.watch(''app.orders'', ''orders'', exclude => array[''note'']::name[]);';

create function carillon.check_partitions() returns text
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  watched_number integer;
  made integer;
  total integer := 0;
begin
  perform carillon.sweep();
  for watched_number in
    select w.number from carillon.watched w where exists (select from carillon.unattached(w."table")) order by w.number
  loop
    begin
      execute format('select carillon_as_owner.attach_%s()', watched_number) into made;
      total := total + made;
    exception when others then
      -- Busy, or a right is missing: the next call tries again, and carillon.doctor() names what stays without triggers.
      null;
    end;
  end loop;
  return case when total > 0 then format('%s partitions are live now', total) end;
end
$$;
comment on function carillon.check_partitions() is
  'Gives new partitions of watched tables their triggers, and clears away what was generated for dropped tables; a node calls it every minute. '
  'Waits 200 ms at most for a partition''s writers. Returns what it did, or null. Example: select carillon.check_partitions();';

create function carillon.allow_watch(role regrole) returns text
  language plpgsql volatile set search_path = pg_catalog, pg_temp
as $$
begin
  execute format('grant usage on schema carillon to %s', role);
  execute format('grant usage, create on schema carillon_as_owner to %s', role);
  execute format('grant execute on function
    carillon.watch(regclass, text, name, text, text, name, name, name[], name[], text[], text, text[]), carillon.unwatch(regclass),
    carillon.plan_watch(regclass, text, name, text, text, name, name, name[], name[], text[], text, text[]),
    carillon.begin_watch(carillon.watched, text[], text, text[]), carillon.end_watch(regclass), carillon.make_owner_functions(carillon.watched),
    carillon.check_table_owner(regclass), carillon.check_address(text, text, text), carillon.check_rule(text, text, text[]),
    carillon.rule(text, text[], text[], text, text[]), carillon.unrule(text), carillon.save_rule(text, text[], text[], text, text[]),
    carillon.column_code(regclass, name[]), carillon.text_code(regclass, name), carillon.channel_code(regclass, text, name), carillon.base_type(oid), carillon.event_limit(text),
    carillon.preview(regclass, text, name, text, text, name, name, name[], name[], text[], text, text[], integer)
    to %s', role);
  return format('%s may watch the tables that it owns', role);
end
$$;
comment on function carillon.allow_watch(regrole) is
  'Lets a role watch the tables that it owns, and set channel rules. Give it to roles that you trust with the channels of all tenants: a rule '
  'decides who may listen. For the owner of Carillon. Example: select carillon.allow_watch(''app_owner'');';

create function carillon.allow_emit(role regrole) returns text
  language plpgsql volatile set search_path = pg_catalog, pg_temp
as $$
begin
  execute format('grant usage on schema carillon to %s', role);
  execute format('grant execute on function carillon.emit(text, text, text, jsonb, text, text, text), '
    'carillon.broadcast(text, text, text, jsonb, text), carillon.cursor() to %s', role);
  return format('%s may emit and broadcast for every tenant, and take cursors', role);
end
$$;
comment on function carillon.allow_emit(regrole) is
  'Lets a role call carillon.emit(), carillon.broadcast() and carillon.cursor(). It names the tenant itself, so it can speak for every one. '
  'Writing to watched tables needs no right here. For the owner of Carillon. Example: select carillon.allow_emit(''app'');';

revoke all on all tables in schema carillon from public;
revoke execute on all functions in schema carillon from public;
grant select on carillon.watched, carillon.watched_part to ${runtime};
grant execute on function carillon.check_partitions() to ${runtime};
