-- A service day ends at a midnight of the zone that is in force then: what is set afterwards takes no end back and makes none.

create table carillon_app.queue_zone_change (
  tenant_id  text primary key,
  changed_at timestamptz not null default clock_timestamp(),
  ended_at   timestamptz not null
);
comment on table carillon_app.queue_zone_change is
  'When a tenant''s queue got another time zone last: its midnights count since then. Kept by a trigger of queue_setting, also when that row is gone.';
comment on column carillon_app.queue_zone_change.ended_at is 'The last end of a service day before: a midnight of the zone of that time.';
select carillon_app.guard('carillon_app.queue_zone_change');
-- What was set before this day's midnight was not kept: until the next one it is as before.
insert into carillon_app.queue_zone_change (tenant_id, changed_at, ended_at) select s.tenant_id, s.updated_at, '-infinity' from carillon_app.queue_setting s;

create function carillon_app.change_queue_zone(tenant text, was text) returns void
  language sql volatile set search_path = pg_catalog, pg_temp
as $$
  insert into carillon_app.queue_zone_change as c (tenant_id, ended_at)
  values (tenant, date_trunc('day', clock_timestamp(), carillon_app.queue_zone(was)))
  on conflict (tenant_id) do update
     set changed_at = excluded.changed_at, ended_at = case when excluded.ended_at > c.changed_at then excluded.ended_at else c.ended_at end;
$$;
comment on function carillon_app.change_queue_zone(text, text) is
  'The tenant''s queue has another zone from now on. What the old one''s midnights ended stays ended; the running day ends with the new one''s next.';

create function carillon_app.keep_queue_zone() returns trigger
  -- As the owner, for settings that plain SQL writes too.
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    perform carillon_app.change_queue_zone(new.tenant_id, null);
  elsif tg_op = 'DELETE' then
    perform carillon_app.change_queue_zone(old.tenant_id, old.time_zone);
  elsif new.tenant_id = old.tenant_id then
    perform carillon_app.change_queue_zone(new.tenant_id, old.time_zone);
  else
    perform carillon_app.change_queue_zone(old.tenant_id, old.time_zone);
    perform carillon_app.change_queue_zone(new.tenant_id, null);
  end if;
  return null;
end
$$;
comment on function carillon_app.keep_queue_zone() is 'Row trigger: keeps when a tenant''s zone changed; without settings it is UTC.';
create trigger keep_zone after insert or delete on carillon_app.queue_setting for each row execute function carillon_app.keep_queue_zone();
create trigger keep_zone_change after update on carillon_app.queue_setting for each row
  when (row(old.tenant_id, old.time_zone) is distinct from row(new.tenant_id, new.time_zone)) execute function carillon_app.keep_queue_zone();

create or replace function carillon_app.tidy_queue(kept interval, most integer) returns integer
  -- For all tenants: any node calls it.
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  now_at constant timestamptz := clock_timestamp();
  closed integer;
  old integer;
  gone integer;
  forgotten integer;
begin
  with midnight as materialized (
    select tenant_id, c.changed_at, c.ended_at, date_trunc('day', now_at, carillon_app.queue_zone(s.time_zone)) as at
      from carillon_app.queue_setting s full join carillon_app.queue_zone_change c using (tenant_id)),
  -- Another zone has had its midnight already, and nobody there has seen it: its midnights count from the change on.
  day as (select m.tenant_id, case when m.at <= m.changed_at then m.ended_at else m.at end as ended_at from midnight m),
  due as (
    select t.id from carillon_app.queue_ticket t left join day d on d.tenant_id = t.tenant_id
     where t.status in ('in_queue', 'called') and t.waits_since < coalesce(d.ended_at, date_trunc('day', now_at, 'UTC'))
     limit most for update of t skip locked)
  update carillon_app.queue_ticket t set status = 'cancelled' from due where t.id = due.id;
  get diagnostics closed = row_count;
  with due as (
    select t.id from carillon_app.queue_ticket t
     where t.created_at < clock_timestamp() - kept and t.status in ('completed', 'no_show', 'cancelled') limit most for update skip locked)
  delete from carillon_app.queue_ticket t using due where t.id = due.id;
  get diagnostics old = row_count;
  with due as (select p.ctid from carillon_app.queue_pairing p where p.expires_at < clock_timestamp() limit most for update skip locked)
  delete from carillon_app.queue_pairing p using due where p.ctid = due.ctid;
  get diagnostics gone = row_count;
  -- A screen that is connected is seen, however long ago it came.
  with due as (
    select s.id from carillon_app.queue_screen s
     where greatest(s.created_at, s.last_seen_at, s.key_at, case s.status when 'revoked' then s.updated_at end) < clock_timestamp() - kept
       and not exists (select from carillon.connection c where c.tenant = s.tenant_id and c.user_id = 'screen:' || s.id)
     limit most for update of s skip locked)
  delete from carillon_app.queue_screen s using due where s.id = due.id;
  get diagnostics forgotten = row_count;
  delete from carillon_app.queue_number n where n.day < (clock_timestamp() - interval '3 days')::date;
  return closed + old + gone + forgotten;
end
$$;

revoke execute on all functions in schema carillon_app from public;
