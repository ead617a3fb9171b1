-- Watching a table, third part: what a user calls.

create function carillon.plan_watch(
  "table" regclass, channel text, tenant_column name, tenant text, entity text, user_column name, room_column name,
  columns name[], exclude name[], roles text[], members text, member_tables text[]
) returns carillon.watched
  language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  relation constant regclass := "table";
  planned carillon.watched;
  kind record;
  here name[];
  missing name;
begin
  select c.relkind, c.relispartition, c.relpersistence, c.relname, n.nspname, c.relowner, c.relnamespace
    into kind from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = relation;
  if not found then
    raise exception 'there is no such table' using errcode = 'CA001', hint = 'Write the name with its schema: carillon.watch(''app.orders'', ''orders'').';
  end if;
  if kind.relkind not in ('r', 'p') or kind.relpersistence = 't' or kind.nspname in ('pg_catalog', 'information_schema', 'carillon') then
    raise exception '% cannot be watched: it is no table of an application', relation
      using errcode = 'CA003', hint = 'Watch the table that a view reads from; temporary and foreign tables and catalogs have no events.';
  end if;
  if kind.relispartition then
    raise exception '% is a partition', relation
      using errcode = 'CA003', hint = format('Watch the whole table: select carillon.watch(%L, …).', pg_partition_root(relation));
  end if;
  if not has_schema_privilege((select nspowner from pg_namespace where nspname = 'carillon'), kind.relnamespace, 'usage') then
    raise exception 'the owner of Carillon may not use schema %', kind.nspname
      using errcode = 'CA004', hint = format('grant usage on schema %I to %s;', kind.nspname, (select nspowner::regrole from pg_namespace where nspname = 'carillon'));
  end if;
  perform carillon.check_address('any', channel, 'any');
  if channel ~ '[{}]' or tenant ~ '[{}]' or octet_length(channel) > 150 then
    raise exception 'the channel must be up to 150 bytes without { and }'
      using errcode = 'CA001', hint = 'Name the column that narrows it instead: user_column or room_column.';
  end if;
  planned.entity := coalesce(plan_watch.entity, kind.relname);
  if planned.entity collate "C" !~ '^[A-Za-z0-9_.:-]{1,80}$' or starts_with(planned.entity, 'carillon.') then
    raise exception 'the entity must be 1 to 80 of the characters A-Z a-z 0-9 _ . : -'
      using errcode = 'CA001', hint = 'It begins the type of the events: entity => ''order'' gives order.created.';
  end if;
  if plan_watch.tenant is not null then
    perform carillon.check_address(plan_watch.tenant, 'any', 'any');
  end if;
  if user_column is not null and room_column is not null then
    raise exception 'a table is narrowed by user_column or by room_column, not by both'
      using errcode = 'CA001', hint = 'A room''s members query can check the user.';
  end if;

  -- A virtual column has no value in what a trigger sees.
  select coalesce(array_agg(a.attname order by a.attnum) filter (where a.attgenerated <> 'v'), '{}') into here
    from pg_attribute a where a.attrelid = relation and a.attnum > 0 and not a.attisdropped;
  planned."table" := relation;
  planned.channel := plan_watch.channel;
  planned.tenant := plan_watch.tenant;
  planned.tenant_column := case when plan_watch.tenant is null then plan_watch.tenant_column end;
  planned.user_column := plan_watch.user_column;
  planned.room_column := plan_watch.room_column;
  planned.pattern := plan_watch.channel || case when user_column is not null then ':{user}' when room_column is not null then ':{key}' else '' end;

  select array_agg(a.attname order by k.place) into planned.key
    from (select i.indkey, i.indnkeyatts from pg_index i
           where i.indrelid = relation and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
             and not exists (select from unnest(i.indkey) with ordinality as k (attnum, place) join pg_attribute a on a.attrelid = relation and a.attnum = k.attnum
                              where k.place <= i.indnkeyatts and (not a.attnotnull or a.attgenerated = 'v'))
           order by i.indisprimary desc, i.indnkeyatts, i.indexrelid limit 1) best
   cross join lateral unnest(best.indkey) with ordinality as k (attnum, place)
    join pg_attribute a on a.attrelid = relation and a.attnum = k.attnum
   where k.place <= best.indnkeyatts;
  if planned.key is null then
    raise exception '% has no primary key and no unique key whose columns are not null', relation
      using errcode = 'CA003', hint = format('Add one, so that a page can tell its rows apart: alter table %s add primary key (…);', relation);
  end if;

  select array_agg(c order by p) into planned.columns
    from unnest(coalesce(plan_watch.columns, here)) with ordinality as u (c, p) where c <> all (coalesce(exclude, '{}'));
  foreach missing in array coalesce(plan_watch.columns, '{}') || coalesce(exclude, '{}')
      || array_remove(array[planned.tenant_column, planned.user_column, planned.room_column], null) loop
    if not exists (select from pg_attribute a where a.attrelid = relation and a.attnum > 0 and not a.attisdropped and a.attname = missing) then
      raise exception '% has no column %', relation, quote_ident(missing)
        using errcode = 'CA001', hint = case when missing = planned.tenant_column
          then 'Pass tenant_column => ''…'', or tenant => ''…'' when all rows belong to one tenant.' else 'Look at its columns with \d.' end;
    end if;
  end loop;
  foreach missing in array coalesce(planned.columns, '{}') || planned.key || array_remove(array[planned.tenant_column, planned.user_column, planned.room_column], null) loop
    if missing ~ '[{}]|^carillon_' or missing <> all (here) then
      raise exception 'column % of % cannot be sent', quote_ident(missing), relation
        using errcode = 'CA003', hint = 'Virtual generated columns, and names with { or } or beginning with carillon_, cannot; exclude it or make it stored.';
    end if;
  end loop;
  if planned.columns is null then
    raise exception 'no column is left to send' using errcode = 'CA001', hint = 'Leave out fewer in exclude.';
  end if;
  planned.left_out := array(select h from unnest(here) h where h <> all (planned.columns));
  perform carillon.check_rule(planned.pattern, members, member_tables);
  planned.asked := jsonb_strip_nulls(jsonb_build_object(
    'tenant_column', planned.tenant_column, 'tenant', planned.tenant, 'entity', plan_watch.entity, 'user_column', user_column,
    'room_column', room_column, 'columns', plan_watch.columns, 'exclude', nullif(exclude, '{}'), 'roles', roles, 'members', members, 'member_tables', member_tables));
  return planned;
end
$$;
comment on function carillon.plan_watch(regclass, text, name, text, text, name, name, name[], name[], text[], text, text[]) is
  'Checks the arguments of carillon.watch() and works out what it will do.';

create function carillon.make_part(wanted carillon.watched, part regclass) returns integer
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  table_owner constant regrole := (select relowner from pg_class where oid = wanted."table");
  own_number integer := wanted.number;
begin
  if part = wanted."table" or not carillon.same_columns(wanted."table", part) then
    if part <> wanted."table" then
      own_number := nextval('carillon.watch_number');
    end if;
    perform carillon.make_row_functions(part, own_number, wanted);
    perform carillon.make_trigger_functions(own_number, wanted, part = wanted."table");
    -- So that he can make the triggers. He could fire the functions from another table too, but only to tell what he could as well write here.
    execute 'revoke execute on all functions in schema carillon_watch from public';
    execute format('grant usage on schema carillon, carillon_watch to %s', table_owner);
    execute format('grant execute on function carillon_watch.inserted_%1$s(), carillon_watch.updated_%1$s(), carillon_watch.deleted_%1$s(), '
      'carillon_watch.truncated_%1$s(), carillon.unattached(regclass), carillon.part_number(regclass, regclass), carillon.watched_table(integer) to %2$s',
      own_number, table_owner);
  end if;
  insert into carillon.watched_part (part, "table", number) values (make_part.part, wanted."table", own_number);
  return own_number;
end
$$;
comment on function carillon.make_part(carillon.watched, regclass) is 'Generates what one relation of a watched table needs; returns the number of its functions.';

create function carillon.sweep() returns void
  -- After DROP TABLE … CASCADE: what was generated and depends on no column is still there.
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  leftover text;
begin
  delete from carillon.channel_rule r using carillon.watched w
   where r.pattern = w.pattern and not exists (select from pg_class c where c.oid = w."table")
     and not exists (select from carillon.watched o join pg_class c on c.oid = o."table" where o.pattern = w.pattern);
  delete from carillon.watched w where not exists (select from pg_class c where c.oid = w."table");
  delete from carillon.watched_part p where not exists (select from pg_class c where c.oid = p.part);
  select string_agg(f.oid::regprocedure::text, ', ') into leftover
    from pg_proc f
   where f.pronamespace in (select oid from pg_namespace where nspname in ('carillon_watch', 'carillon_as_owner'))
     and substring(f.proname from '_([0-9]+)$')::integer not in (select number from carillon.watched_part);
  if leftover is not null then
    execute 'drop function ' || leftover;
  end if;
  select string_agg(t.oid::regtype::text, ', ') into leftover
    from pg_type t
   where t.typnamespace = (select oid from pg_namespace where nspname = 'carillon_watch') and t.typtype = 'c'
     and substring(t.typname from '_([0-9]+)$')::integer not in (select number from carillon.watched_part);
  if leftover is not null then
    execute 'drop type ' || leftover;
  end if;
end
$$;
comment on function carillon.sweep() is 'Removes what was generated for tables that are gone.';

create function carillon.check_table_owner("table" regclass) returns void
  -- For functions that run as the owner of Carillon: who called them, current_user does not say there, so the role of the session is asked.
  language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
begin
  if not pg_has_role(coalesce(nullif(current_setting('role'), 'none'), session_user)::name,
                     (select c.relowner from pg_class c where c.oid = "table"), 'usage') then
    raise exception 'only its owner may watch %', "table"
      using errcode = 'CA004', hint = 'Connect as the owner of the table, or set role to it.';
  end if;
end
$$;
comment on function carillon.check_table_owner(regclass) is 'Refuses (CA004) who does not own a table.';

create function carillon.begin_watch(wanted carillon.watched, roles text[], members text, member_tables text[]) returns integer
  -- What is made here does nothing until somebody with rights on the table makes triggers of it.
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform carillon.check_table_owner(wanted."table");
  perform carillon.sweep();
  wanted.number := nextval('carillon.watch_number');
  wanted.watched_at := clock_timestamp();
  insert into carillon.watched select wanted.*;
  perform carillon.make_part(wanted, wanted."table");
  perform carillon.save_rule(wanted.pattern, roles,
    (select r.publish_roles from carillon.channel_rule r where r.pattern = wanted.pattern), members, member_tables);
  return wanted.number;
end
$$;
comment on function carillon.begin_watch(carillon.watched, text[], text, text[]) is 'The part of carillon.watch() that runs as the owner of Carillon.';

create function carillon.watched_table(number integer) returns regclass
  language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select w."table" from carillon.watched w where w.number = watched_table.number;
$$;
comment on function carillon.watched_table(integer) is 'The watched table whose functions bear this number.';

create function carillon.unattached("table" regclass) returns setof regclass
  language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select w."table" from carillon.watched w
   where w."table" = unattached."table" and not exists (select from pg_trigger t where t.tgrelid = w."table" and t.tgname = 'carillon_inserted')
  union all
  select p.relid from carillon.watched w join pg_class c on c.oid = w."table" and c.relkind = 'p', pg_partition_tree(w."table") p
   where w."table" = unattached."table" and p.level > 0
     and not exists (select from pg_trigger t where t.tgrelid = p.relid and t.tgname = 'carillon_inserted');
$$;
comment on function carillon.unattached(regclass) is 'The relations of a watched table (itself, its partitions) that lack the triggers.';

create function carillon.part_number("table" regclass, part regclass) returns integer
  -- No question who calls: the table was watched by its owner, and only parts of it are served.
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  wanted carillon.watched;
  known integer;
begin
  select w.* into wanted from carillon.watched w where w."table" = part_number."table";
  if wanted."table" is null or part <> all (array(select carillon.unattached("table"))) then
    raise exception '% is no relation of a watched table without triggers', part using errcode = 'CA003', hint = 'Watch the table first.';
  end if;
  delete from carillon.watched_part p where p.part = part_number.part and p."table" <> wanted."table";
  select p.number into known from carillon.watched_part p where p.part = part_number.part;
  return coalesce(known, carillon.make_part(wanted, part));
end
$$;
comment on function carillon.part_number(regclass, regclass) is 'The number of the functions for a relation of a watched table, which are generated if need be.';

create function carillon.make_owner_functions(wanted carillon.watched) returns void
  -- Runs as who watches: these functions are his, and do what only he may do.
  language plpgsql set search_path = pg_catalog, pg_temp
as $make$
declare
  table_owner constant regrole := (select relowner from pg_class where oid = wanted."table");
  carillon_owner constant regrole := (select nspowner from pg_namespace where nspname = 'carillon');
  same_key text;
  signature text;
begin
  -- With the operator of the key's index, so that the index serves.
  select string_agg(format('carillon_row.%I operator(%I.%s) (%s)::%s', a.attname, n.nspname, o.oprname,
           case when cardinality(wanted.key) = 1 then 'carillon_key' else format('(carillon_key::text[])[%s]', k.place) end,
           format_type(a.atttypid, a.atttypmod)), ' and ') into strict same_key
    from unnest(wanted.key) with ordinality as k (name, place)
    join pg_attribute a on a.attrelid = wanted."table" and a.attname = k.name
    join pg_opclass c on c.opcdefault and c.opcmethod = (select oid from pg_am where amname = 'btree')
     and c.oid = (select i.indclass[p.place - 1] from pg_index i cross join lateral unnest(i.indkey) with ordinality as p (attnum, place)
                   where i.indrelid = wanted."table" and i.indisunique and p.place <= i.indnkeyatts and p.attnum = a.attnum
                   order by i.indisprimary desc limit 1)
    join pg_amop m on m.amopfamily = c.opcfamily and m.amoplefttype = c.opcintype and m.amoprighttype = c.opcintype and m.amopstrategy = 3
    join pg_operator o on o.oid = m.amopopr
    join pg_namespace n on n.oid = o.oprnamespace;
  execute format('create function carillon_as_owner.read_again_%1$s(keys text[]) returns setof %2$s language sql volatile security definer '
    'set search_path = pg_catalog, pg_temp begin atomic select carillon_row from unnest(keys) as carillon_key join %2$s as carillon_row on %3$s; end',
    wanted.number, wanted."table", same_key);
  -- Its text is fixed here; it calls nothing that runs with the rights of its owner but the making of triggers.
  execute format($code$create function carillon_as_owner.attach_%1$s() returns integer language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp set lock_timeout = '200ms' as $body$
    declare
      part regclass;
      made integer := 0;
      number integer;
    begin
      for part in select carillon.unattached(carillon.watched_table(%1$s)) loop
        begin
          number := carillon.part_number(carillon.watched_table(%1$s), part);
          execute format('create trigger carillon_inserted after insert on %%1$s referencing new table as new_rows for each statement '
            'when (''carillon_watch.anchor_%%2$s''::regproc is not null) execute function carillon_watch.inserted_%%2$s()', part, number);
          execute format('create trigger carillon_updated after update on %%1$s referencing old table as old_rows new table as new_rows for each statement '
            'when (''carillon_watch.anchor_%%2$s''::regproc is not null) execute function carillon_watch.updated_%%2$s()', part, number);
          execute format('create trigger carillon_deleted after delete on %%1$s referencing old table as old_rows for each statement '
            'when (''carillon_watch.anchor_%%2$s''::regproc is not null) execute function carillon_watch.deleted_%%2$s()', part, number);
          execute format('create trigger carillon_truncated after truncate on %%1$s for each statement '
            'when (''carillon_watch.anchor_%%2$s''::regproc is not null) execute function carillon_watch.truncated_%%2$s()', part, number);
          made := made + 1;
        exception when lock_not_available or insufficient_privilege then
          if part = carillon.watched_table(%1$s) then
            raise;
          end if;
        end;
      end loop;
      return made;
    end $body$$code$, wanted.number);
  foreach signature in array array[format('read_again_%s(text[])', wanted.number), format('attach_%s()', wanted.number)] loop
    execute format('revoke execute on function carillon_as_owner.%s from public', signature);
    execute format('grant execute on function carillon_as_owner.%s to %s', signature, carillon_owner);
    if table_owner <> current_user::regrole then
      execute format('alter function carillon_as_owner.%s owner to %s', signature, table_owner);
    end if;
  end loop;
end
$make$;
comment on function carillon.make_owner_functions(carillon.watched) is
  'Generates the two functions that run as the owner of the table: reading rows again, and giving partitions their triggers.';
