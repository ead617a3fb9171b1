-- Changes of who may listen: rules, and the tables that their membership queries read, tell the nodes by themselves.

create function carillon.plain_name(name text) returns text
  language sql immutable parallel safe set search_path = pg_catalog, pg_temp
  return lower(replace(replace(name, '"', ''), ' ', ''));
comment on function carillon.plain_name(text) is
  'A table''s name without quotes, spaces and case: two spellings of one name become equal. Two names that become equal only cost a check too many.';

create function carillon.members_changed() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  changed_tenant text;
  tenants text[];
begin
  if not exists (select from carillon.channel_rule r, unnest(r.member_tables) as m (name) where carillon.plain_name(m.name) = tg_argv[0]) then
    return null;
  end if;
  if tg_argv[1] <> '' and tg_op <> 'TRUNCATE' then
    execute format(case tg_op
        when 'INSERT' then 'select array_agg(x) from (select distinct %1$I::text as x from carillon_new limit 101) as changed'
        when 'DELETE' then 'select array_agg(x) from (select distinct %1$I::text as x from carillon_old limit 101) as changed'
        else 'select array_agg(x) from (select %1$I::text as x from carillon_old union select %1$I::text from carillon_new limit 101) as changed'
      end, tg_argv[1]) into tenants;
    if tenants is null then
      return null;
    end if;
  end if;
  if tenants is null or cardinality(tenants) > 100 then
    tenants := array['*'];
  end if;
  foreach changed_tenant in array tenants loop
    if changed_tenant is not null then
      perform carillon.tell_nodes(changed_tenant, 'carillon.members', json_build_object('table', tg_argv[0]));
    end if;
  end loop;
  return null;
end
$$;
comment on function carillon.members_changed() is
  'Trigger on a table that a membership query reads: tells the nodes whose members may have changed, in the writer''s transaction, once per '
  'statement and tenant (all tenants at once from 101 on, and where the table has no column tenant_id or tenant). Arguments: the table, its tenant column.';

create function carillon.follow_members(member_tables text[]) returns void
  -- Runs as the caller: the triggers are made with his rights on his table, and with nobody else's.
  language plpgsql volatile set search_path = pg_catalog, pg_temp
as $$
declare
  member_table regclass;
  arguments text;
  kind text;
begin
  for member_table in select distinct to_regclass(name) from unnest(member_tables) as m (name) loop
    if member_table is null or (select c.relkind from pg_class c where c.oid = member_table) not in ('r', 'p')
       or (select count(*) from pg_trigger t where t.tgrelid = member_table and starts_with(t.tgname, 'carillon_members_')) = 4 then
      continue;
    end if;
    select format('%L, %L', carillon.plain_name(n.nspname || '.' || c.relname), coalesce(
             (select a.attname from pg_attribute a where a.attrelid = c.oid and a.attname in ('tenant_id', 'tenant') and not a.attisdropped
               order by a.attname desc limit 1), ''))
      into arguments from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = member_table;
    begin
      foreach kind in array array['insert', 'update', 'delete', 'truncate'] loop
        execute format('create or replace trigger %I after %s on %s %s for each statement execute function carillon.members_changed(%s)',
          'carillon_members_' || kind, kind, member_table,
          case kind when 'insert' then 'referencing new table as carillon_new' when 'delete' then 'referencing old table as carillon_old'
                    when 'update' then 'referencing old table as carillon_old new table as carillon_new' else '' end, arguments);
      end loop;
    exception when insufficient_privilege then
      raise warning 'changes of % will not re-check subscriptions: % may make no trigger on it', member_table, current_user
        using hint = format('As its owner: grant trigger on %s to %I; then say the rule again.', member_table, current_user);
    end;
  end loop;
end
$$;
comment on function carillon.follow_members(text[]) is
  'Gives the tables that a membership query reads their triggers, where they lack them. Part of carillon.rule() and carillon.watch().';

create or replace function carillon.rule(
  pattern text, subscribe_roles text[] default null, publish_roles text[] default null,
  members text default null, member_tables text[] default null
) returns text
  language plpgsql volatile set search_path = pg_catalog, pg_temp
as $$
begin
  if starts_with(pattern, 'carillon.') then
    raise exception 'channels that begin with carillon. are reserved' using errcode = 'CA001', hint = 'Choose another name.';
  end if;
  perform carillon.check_rule(pattern, members, member_tables);
  perform carillon.follow_members(member_tables);
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
  'tables it reads: they get triggers (by the caller''s right; waits for their writers once), so that a change of them re-checks '
  'subscriptions within a second. Error CA001: bad argument. '
  'Example: select carillon.rule(''orders'', subscribe_roles => array[''staff'']);';

create or replace function carillon.watch(
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
  perform carillon.follow_members(member_tables);
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

create function carillon.rule_changed() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  -- Rules are said again at every start of many an application: only what differs is told.
  if new is distinct from old then
    perform carillon.tell_nodes('*', 'carillon.rule', json_build_object('pattern', coalesce(new.pattern, old.pattern)));
  end if;
  return null;
end
$$;
comment on function carillon.rule_changed() is 'Trigger of carillon.channel_rule: tells the nodes which rule is another now.';
create trigger rule_changed after insert or update or delete on carillon.channel_rule for each row execute function carillon.rule_changed();

-- Many answers in one round trip: when members change, all subscriptions of a tenant are asked about at once.
create function carillon.members(query text, tenant text, members text[], keys text[]) returns boolean[]
  language plpgsql security invoker as $$
declare
  answers boolean[] := '{}';
  found_row record;
  found_rows bigint;
begin
  for place in 1 .. cardinality(members) loop
    begin
      execute query into found_row using tenant, members[place], keys[place];
      get diagnostics found_rows = row_count;
      answers := array_append(answers, found_rows > 0);
    exception when others then
      answers := array_append(answers, null::boolean);
    end;
  end loop;
  return answers;
end
$$;
comment on function carillon.members(text, text, text[], text[]) is
  'As carillon.member(), for many users and keys at once (two arrays of one length): true, false, or null where the query failed. '
  'Example: select carillon.members(''select 1 from room_member where tenant_id = $1 and user_id = $2 and room_id = $3'', ''acme'', array[''ana''], array[''7'']);';

create or replace function carillon.doctor_tables() returns table (severity text, subject text, problem text, mend text)
  language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  with table_of as (
    select w.*, c.oid is not null as here, c.relrowsecurity and c.relforcerowsecurity as hides, carillon.asked_call(w) as again
      from carillon.watched w left join pg_class c on c.oid = w."table"),
  wanted_trigger (name) as (values ('carillon_inserted'), ('carillon_updated'), ('carillon_deleted'), ('carillon_truncated'))
  select 'error', t."table"::text, 'the table was dropped; what was made for it is still there', 'select carillon.check_partitions();'
    from table_of t where not t.here
  union all
  select 'error', t."table"::text, 'the table has lost triggers of Carillon: its changes are not told', t.again
    from table_of t
   where t.here and exists (select from wanted_trigger x where not exists (select from pg_trigger g where g.tgrelid = t."table" and g.tgname = x.name))
  union all
  select 'error', g.tgrelid::regclass::text,
         format('trigger %s is %s', g.tgname, case g.tgenabled when 'D' then 'disabled' when 'R' then 'enabled for replication only' else 'enabled always: replicated rows are told twice' end),
         format('alter table %s enable trigger %I;', g.tgrelid::regclass, g.tgname)
    from pg_trigger g join carillon.watched_part p on p.part = g.tgrelid
   where g.tgname in (select name from wanted_trigger) and g.tgenabled <> 'O'
  union all
  select 'error', u::text, format('the partition has no triggers: what is written to it directly is not told on %s', t.channel), 'select carillon.check_partitions();'
    from table_of t, carillon.unattached(t."table") u where t.here and u <> t."table"
  union all
  select 'note', t."table"::text, format('column %s is not sent', a.attname), t.again
    from table_of t join pg_attribute a on a.attrelid = t."table" and a.attnum > 0 and not a.attisdropped and a.attgenerated <> 'v'
   where t.here and t.asked -> 'columns' is null and a.attname <> all (t.columns || t.left_out)
     and not exists (select from unnest(t.columns) x where not exists (select from pg_attribute b where b.attrelid = t."table" and b.attname = x))
  union all
  select 'note', t."table"::text, format('column %s was renamed; events still call it that', x), replace(t.again, quote_literal(x), '''<its new name>''')
    from table_of t, unnest(t.columns) x
   where t.here and not exists (select from pg_attribute a where a.attrelid = t."table" and a.attname = x and not a.attisdropped)
     and exists (select from pg_trigger g where g.tgrelid = t."table" and g.tgname = 'carillon_inserted')
  union all
  select 'note', t."table"::text, 'row security is forced on the owner too: when its own triggers write it again, pages get a reset instead of the row',
         format('alter table %s no force row level security;', t."table")
    from table_of t where t.hides
  union all
  select 'warning', m.name, format('channel rule %s reads it, and no change of it re-checks subscriptions: it has no trigger', r.pattern),
         format('select carillon.follow_members(array[%L]);', m.name)
    from carillon.channel_rule r, unnest(r.member_tables) as m (name)
   where to_regclass(m.name) is not null
     and (select count(*) from pg_trigger t where t.tgrelid = to_regclass(m.name) and starts_with(t.tgname, 'carillon_members_') and t.tgenabled <> 'D') < 4
     and (select c.relkind from pg_class c where c.oid = to_regclass(m.name)) in ('r', 'p')
  union all
  select 'error', m.name, format('channel rule %s reads it, and %s may not: nobody can subscribe', r.pattern, carillon.runtime_role()),
         format('grant usage on schema %s to %s; grant select on %s to %2$s;', c.relnamespace::regnamespace, carillon.runtime_role(), m.name)
    from carillon.channel_rule r, unnest(r.member_tables) as m (name) join pg_class c on c.oid = to_regclass(m.name)
   where not has_table_privilege(carillon.runtime_role(), c.oid, 'select')
      or not has_schema_privilege(carillon.runtime_role(), c.relnamespace, 'usage');
$$;

-- Whoever may say rules may make these triggers; roles that were allowed before are given the right now.
create or replace function carillon.allow_watch(role regrole) returns text
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
    carillon.follow_members(text[]), carillon.members_changed(), carillon.plain_name(text),
    carillon.column_code(regclass, name[]), carillon.text_code(regclass, name), carillon.channel_code(regclass, text, name), carillon.base_type(oid), carillon.event_limit(text),
    carillon.preview(regclass, text, name, text, text, name, name, name[], name[], text[], text, text[], integer)
    to %s', role);
  return format('%s may watch the tables that it owns', role);
end
$$;

revoke execute on function carillon.plain_name(text), carillon.members_changed(), carillon.follow_members(text[]), carillon.rule_changed(),
  carillon.members(text, text, text[], text[]) from public;
grant execute on function carillon.members(text, text, text[], text[]) to ${runtime};
do $$
declare
  allowed regrole;
begin
  for allowed in
    select g.grantee::regrole from pg_proc f cross join lateral aclexplode(f.proacl) g
     where f.oid = 'carillon.rule(text, text[], text[], text, text[])'::regprocedure and g.grantee <> 0 and g.grantee <> f.proowner
  loop
    execute format('grant execute on function carillon.follow_members(text[]), carillon.members_changed(), carillon.plain_name(text) to %s', allowed);
  end loop;
end $$;
