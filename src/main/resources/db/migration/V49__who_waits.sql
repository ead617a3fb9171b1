-- Midnight is for who waits: a ticket's day is of its number only. A time zone that is none stops nobody else's queue.

alter table carillon_app.queue_ticket add column waits_since timestamptz;
-- Nobody is told: the column is not sent.
alter table carillon_app.queue_ticket disable trigger user;
update carillon_app.queue_ticket set waits_since = queued_at;
alter table carillon_app.queue_ticket enable trigger user;
alter table carillon_app.queue_ticket alter column waits_since set default clock_timestamp(), alter column waits_since set not null;
comment on column carillon_app.queue_ticket.waits_since is 'When it came into the queue last, by a transfer too; over the next midnight it does not wait. Not sent.';
drop index carillon_app.queue_ticket_open;
create index queue_ticket_open on carillon_app.queue_ticket (waits_since) where status in ('in_queue', 'called');
select carillon.watch('carillon_app.queue_ticket', 'queue.desk', exclude => array['waits_since']::name[], roles => array['clerk', 'operator', 'admin']);

create or replace function carillon_app.step_queue_ticket() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  now_at constant timestamptz := clock_timestamp();
begin
  if new.status <> old.status then
    if old.status || ' ' || new.status not in ('in_queue called', 'in_queue cancelled', 'called in_progress', 'called no_show', 'called in_queue',
         'called cancelled', 'in_progress completed', 'in_progress in_queue') then
      raise exception 'a ticket that is % cannot become %', old.status, new.status using errcode = '23514';
    end if;
    if new.status = 'called' then
      new.calls := old.calls + 1;
      new.called_at := now_at;
      new.first_called_at := coalesce(old.first_called_at, now_at);
    elsif new.status = 'in_progress' then
      new.started_at := now_at;
    elsif new.status = 'in_queue' then
      new.waits_since := now_at;
      new.calls := 0;
      new.called_at := null;
      new.started_at := null;
      new.counter_id := null;
      new.operator := null;
    else
      new.ended_at := now_at;
    end if;
  elsif new.calls > old.calls then
    if old.status <> 'called' then
      raise exception 'a ticket that is % cannot be called again', old.status using errcode = '23514';
    end if;
    new.called_at := now_at;
  end if;
  return new;
end
$$;

create function carillon_app.check_queue_zone() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (select from pg_timezone_names z where z.name = new.time_zone) then
    raise exception 'there is no time zone %', quote_literal(new.time_zone)
      using errcode = '23514', hint = 'Take a name of pg_timezone_names, e.g. America/Sao_Paulo.';
  end if;
  return new;
end
$$;
comment on function carillon_app.check_queue_zone() is 'Row trigger: a tenant''s time zone is one that Postgres knows.';
create trigger check_zone before insert or update of time_zone on carillon_app.queue_setting for each row execute function carillon_app.check_queue_zone();

create function carillon_app.queue_zone(zone text) returns text
  language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
begin
  perform clock_timestamp() at time zone zone;
  return coalesce(zone, 'UTC');
exception when invalid_parameter_value then
  return 'UTC';
end
$$;
comment on function carillon_app.queue_zone(text) is 'The zone, or UTC where there is none, or none that Postgres knows: zones go out of use.';

create or replace function carillon_app.queue_day(tenant text) returns date
  -- As the owner: the tenant is the caller's argument, and a date is all that it tells.
  language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  select (clock_timestamp() at time zone carillon_app.queue_zone((select s.time_zone from carillon_app.queue_setting s where s.tenant_id = tenant)))::date;
$$;

create or replace function carillon_app.tidy_queue(kept interval, most integer) returns integer
  -- For all tenants: any node calls it.
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  closed integer;
  old integer;
  gone integer;
  forgotten integer;
begin
  -- Another zone has had its midnight already, and nobody there has seen it: it counts from the change on.
  with setting as materialized (
    select s.tenant_id, s.updated_at as changed_at, date_trunc('day', clock_timestamp(), carillon_app.queue_zone(s.time_zone)) as midnight
      from carillon_app.queue_setting s),
  due as (
    select t.id from carillon_app.queue_ticket t left join setting s on s.tenant_id = t.tenant_id
     where t.status in ('in_queue', 'called')
       and greatest(t.waits_since, s.changed_at) < coalesce(s.midnight, date_trunc('day', clock_timestamp(), 'UTC'))
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
comment on function carillon_app.tidy_queue(interval, integer) is
  'Cancels tickets that waited over the tenant''s midnight, deletes old ones, pairings that are over and screens that were not seen for '
  'as long, so many of each; returns how many.';

revoke execute on all functions in schema carillon_app from public;
