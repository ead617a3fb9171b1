-- Watching a table, second part: the trigger functions, which are the write path.

create function carillon.nested_mark(setting text, depth integer) returns boolean
  -- Statements that a row trigger or a cascade makes on the same table end, and tell, before the statement that caused them; its transition
  -- tables hold what the rows were before. So whoever runs in a trigger leaves a mark for the rest of the transaction, and a statement
  -- that finds the mark of a deeper one reads its rows again. Never taken away: an INSERT … ON CONFLICT or MERGE has several triggers.
  language plpgsql volatile set search_path = pg_catalog, pg_temp
as $$
declare
  found_mark constant integer := coalesce(substring(current_setting(setting, true) from '^[0-9]{1,6}$')::integer, 0);
begin
  if depth > greatest(found_mark, 1) then
    perform set_config(setting, depth::text, true);
  end if;
  return found_mark > depth;
end
$$;
comment on function carillon.nested_mark(text, integer) is 'Marks a nested statement, and tells whether a deeper one has been.';

create function carillon.reads_all_rows(number integer) returns boolean
  -- Forced row security hides rows from the owner too: then a row that cannot be read again may well be there.
  language sql stable set search_path = pg_catalog, pg_temp
begin atomic
  select not (c.relrowsecurity and c.relforcerowsecurity)
    from carillon.watched w join pg_class c on c.oid = w."table" where w.number = reads_all_rows.number;
end;
comment on function carillon.reads_all_rows(integer) is 'Whether the owner of a watched table sees all its rows.';

create function carillon.make_trigger_functions(number integer, wanted carillon.watched, can_read_again boolean) returns void
  language plpgsql set search_path = pg_catalog, pg_temp
as $make$
declare
  -- current_setting of what nobody set is null, of what was set and rolled back is empty.
  context constant text := $code$left(nullif(current_setting('carillon.actor', true), ''), 200),
    left(nullif(current_setting('carillon.correlation_id', true), ''), 200), left(nullif(current_setting('carillon.ref', true), ''), 200)$code$;
  -- The transaction has its id since it wrote the watched table, so the promises are read after that; see carillon.ring().
  ring constant text := $code$if found then
    if current_setting('synchronous_commit') = 'off' then
      perform set_config('synchronous_commit', 'local', true);
    end if;
    if current_setting('carillon.bell', true) is distinct from 'off'
       and exists (select from carillon.node where awake_until < clock_timestamp()) then
      perform pg_notify('carillon', '');
    end if;
  end if;$code$;
  target constant text := 'insert into carillon.event (tenant, channel, type, data, actor, correlation_id, ref)';
  -- What the nested statements did cannot be read here: whoever saw one of these rows reads again.
  tell_reset constant text := $code${target}
    select distinct carillon_watch.tenant_{number}(r), carillon_watch.channel_{number}(r), 'carillon.reset', '{"reason":"nested"}', {context}
      from ({rows}) as touched (r)
     where carillon_watch.tenant_{number}(r) is not null and carillon_watch.channel_{number}(r) is not null;
    {ring}$code$;
  nested constant text := $code$if (pg_trigger_depth() > 1 or current_setting('carillon.nested_{number}', true) <> '')
     and carillon.nested_mark('carillon.nested_{number}', pg_trigger_depth()) then
    {again}
    return null;
  end if;$code$;
  again constant text := $code$if carillon.reads_all_rows({number}) then
      {retell}
    else
      $code$ || tell_reset || $code$
    end if;$code$;
  nested_part text[];
  template text;
  code text;
begin
  foreach template in array array[
    -- rows: what a statement wrote (fresh) or what it replaced and removed. Each is told again with what it is now.
    case when can_read_again then $code$create function carillon_watch.retell_{number}(rows {t}[], fresh boolean) returns void
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
    begin
      {target}
      select told.tenant, told.channel, told.type, told.data, {context}
        from unnest(rows) as b
        left join carillon_as_owner.read_again_{number}(rows) as c on carillon_watch.key_text_{number}(c) = carillon_watch.key_text_{number}(b)
       cross join lateral (select carillon_watch.key_text_{number}(c) is not null as present,
                                  carillon_watch.tenant_{number}(b) is not distinct from carillon_watch.tenant_{number}(c)
                                  and carillon_watch.channel_{number}(b) is not distinct from carillon_watch.channel_{number}(c) as stayed) as it
       cross join lateral (
         select carillon_watch.tenant_{number}(b), carillon_watch.channel_{number}(b), {deleted}, carillon_watch.deleted_{number}(b)
          where not present or not fresh and not stayed
         union all
         select carillon_watch.tenant_{number}(c), carillon_watch.channel_{number}(c), {created}, carillon_watch.created_{number}(c)
          where present and (fresh or not stayed)
         union all
         select carillon_watch.tenant_{number}(c), carillon_watch.channel_{number}(c), {updated},
                carillon_watch.updated_{number}(c, carillon_watch.changed_{number}(b, c))
          where present and not fresh and stayed) as told (tenant, channel, type, data)
       where told.tenant is not null and told.channel is not null;
      {ring}
    end $body$$code$ end,
    $code$create function carillon_watch.inserted_{number}() returns trigger
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
    begin
      {nested insert}
      {target}
      select carillon_watch.tenant_{number}(n), carillon_watch.channel_{number}(n), {created}, carillon_watch.created_{number}(n), {context}
        from new_rows n
       where carillon_watch.tenant_{number}(n) is not null and carillon_watch.channel_{number}(n) is not null;
      {ring}
      return null;
    end $body$$code$,
    $code$create function carillon_watch.deleted_{number}() returns trigger
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
    begin
      {nested delete}
      {target}
      select carillon_watch.tenant_{number}(o), carillon_watch.channel_{number}(o), {deleted}, carillon_watch.deleted_{number}(o), {context}
        from old_rows o
       where carillon_watch.tenant_{number}(o) is not null and carillon_watch.channel_{number}(o) is not null;
      {ring}
      return null;
    end $body$$code$,
    -- Old and new are paired by key. A full join on conditions that hold for nulls too cannot become a nested loop, which a plan made for one
    -- row would keep for ten thousand. Side 1 is what the old audience is told when the row left it, side 2 the rest.
    $code$create function carillon_watch.updated_{number}() returns trigger
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
    begin
      {nested update}
      {target}
      select case side when 1 then carillon_watch.tenant_{number}(o) else carillon_watch.tenant_{number}(n) end,
             case side when 1 then carillon_watch.channel_{number}(o) else carillon_watch.channel_{number}(n) end,
             case when side = 1 then {deleted} when {stayed} then {updated} else {created} end,
             case when side = 1 then carillon_watch.deleted_{number}(o)
                  when {stayed} then carillon_watch.updated_{number}(n, carillon_watch.changed_{number}(o, n))
                  else carillon_watch.created_{number}(n) end, {context}
        from old_rows o full join new_rows n on carillon_watch.key_text_{number}(o) = carillon_watch.key_text_{number}(n)
       cross join (values (1), (2)) as sides (side)
       where case when side = 1
               then carillon_watch.key_text_{number}(o) is not null and not ({stayed})
                    and carillon_watch.tenant_{number}(o) is not null and carillon_watch.channel_{number}(o) is not null
               else carillon_watch.key_text_{number}(n) is not null
                    and carillon_watch.tenant_{number}(n) is not null and carillon_watch.channel_{number}(n) is not null
                    and (not ({stayed}) or carillon_watch.changed_{number}(o, n) <> '{}') end;
      {ring}
      return null;
    end $body$$code$,
    -- A TRUNCATE of a partitioned table fires this for every partition; one event is enough.
    $code$create function carillon_watch.truncated_{number}() returns trigger
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
    begin
      {target}
      select '*', {channel}, 'carillon.reset', '{"reason":"truncated"}', {context}
       where not exists (select from carillon.event e
                          where e.xid = pg_current_xact_id() and e.tenant = '*' and e.channel = {channel} and e.type = 'carillon.reset');
      {ring}
      return null;
    end $body$$code$
  ] loop
    continue when template is null;
    -- A row whose key was changed has no old row under the new key: it is told as a new one.
    foreach nested_part slice 1 in array array[
      ['{nested insert}', 'perform carillon_watch.retell_{number}(array(select carillon_watch.same_{number}(n) from new_rows n), true);',
        'select carillon_watch.same_{number}(n) from new_rows n'],
      ['{nested delete}', 'perform carillon_watch.retell_{number}(array(select carillon_watch.same_{number}(o) from old_rows o), false);',
        'select carillon_watch.same_{number}(o) from old_rows o'],
      ['{nested update}', 'perform carillon_watch.retell_{number}(array(select carillon_watch.same_{number}(o) from old_rows o), false);
      perform carillon_watch.retell_{number}(array(select carillon_watch.same_{number}(n) from new_rows n
        where carillon_watch.key_text_{number}(n) not in (select carillon_watch.key_text_{number}(o) from old_rows o)), true);',
        'select carillon_watch.same_{number}(o) from old_rows o union all select carillon_watch.same_{number}(n) from new_rows n']
    ] loop
      template := replace(template, nested_part[1], replace(replace(replace(nested,
        '{again}', case when can_read_again then again else tell_reset end), '{retell}', nested_part[2]), '{rows}', nested_part[3]));
    end loop;
    code := template;
    code := replace(code, '{stayed}', 'carillon_watch.key_text_{number}(o) is not null and carillon_watch.key_text_{number}(n) is not null
               and carillon_watch.tenant_{number}(o) is not distinct from carillon_watch.tenant_{number}(n)
               and carillon_watch.channel_{number}(o) is not distinct from carillon_watch.channel_{number}(n)');
    code := replace(replace(replace(code, '{target}', target), '{context}', context), '{ring}', ring);
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
comment on function carillon.make_trigger_functions(integer, carillon.watched, boolean) is 'Generates the trigger functions of a watched relation.';
