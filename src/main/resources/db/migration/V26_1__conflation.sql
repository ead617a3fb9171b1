-- Conflation: of a channel that says so only the latest event per key within a window is sent.

alter table carillon.channel_rule
  add column conflate_ms integer check (conflate_ms between 10 and 60000),
  add column conflate_key text check (octet_length(conflate_key) between 1 and 200);
comment on column carillon.channel_rule.conflate_ms is 'Of the channel''s events only the latest per key is sent, at most once in so many milliseconds; null: every event is.';
comment on column carillon.channel_rule.conflate_key is
  'Where the key is in data: names with dots between. Null: member key of data, as events of watched tables have it, or else the type.';

create function carillon.conflate(pattern text, window_ms integer default 250, key text default null) returns text
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  begin
    update carillon.channel_rule r set conflate_ms = window_ms, conflate_key = conflate.key where r.pattern = conflate.pattern;
  exception when check_violation then
    raise exception 'a window has 10 to 60000 milliseconds, a key 1 to 200 bytes' using errcode = 'CA001', hint = 'select carillon.conflate(''meters'', 250, ''id'');';
  end;
  if not found then
    raise exception 'there is no rule %', coalesce(quote_literal(pattern), 'null') using errcode = 'CA001', hint = 'Say it first: select carillon.rule(…) or carillon.watch(…).';
  end if;
  return case when window_ms is null then format('%s: every event is sent', pattern)
              else format('%s: the latest event per %s is sent, at most every %s ms', pattern, coalesce(key, 'row or type'), window_ms) end;
end
$$;
comment on function carillon.conflate(text, integer, text) is
  'Has only the latest event per key sent on the channels of a rule, at most once per window (window_ms, 10 to 60000; null sends every event '
  'again). For meters and statuses, where an older value is worth nothing. key: where the key is in data, names with dots between; if not '
  'given, the row''s key of watched tables, or else the type. Such channels promise the latest event per key, not each event. Say it after '
  'carillon.watch(), which makes the rule anew. Error CA001: bad argument, no such rule. Example: select carillon.conflate(''meters'', 250, ''device.id'');';

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
    carillon.follow_members(text[]), carillon.members_changed(), carillon.plain_name(text), carillon.conflate(text, integer, text),
    carillon.column_code(regclass, name[]), carillon.text_code(regclass, name), carillon.channel_code(regclass, text, name), carillon.base_type(oid), carillon.event_limit(text),
    carillon.preview(regclass, text, name, text, text, name, name, name[], name[], text[], text, text[], integer)
    to %s', role);
  return format('%s may watch the tables that it owns', role);
end
$$;

revoke execute on function carillon.conflate(text, integer, text) from public;
do $$
declare
  allowed regrole;
begin
  for allowed in
    select g.grantee::regrole from pg_proc f cross join lateral aclexplode(f.proacl) g
     where f.oid = 'carillon.rule(text, text[], text[], text, text[])'::regprocedure and g.grantee <> 0 and g.grantee <> f.proowner
  loop
    execute format('grant execute on function carillon.conflate(text, integer, text) to %s', allowed);
  end loop;
end $$;
