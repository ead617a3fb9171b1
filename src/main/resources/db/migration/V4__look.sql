-- Looking: what a table would send, and what is wrong with the setup.

create type carillon.previewed as (type text, channel text, tenant text, audience text, bytes integer, data json);
comment on type carillon.previewed is 'An event that carillon.preview() shows; audience says who would get it.';

create function carillon.preview(
  "table" regclass, channel text, tenant_column name default 'tenant_id', tenant text default null,
  entity text default null, user_column name default null, room_column name default null,
  columns name[] default null, exclude name[] default '{}', roles text[] default null,
  members text default null, member_tables text[] default null, sample integer default 5
) returns setof carillon.previewed
  -- Runs as the caller and makes nothing: he sees the rows that he may see.
  language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  planned constant carillon.watched := carillon.plan_watch("table", preview.channel, tenant_column, preview.tenant, entity, user_column, room_column,
                                                           columns, exclude, roles, members, member_tables);
  key_code text; row_code text; names text[];
  listeners constant text := case when roles is null then 'every member' else 'members with role ' || array_to_string(roles, ' or ') end;
begin
  select string_agg(format('%s as %I', replace(c.value, '{r}', 's.carillon_row'), c.name), ', ' order by c.place) into key_code from carillon.column_code("table", planned.key) c;
  select string_agg(format('%s as %I', replace(c.value, '{r}', 's.carillon_row'), c.name), ', ' order by c.place), array_agg(c.name::text order by c.place)
    into row_code, names from carillon.column_code("table", planned.columns) c;
  return query execute format($query$
    with told as (
      select e.type, %1$s as channel, %2$s as tenant,
             case e.place when 1 then (select row_to_json(x) from (select k.key, r."row") as x)
                          when 2 then (select row_to_json(x) from (select k.key, r."row", $4 as changed) as x)
                          else json_build_object('key', k.key) end as data,
             case e.place when 1 then json_build_object('key', k.key, 'truncated', true)
                          else json_build_object('key', k.key, 'truncated', true, 'changed', $4) end as truncated,
             s.place as row_place, e.place, %3$s as narrow
        from (select carillon_row, row_number() over () as place from (select carillon_row from %4$s as carillon_row limit $1) as limited) as s
       cross join lateral (select row_to_json(x) as key from (select %5$s) as x) as k
       cross join lateral (select row_to_json(x) as "row" from (select %6$s) as x) as r
       cross join lateral (values (1, $2 || '.created'), (2, $2 || '.updated'), (3, $2 || '.deleted')) as e (place, type)
       where e.place = 1 or s.place = 1)
    select told.type, told.channel, told.tenant,
           case when told.tenant is null then 'nobody: the row has no tenant'
                when told.channel is null then 'nobody: the row has no user or room, or its channel is too long'
                else %7$s end,
           octet_length(sent.data::text), sent.data
      from told
     cross join lateral (select case when octet_length(told.data::text) <= $3 then told.data else told.truncated end as data) as sent
     order by told.place, told.row_place$query$,
    replace(carillon.channel_code("table", planned.channel, coalesce(planned.user_column, planned.room_column)), '{r}', 's.carillon_row'),
    coalesce(replace(carillon.text_code("table", planned.tenant_column), '{r}', 's.carillon_row'), format('%L::text', planned.tenant)),
    coalesce(replace(carillon.text_code("table", coalesce(planned.user_column, planned.room_column)), '{r}', 's.carillon_row'), 'null::text'),
    "table", key_code, row_code,
    case when planned.user_column is not null then format('%L || told.narrow || %L || told.tenant', 'user ', ' of tenant ')
         when planned.room_column is not null then format('%L || told.narrow || %L || told.tenant', listeners || ' who is in room ', ' of tenant ')
         else format('%L || told.tenant', listeners || ' of tenant ') end)
  using sample, planned.entity, carillon.event_limit(current_setting('carillon.max_event_bytes', true)), names;
end
$$;
comment on function carillon.preview(regclass, text, name, text, text, name, name, name[], name[], text[], text, text[], integer) is
  'Shows what carillon.watch() with the same arguments would send, to whom and how large (bytes), for the first rows of the table (sample, 5): '
  'a creation of each, an update and a deletion of the first. Makes nothing; reads with the caller''s rights. Errors as in carillon.watch(). '
  'Example: select * from carillon.preview(''app.orders'', ''orders'');';

create function carillon.asked_call(wanted carillon.watched) returns text
  language sql stable set search_path = pg_catalog, pg_temp
as $$
  select format('select carillon.watch(%L, %L%s);', wanted."table", wanted.channel, coalesce(string_agg(
           case when jsonb_typeof(a.value) = 'array'
             then format(', %I => array[%s]::%s[]', a.key, (select string_agg(quote_literal(x), ', ') from jsonb_array_elements_text(a.value) x),
                         case when a.key in ('columns', 'exclude') then 'name' else 'text' end)
             else format(', %I => %L', a.key, a.value #>> '{}') end, '' order by a.key), ''))
    from jsonb_each(wanted.asked) as a;
$$;
comment on function carillon.asked_call(carillon.watched) is 'The call of carillon.watch() that made a watch.';

create function carillon.doctor_tables() returns table (severity text, subject text, problem text, mend text)
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
  select 'warning', m.name, format('channel rule %s reads it, and no change of it re-checks subscriptions: it is not watched', r.pattern),
         format('select carillon.watch(%L, %L);', m.name, replace(m.name, '.', '-'))
    from carillon.channel_rule r, unnest(r.member_tables) as m (name)
   where not exists (select from carillon.watched w where w."table" = to_regclass(m.name))
  union all
  select 'error', m.name, format('channel rule %s reads it, and %s may not: nobody can subscribe', r.pattern, carillon.runtime_role()),
         format('grant usage on schema %s to %s; grant select on %s to %2$s;', c.relnamespace::regnamespace, carillon.runtime_role(), m.name)
    from carillon.channel_rule r, unnest(r.member_tables) as m (name) join pg_class c on c.oid = to_regclass(m.name)
   where not has_table_privilege(carillon.runtime_role(), c.oid, 'select')
      or not has_schema_privilege(carillon.runtime_role(), c.relnamespace, 'usage');
$$;
comment on function carillon.doctor_tables() is 'The part of carillon.doctor() that looks at tables and rules.';

create function carillon.doctor_server() returns table (severity text, subject text, problem text, mend text)
  language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select 'error', 'server', 'this is a standby: it knows no positions', 'Connect to the primary.' where pg_is_in_recovery()
  union all
  select 'error', 'server', format('%s is off: a crash can take back events that were on the screens', s.name), format('alter system set %I = on; select pg_reload_conf();', s.name)
    from pg_settings s where s.name in ('fsync', 'full_page_writes') and s.setting = 'off'
  union all
  select 'error', 'session', 'session_replication_role is replica: triggers do not fire', 'set session_replication_role = origin;'
   where current_setting('session_replication_role') = 'replica'
  union all
  select 'error', coalesce(r.rolname, d.datname, 'everyone'), format('%s is its default: its writes are not told', x),
         case when r.oid is null then format('alter database %I reset session_replication_role;', d.datname)
              else format('alter role %I%s reset session_replication_role;', r.rolname, coalesce(' in database ' || quote_ident(d.datname), '')) end
    from pg_db_role_setting s left join pg_roles r on r.oid = s.setrole left join pg_database d on d.oid = s.setdatabase, unnest(s.setconfig) x
   where x = 'session_replication_role=replica' and (s.setdatabase = 0 or d.datname = current_database())
  union all
  select 'warning', 'server', 'max_prepared_transactions is above 0: a transaction that rang the bell cannot be prepared',
         'alter role <the role that prepares> set carillon.bell = off;'
   where current_setting('max_prepared_transactions')::integer > 0
  union all
  select 'warning', format('prepared transaction %s', quote_literal(p.gid)),
         format('prepared %s ago: it keeps old events and the cursors long', date_trunc('second', clock_timestamp() - p.prepared)),
         format('rollback prepared %L;', p.gid)
    from pg_prepared_xacts p where p.database = current_database() and p.prepared < clock_timestamp() - interval '5 minutes'
  union all
  select 'warning', format('process %s', a.pid), format('in a transaction since %s: it keeps old rows and cursors long', date_trunc('second', clock_timestamp() - a.xact_start)),
         format('select pg_terminate_backend(%s);', a.pid)
    from pg_stat_activity a
   where a.datname = current_database() and a.backend_type = 'client backend' and a.xact_start < clock_timestamp() - interval '5 minutes'
     and a.pid <> pg_backend_pid()
  union all
  select 'note', current_user::text, 'may not see how old other transactions are, so long ones are not reported', format('grant pg_read_all_stats to %I;', current_user)
   where not pg_has_role(current_user, 'pg_read_all_stats', 'usage')
  union all
  select 'warning', 'event log', format('the next slot of the log still holds old events and its turn is in %s', date_trunc('minute', n.turn - clock_timestamp())), 'select carillon.rotate();'
    from (select carillon.next_turn() as turn) n
   where pg_relation_size(format('carillon.event_%s', (carillon.slot() + 1) & 7)::regclass) > 0 and n.turn < clock_timestamp() + interval '1 hour'
  union all
  select 'warning', format('node %s', n.id), 'hears no notification: a pooler between it and Postgres swallows LISTEN, so it polls', 'Connect Carillon to Postgres directly, or in session mode.'
    from carillon.node n where n.listening = false
  union all
  select 'error', carillon.runtime_role()::text, format('may not use schema %s', s), format('grant usage on schema %s to %s;', s, carillon.runtime_role())
    from unnest(array['carillon']) s where not has_schema_privilege(carillon.runtime_role(), s, 'usage')
  union all
  select 'error', carillon.runtime_role()::text, format('may not %s %s', x.privilege, x.relation), format('grant %s on %s to %s;', x.privilege, x.relation, carillon.runtime_role())
    from (values ('carillon.event', 'select'), ('carillon.log_state', 'select'), ('carillon.channel_rule', 'select'), ('carillon.broadcast_event', 'select'),
                 ('carillon.watched', 'select'), ('carillon.watched_part', 'select'), ('carillon.node', 'select'), ('carillon.node', 'insert'),
                 ('carillon.node', 'update'), ('carillon.node', 'delete')) as x (relation, privilege)
   where not has_table_privilege(carillon.runtime_role(), x.relation, x.privilege)
  union all
  select 'error', carillon.runtime_role()::text, format('may not call %s', f.oid::regprocedure), format('grant execute on function %s to %s;', f.oid::regprocedure, carillon.runtime_role())
    from pg_proc f
   where f.pronamespace = 'carillon'::regnamespace
     and f.proname in ('rotate', 'rotate_broadcast', 'epoch', 'adopt_log', 'cursor', 'slot', 'emit', 'broadcast', 'check_partitions', 'doctor', 'runtime_role', 'event_limit')
     and not has_function_privilege(carillon.runtime_role(), f.oid, 'execute')
  union all
  select 'error', f.oid::regprocedure::text, 'everyone may call it', format('revoke execute on function %s from public;', f.oid::regprocedure)
    from pg_proc f cross join lateral aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) g
   where f.pronamespace in (select oid from pg_namespace where nspname in ('carillon', 'carillon_watch', 'carillon_as_owner'))
     and g.grantee = 0 and g.privilege_type = 'EXECUTE';
$$;
comment on function carillon.doctor_server() is 'The part of carillon.doctor() that looks at the server, the log and the rights of the product''s role.';

create function carillon.doctor() returns table (severity text, subject text, problem text, mend text)
  language sql volatile set search_path = pg_catalog, pg_temp
as $$
  select f.severity, f.subject, f.problem, f.mend
    from (select * from carillon.doctor_server() union all select * from carillon.doctor_tables()) f
   order by array_position(array['error', 'warning', 'note'], f.severity), f.subject, f.problem;
$$;
comment on function carillon.doctor() is
  'What is wrong with the setup, and the statement that mends it: severity (error, warning, note), subject, problem, mend. '
  'Example: select * from carillon.doctor();';

revoke execute on all functions in schema carillon from public;
grant execute on function carillon.doctor(), carillon.doctor_server(), carillon.doctor_tables() to ${runtime};
