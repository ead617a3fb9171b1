-- The write path asks one question where it asked four. Tables that were watched before keep theirs until they are watched again.

create or replace function carillon.make_trigger_functions(number integer, wanted carillon.watched, can_read_again boolean) returns void
  language plpgsql set search_path = pg_catalog, pg_temp
as $make$
declare
  -- current_setting of what nobody set is null, of what was set and rolled back is empty.
  context constant text := $code$left(nullif(current_setting('carillon.actor', true), ''), 200),
    left(nullif(current_setting('carillon.correlation_id', true), ''), 200), left(nullif(current_setting('carillon.ref', true), ''), 200)$code$;
  -- One question instead of four, for each takes a snapshot, and those are dear beside many writers: is there anything out of the ordinary?
  -- The transaction has its id since it wrote the watched table, so the promises are read after that; see carillon.ring().
  care constant text := $code$declare
      care constant boolean := pg_trigger_depth() > 1 or current_setting('carillon.nested_{number}', true) <> ''
        or current_setting('synchronous_commit') = 'off' or exists (select from carillon.node where awake_until < clock_timestamp());$code$;
  ring constant text := $code$if care and found then
    perform carillon.ring();
  end if;$code$;
  target constant text := 'insert into carillon.event (tenant, channel, type, data, actor, correlation_id, ref)';
  -- The names in these statements begin with carillon_, and plan_watch() refuses columns that do: a column called like a row would win.
  nested constant text := $code$if care and (pg_trigger_depth() > 1 or current_setting('carillon.nested_{number}', true) <> '')
     and carillon.nested_mark('carillon.nested_{number}', pg_trigger_depth()) then
    {again}
    return null;
  end if;$code$;
  -- Each row is told again with what it is now. Fresh ones were written by this statement, the others replaced or removed by it.
  retell constant text := $code$ {target}
      select carillon_told.tenant, carillon_told.channel, carillon_told.type, carillon_told.data, {context}
        from {source} as carillon_before
        left join carillon_as_owner.read_again_{number}(array(select carillon_watch.key_text_{number}(carillon_row) from {source} as carillon_row)) as carillon_now
          on carillon_watch.key_text_{number}(carillon_now) = carillon_watch.key_text_{number}(carillon_before)
       cross join lateral (
         select carillon_watch.key_text_{number}(carillon_now) is not null as present,
                carillon_watch.tenant_{number}(carillon_before) is not distinct from carillon_watch.tenant_{number}(carillon_now)
                and carillon_watch.channel_{number}(carillon_before) is not distinct from carillon_watch.channel_{number}(carillon_now) as stayed) as carillon_it
       cross join lateral (
         select carillon_watch.tenant_{number}(carillon_before), carillon_watch.channel_{number}(carillon_before), {deleted},
                carillon_watch.deleted_{number}(carillon_before)
          where not carillon_it.present or not {fresh} and not carillon_it.stayed
         union all
         select carillon_watch.tenant_{number}(carillon_now), carillon_watch.channel_{number}(carillon_now), {created},
                carillon_watch.created_{number}(carillon_now)
          where carillon_it.present and ({fresh} or not carillon_it.stayed)
         union all
         select carillon_watch.tenant_{number}(carillon_now), carillon_watch.channel_{number}(carillon_now), {updated},
                carillon_watch.updated_{number}(carillon_now, carillon_watch.changed_{number}(carillon_before, carillon_now))
          where carillon_it.present and not {fresh} and carillon_it.stayed) as carillon_told (tenant, channel, type, data)
       where carillon_told.tenant is not null and carillon_told.channel is not null and {also};
      {ring}$code$;
  -- What the nested statements did cannot be read here: whoever saw one of these rows reads again.
  tell_reset constant text := $code$ {target}
      select carillon_touched.tenant, carillon_touched.channel, 'carillon.reset', '{"reason":"nested"}'::json, {context}
        from (select distinct carillon_watch.tenant_{number}(carillon_row) as tenant, carillon_watch.channel_{number}(carillon_row) as channel
                from {source} as carillon_row) as carillon_touched
       where carillon_touched.tenant is not null and carillon_touched.channel is not null;
      {ring}$code$;
  again text;
  step text[];
  template text;
  code text;
begin
  foreach template in array array[
    $code$create function carillon_watch.inserted_{number}() returns trigger
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
    {care}
    begin
      {nested new}
      {target}
      select carillon_watch.tenant_{number}(carillon_row), carillon_watch.channel_{number}(carillon_row), {created},
             carillon_watch.created_{number}(carillon_row), {context}
        from new_rows as carillon_row
       where carillon_watch.tenant_{number}(carillon_row) is not null and carillon_watch.channel_{number}(carillon_row) is not null;
      {ring}
      return null;
    end $body$$code$,
    $code$create function carillon_watch.deleted_{number}() returns trigger
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
    {care}
    begin
      {nested old}
      {target}
      select carillon_watch.tenant_{number}(carillon_row), carillon_watch.channel_{number}(carillon_row), {deleted},
             carillon_watch.deleted_{number}(carillon_row), {context}
        from old_rows as carillon_row
       where carillon_watch.tenant_{number}(carillon_row) is not null and carillon_watch.channel_{number}(carillon_row) is not null;
      {ring}
      return null;
    end $body$$code$,
    -- Old and new are paired by key. A full join on conditions that hold for nulls too cannot become a nested loop, which a plan made for one
    -- row would keep for ten thousand. Side 1 is what the old audience is told when the row left it, side 2 the rest.
    $code$create function carillon_watch.updated_{number}() returns trigger
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
    {care}
    begin
      {nested both}
      {target}
      select case carillon_side.side when 1 then carillon_watch.tenant_{number}(carillon_old) else carillon_watch.tenant_{number}(carillon_new) end,
             case carillon_side.side when 1 then carillon_watch.channel_{number}(carillon_old) else carillon_watch.channel_{number}(carillon_new) end,
             case when carillon_side.side = 1 then {deleted} when {stayed} then {updated} else {created} end,
             case when carillon_side.side = 1 then carillon_watch.deleted_{number}(carillon_old)
                  when {stayed} then carillon_watch.updated_{number}(carillon_new, carillon_watch.changed_{number}(carillon_old, carillon_new))
                  else carillon_watch.created_{number}(carillon_new) end, {context}
        from old_rows as carillon_old
        full join new_rows as carillon_new on carillon_watch.key_text_{number}(carillon_old) = carillon_watch.key_text_{number}(carillon_new)
       cross join (values (1), (2)) as carillon_side (side)
       where case when carillon_side.side = 1
               then carillon_watch.key_text_{number}(carillon_old) is not null and not ({stayed})
                    and carillon_watch.tenant_{number}(carillon_old) is not null and carillon_watch.channel_{number}(carillon_old) is not null
               else carillon_watch.key_text_{number}(carillon_new) is not null
                    and carillon_watch.tenant_{number}(carillon_new) is not null and carillon_watch.channel_{number}(carillon_new) is not null
                    and (not ({stayed}) or carillon_watch.changed_{number}(carillon_old, carillon_new) <> '{}') end;
      {ring}
      return null;
    end $body$$code$,
    -- A TRUNCATE of a partitioned table fires this for every partition; one event is enough.
    $code$create function carillon_watch.truncated_{number}() returns trigger
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
    {care}
    begin
      {target}
      select '*', {channel}, 'carillon.reset', '{"reason":"truncated"}'::json, {context}
       where not exists (select from carillon.event e
                          where e.xid = pg_current_xact_id() and e.tenant = '*' and e.channel = {channel} and e.type = 'carillon.reset');
      {ring}
      return null;
    end $body$$code$
  ] loop
    -- An updated row whose key changed has no old row under its new key: it is told as a new one.
    foreach step slice 1 in array array[
      ['{nested new}', 'new_rows', 'true', 'true', '', ''],
      ['{nested old}', 'old_rows', 'false', 'true', '', ''],
      ['{nested both}', 'old_rows', 'false', 'true', 'new_rows',
        'carillon_watch.key_text_{number}(carillon_before) not in (select carillon_watch.key_text_{number}(carillon_row) from old_rows as carillon_row)']
    ] loop
      again := replace(tell_reset, '{source}', step[2]) || case when step[5] <> '' then replace(tell_reset, '{source}', step[5]) else '' end;
      if can_read_again then
        again := 'if carillon.reads_all_rows({number}) then ' || replace(replace(replace(retell, '{source}', step[2]), '{fresh}', step[3]), '{also}', step[4])
          || case when step[5] <> '' then replace(replace(replace(retell, '{source}', step[5]), '{fresh}', 'true'), '{also}', step[6]) else '' end
          || ' else ' || again || ' end if;';
      end if;
      template := replace(template, step[1], replace(nested, '{again}', again));
    end loop;
    code := template;
    code := replace(code, '{stayed}', 'carillon_watch.key_text_{number}(carillon_old) is not null and carillon_watch.key_text_{number}(carillon_new) is not null
               and carillon_watch.tenant_{number}(carillon_old) is not distinct from carillon_watch.tenant_{number}(carillon_new)
               and carillon_watch.channel_{number}(carillon_old) is not distinct from carillon_watch.channel_{number}(carillon_new)');
    code := replace(replace(replace(replace(code, '{target}', target), '{context}', context), '{ring}', ring), '{care}', care);
    code := replace(code, '{number}', number::text);
    code := replace(code, '{t}', wanted."table"::text);
    code := replace(code, '{created}', quote_literal(wanted.entity || '.created'));
    code := replace(code, '{updated}', quote_literal(wanted.entity || '.updated'));
    code := replace(code, '{deleted}', quote_literal(wanted.entity || '.deleted'));
    code := replace(code, '{channel}', quote_literal(wanted.channel) || '::text');
    execute code;
  end loop;
end
$make$;
