-- The service queue: services and counters, tickets with numbers, screens that are paired.

create table carillon_app.queue_setting (
  tenant_id      text primary key,
  public_screens boolean not null default false,
  time_zone      text not null default 'UTC' check (char_length(time_zone) between 1 and 64),
  version        integer not null default 1,
  created_at     timestamptz not null default clock_timestamp(),
  updated_at     timestamptz not null default clock_timestamp()
);
comment on table carillon_app.queue_setting is 'What a tenant wants of its queue; without a row, the defaults.';
comment on column carillon_app.queue_setting.public_screens is 'Whether totems and displays work without a device key.';
comment on column carillon_app.queue_setting.time_zone is 'Whose midnight begins a new day of numbers; a name of pg_timezone_names.';
select carillon_app.guard('carillon_app.queue_setting');
create trigger stamp before update on carillon_app.queue_setting for each row execute function carillon_app.stamp();

create function carillon_app.queue_day(tenant text) returns date
  -- As the owner: the tenant is the caller's argument, and a date is all that it tells.
  language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  select (clock_timestamp() at time zone coalesce((select s.time_zone from carillon_app.queue_setting s where s.tenant_id = tenant), 'UTC'))::date;
$$;
comment on function carillon_app.queue_day(text) is 'Today, where the tenant''s queue is.';

create table carillon_app.queue_service (
  id               bigint generated always as identity primary key,
  tenant_id        text not null,
  name             text not null,
  prefix           text not null,
  status           text not null default 'open',
  handling_seconds integer not null default 300,
  version          integer not null default 1,
  created_at       timestamptz not null default clock_timestamp(),
  updated_at       timestamptz not null default clock_timestamp(),
  unique (tenant_id, id),
  unique (tenant_id, prefix),
  -- What the catalogue's schema says, as far as SQL can: a test compares the two.
  constraint catalogue_name check (char_length(name) between 1 and 200),
  constraint catalogue_prefix check (char_length(prefix) between 1 and 3),
  constraint catalogue_status check (status in ('open', 'closed')),
  constraint catalogue_handling_seconds check (handling_seconds between 1 and 86400),
  constraint catalogue_version check (version >= 1)
);
comment on table carillon_app.queue_service is 'What people queue for; live on channel queue.desk.';
comment on column carillon_app.queue_service.prefix is 'Begins its tickets'' codes: A for A001.';
comment on column carillon_app.queue_service.status is 'Tickets are taken for open ones only.';
comment on column carillon_app.queue_service.handling_seconds is 'How long one ticket takes on average; waits are estimated with it.';
select carillon_app.guard('carillon_app.queue_service');
create trigger stamp before update on carillon_app.queue_service for each row execute function carillon_app.stamp();

create table carillon_app.queue_counter (
  id          bigint generated always as identity primary key,
  tenant_id   text not null,
  name        text not null,
  service_ids bigint[] not null default '{}',
  operator    text,
  status      text not null default 'open',
  version     integer not null default 1,
  created_at  timestamptz not null default clock_timestamp(),
  updated_at  timestamptz not null default clock_timestamp(),
  unique (tenant_id, id),
  unique (tenant_id, name),
  constraint catalogue_name check (char_length(name) between 1 and 200),
  constraint catalogue_operator check (char_length(operator) <= 200),
  constraint catalogue_status check (status in ('open', 'closed')),
  constraint catalogue_version check (version >= 1),
  check (cardinality(service_ids) <= 100)
);
comment on table carillon_app.queue_counter is 'Desks; live on channel queue.desk.';
comment on column carillon_app.queue_counter.service_ids is 'Which services it serves; empty: all.';
comment on column carillon_app.queue_counter.operator is 'The user who sits there; null: nobody in particular.';
select carillon_app.guard('carillon_app.queue_counter');
create trigger stamp before update on carillon_app.queue_counter for each row execute function carillon_app.stamp();

create table carillon_app.queue_number (
  tenant_id text not null,
  prefix    text not null,
  day       date not null,
  last      integer not null,
  primary key (tenant_id, prefix, day)
) with (fillfactor = 50);
comment on table carillon_app.queue_number is
  'The last number of each prefix and local day. A row and not a sequence: a take that is rolled back gives its number back, and the next one waits for it.';
select carillon_app.guard('carillon_app.queue_number');

create table carillon_app.queue_ticket (
  id              bigint generated always as identity primary key,
  tenant_id       text not null,
  service_id      bigint not null,
  day             date not null,
  ticket_number   integer not null,
  code            text not null,
  status          text not null default 'in_queue',
  priority        integer not null default 0,
  customer_name   text,
  counter_id      bigint,
  operator        text,
  calls           integer not null default 0,
  taken_by        text,
  queued_at       timestamptz not null default clock_timestamp(),
  first_called_at timestamptz,
  called_at       timestamptz,
  started_at      timestamptz,
  ended_at        timestamptz,
  version         integer not null default 1,
  created_at      timestamptz not null default clock_timestamp(),
  updated_at      timestamptz not null default clock_timestamp(),
  foreign key (tenant_id, service_id) references carillon_app.queue_service (tenant_id, id),
  foreign key (tenant_id, counter_id) references carillon_app.queue_counter (tenant_id, id) on delete set null (counter_id),
  unique (tenant_id, day, code),
  constraint catalogue_ticket_number check (ticket_number >= 1),
  constraint catalogue_code check (char_length(code) between 1 and 20),
  constraint catalogue_status check (status in ('in_queue', 'called', 'in_progress', 'completed', 'no_show', 'cancelled')),
  constraint catalogue_priority check (priority between 0 and 9),
  constraint catalogue_customer_name check (char_length(customer_name) <= 200),
  constraint catalogue_operator check (char_length(operator) <= 200),
  constraint catalogue_calls check (calls >= 0),
  constraint catalogue_taken_by check (char_length(taken_by) <= 200),
  constraint catalogue_version check (version >= 1),
  check (status not in ('called', 'in_progress') or counter_id is not null)
) with (fillfactor = 80);
create index queue_ticket_line on carillon_app.queue_ticket (tenant_id, service_id, priority desc, queued_at, id) where status = 'in_queue';
create unique index queue_ticket_at_counter on carillon_app.queue_ticket (tenant_id, counter_id) where status in ('called', 'in_progress');
create index queue_ticket_open on carillon_app.queue_ticket (day) where status in ('in_queue', 'called');
create index queue_ticket_taken on carillon_app.queue_ticket (tenant_id, taken_by, created_at);
create index queue_ticket_called on carillon_app.queue_ticket (tenant_id, day, called_at desc) where called_at is not null;
create index queue_ticket_page on carillon_app.queue_ticket (tenant_id, id);
create index queue_ticket_service on carillon_app.queue_ticket (tenant_id, service_id);
create index queue_ticket_old on carillon_app.queue_ticket (created_at);
comment on table carillon_app.queue_ticket is
  'Tickets. Whole rows, with names, are live on channel queue.desk; what everybody may see of them, screens too, on channel queue.';
comment on column carillon_app.queue_ticket.day is 'The local day of its number.';
comment on column carillon_app.queue_ticket.code is 'What stands on the paper: A001. Kept when it is transferred.';
comment on column carillon_app.queue_ticket.priority is '0 to 9; higher ones are called first.';
comment on column carillon_app.queue_ticket.customer_name is 'For operators only: never on channel queue.';
comment on column carillon_app.queue_ticket.calls is 'How often it was called, recalls among them.';
comment on column carillon_app.queue_ticket.taken_by is 'The user or the screen that took it.';
comment on column carillon_app.queue_ticket.queued_at is 'Its age in the queue; a transfer keeps it.';
comment on column carillon_app.queue_ticket.called_at is 'The latest call, recalls among them.';
select carillon_app.guard('carillon_app.queue_ticket');

create function carillon_app.number_queue_ticket() returns trigger
  -- As the owner, so that plain SQL inserts are numbered too.
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  letters text;
begin
  select s.prefix into letters from carillon_app.queue_service s where s.tenant_id = new.tenant_id and s.id = new.service_id;
  if letters is null then
    raise exception 'there is no service % of tenant %', new.service_id, new.tenant_id using errcode = '23503';
  end if;
  new.day := carillon_app.queue_day(new.tenant_id);
  insert into carillon_app.queue_number as n (tenant_id, prefix, day, last) values (new.tenant_id, letters, new.day, 1)
    on conflict (tenant_id, prefix, day) do update set last = n.last + 1
    returning n.last into new.ticket_number;
  new.code := letters || case when new.ticket_number < 1000 then lpad(new.ticket_number::text, 3, '0') else new.ticket_number::text end;
  -- Behind the wait for the number: whoever has the lower number stands first.
  new.queued_at := clock_timestamp();
  new.created_at := new.queued_at;
  return new;
end
$$;
comment on function carillon_app.number_queue_ticket() is 'Row trigger: the next number of its service and local day, without gaps and without duplicates.';
create trigger number before insert on carillon_app.queue_ticket for each row execute function carillon_app.number_queue_ticket();

create function carillon_app.step_queue_ticket() returns trigger
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
comment on function carillon_app.step_queue_ticket() is
  'Row trigger: which state may follow which, for plain SQL too, and when it happened. in_queue → called → in_progress → completed; called → no_show; '
  'in_queue, called → cancelled; called, in_progress → in_queue again.';
create trigger step before update on carillon_app.queue_ticket for each row execute function carillon_app.step_queue_ticket();
create trigger stamp before update on carillon_app.queue_ticket for each row execute function carillon_app.stamp();

create function carillon_app.tell_queue(tenant text, service_ids bigint[], cause text) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform carillon.emit(tenant, 'queue', 'queue_update', jsonb_build_object('service_ids', (service_ids::text[]), 'cause', cause, 'updated_at', clock_timestamp()));
end
$$;
comment on function carillon_app.tell_queue(text, bigint[], text) is 'Tells that the queue of these services (none: of all) is another one now.';

create function carillon_app.tell_queue_ticket() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  service_name text;
  counter_name text;
  shown jsonb;
begin
  if tg_op = 'DELETE' then
    if old.status in ('in_queue', 'called', 'in_progress') then
      perform carillon_app.tell_queue(old.tenant_id, array[old.service_id], 'ticket');
    end if;
    return null;
  end if;
  select s.name into service_name from carillon_app.queue_service s where s.id = new.service_id;
  select c.name into counter_name from carillon_app.queue_counter c where c.id = new.counter_id;
  -- What a public screen may show, and nothing else: no customer, no operator.
  shown := jsonb_build_object('id', new.id::text, 'ticket_number', new.ticket_number, 'code', new.code, 'service_id', new.service_id::text, 'service', service_name,
    'counter_id', new.counter_id::text, 'counter', counter_name, 'calls', new.calls);
  perform carillon.emit(new.tenant_id, 'queue', 'ticket_update', shown || jsonb_build_object('status', new.status, 'priority', new.priority, 'updated_at', clock_timestamp()));
  if tg_op = 'UPDATE' and (new.status <> old.status or new.calls > old.calls) then
    perform carillon.emit(new.tenant_id, 'queue', 'ticket_status_changed', shown || jsonb_build_object('old_status', old.status, 'new_status', new.status,
      'updated_at', clock_timestamp()));
  end if;
  if tg_op = 'INSERT' then
    perform carillon_app.tell_queue(new.tenant_id, array[new.service_id], 'ticket');
  elsif new.status <> old.status or new.service_id <> old.service_id or new.priority <> old.priority then
    perform carillon_app.tell_queue(new.tenant_id, case when new.service_id <> old.service_id then array[old.service_id, new.service_id] else array[new.service_id] end, 'ticket');
  end if;
  return null;
end
$$;
comment on function carillon_app.tell_queue_ticket() is 'Row trigger: tells ticket_update, ticket_status_changed and queue_update, whoever wrote it.';
create trigger tell after insert or delete on carillon_app.queue_ticket for each row execute function carillon_app.tell_queue_ticket();
create trigger tell_change after update on carillon_app.queue_ticket for each row
  when (row(old.status, old.service_id, old.counter_id, old.priority, old.calls) is distinct from row(new.status, new.service_id, new.counter_id, new.priority, new.calls))
  execute function carillon_app.tell_queue_ticket();

create function carillon_app.tell_queue_place() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op <> 'INSERT' and tg_table_name = 'queue_service' then
    perform carillon_app.tell_queue(old.tenant_id, array[old.id], 'service');
  elsif tg_table_name = 'queue_service' then
    perform carillon_app.tell_queue(new.tenant_id, array[new.id], 'service');
  elsif tg_op = 'DELETE' then
    perform carillon_app.tell_queue(old.tenant_id, '{}', 'counter');
  else
    perform carillon_app.tell_queue(new.tenant_id, '{}', 'counter');
  end if;
  return null;
end
$$;
comment on function carillon_app.tell_queue_place() is 'Row trigger: services and counters decide about the queue too.';
create trigger tell after insert or update or delete on carillon_app.queue_service for each row execute function carillon_app.tell_queue_place();
create trigger tell after insert or update or delete on carillon_app.queue_counter for each row execute function carillon_app.tell_queue_place();

create table carillon_app.queue_screen (
  id           bigint generated always as identity primary key,
  tenant_id    text not null,
  name         text not null,
  kind         text not null,
  status       text not null default 'waiting',
  paired_by    text not null,
  key_hash     bytea unique check (octet_length(key_hash) = 32),
  key_at       timestamptz,
  last_seen_at timestamptz,
  version      integer not null default 1,
  created_at   timestamptz not null default clock_timestamp(),
  updated_at   timestamptz not null default clock_timestamp(),
  unique (tenant_id, id),
  constraint catalogue_name check (char_length(name) between 1 and 200),
  constraint catalogue_kind check (kind in ('totem', 'display')),
  constraint catalogue_status check (status in ('waiting', 'paired', 'revoked')),
  constraint catalogue_paired_by check (char_length(paired_by) between 1 and 200),
  constraint catalogue_version check (version >= 1),
  check ((key_hash is not null) = (status = 'paired')),
  check ((key_hash is not null) = (key_at is not null))
);
comment on table carillon_app.queue_screen is 'Totems and displays that were paired; live on channel queue.desk, without keys.';
comment on column carillon_app.queue_screen.status is 'waiting: an administrator said yes, the screen has not fetched its key; paired; revoked.';
comment on column carillon_app.queue_screen.key_hash is 'SHA-256 of the device key, which is told once and kept nowhere.';
comment on column carillon_app.queue_screen.key_at is 'When that key was made; older ones of this screen are worthless.';
comment on column carillon_app.queue_screen.last_seen_at is 'When it last came with its key, to the minute; not sent.';
select carillon_app.guard('carillon_app.queue_screen');
create trigger stamp before update on carillon_app.queue_screen for each row
  when (row(old.name, old.kind, old.status, old.key_hash) is distinct from row(new.name, new.kind, new.status, new.key_hash))
  execute function carillon_app.stamp();

create function carillon_app.leave_queue_screen() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  -- Whoever is connected with the old key is closed on every node; the key itself is gone with this row's change.
  perform carillon.revoke(old.tenant_id, user_id => 'screen:' || old.id,
    issued_before => case when tg_op = 'UPDATE' then coalesce(new.key_at, clock_timestamp()) else clock_timestamp() end);
  return null;
end
$$;
comment on function carillon_app.leave_queue_screen() is 'Row trigger: a screen that was revoked, deleted or given another key is closed within a second, whoever wrote it.';
create trigger leave after update on carillon_app.queue_screen for each row
  when (old.key_hash is not null and new.key_hash is distinct from old.key_hash) execute function carillon_app.leave_queue_screen();
create trigger leave_gone after delete on carillon_app.queue_screen for each row when (old.key_hash is not null) execute function carillon_app.leave_queue_screen();

create function carillon_app.close_public_screens() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform carillon.disconnect(old.tenant_id, user_id => 'screen:public');
  return null;
end
$$;
comment on function carillon_app.close_public_screens() is 'Row trigger: screens without a key are closed when the tenant switches them off; they are not let in again.';
create trigger close_screens after update on carillon_app.queue_setting for each row
  when (old.public_screens and not new.public_screens) execute function carillon_app.close_public_screens();
create trigger close_screens_gone after delete on carillon_app.queue_setting for each row when (old.public_screens) execute function carillon_app.close_public_screens();

create table carillon_app.queue_pairing (
  tenant_id   text not null,
  secret_hash bytea not null check (octet_length(secret_hash) = 32),
  code        text not null check (char_length(code) = 6),
  kind        text not null check (kind in ('totem', 'display')),
  name        text not null check (char_length(name) between 1 and 200),
  screen_id   bigint,
  expires_at  timestamptz not null,
  created_at  timestamptz not null default clock_timestamp(),
  primary key (tenant_id, secret_hash),
  unique (tenant_id, code),
  foreign key (tenant_id, screen_id) references carillon_app.queue_screen (tenant_id, id) on delete cascade
);
create index on carillon_app.queue_pairing (expires_at);
comment on table carillon_app.queue_pairing is 'Screens that ask to be paired, for some minutes: the code is shown by the screen, the secret is known to it alone.';
comment on column carillon_app.queue_pairing.screen_id is 'The screen that an administrator made of it; null while nobody did.';
select carillon_app.guard('carillon_app.queue_pairing');

create function carillon_app.tidy_queue(kept interval, most integer) returns integer
  -- For all tenants: any node calls it.
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  closed integer;
  old integer;
  gone integer;
begin
  with due as (
    select t.id from carillon_app.queue_ticket t left join carillon_app.queue_setting s on s.tenant_id = t.tenant_id
     where t.status in ('in_queue', 'called') and t.day < (clock_timestamp() at time zone coalesce(s.time_zone, 'UTC'))::date
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
  delete from carillon_app.queue_number n where n.day < (clock_timestamp() - interval '3 days')::date;
  return closed + old + gone;
end
$$;
comment on function carillon_app.tidy_queue(interval, integer) is
  'Cancels tickets that nobody came for before the tenant''s midnight, deletes old ones and pairings that are over, so many of each; returns how many.';

-- Everybody of the tenant, and its screens.
select carillon.rule('queue');
-- Who works the queue. The product asks this very rule who may call, start, finish.
select carillon.watch('carillon_app.queue_ticket', 'queue.desk', roles => array['clerk', 'operator', 'admin']);
select carillon.watch('carillon_app.queue_service', 'queue.desk', roles => array['clerk', 'operator', 'admin']);
select carillon.watch('carillon_app.queue_counter', 'queue.desk', roles => array['clerk', 'operator', 'admin']);
select carillon.watch('carillon_app.queue_screen', 'queue.desk', exclude => array['key_hash', 'key_at', 'last_seen_at']::name[], roles => array['clerk', 'operator', 'admin']);

revoke execute on all functions in schema carillon_app from public;
grant execute on function carillon_app.queue_day(text), carillon_app.tidy_queue(interval, integer) to ${runtime};
