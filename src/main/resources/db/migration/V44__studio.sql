-- The studio monitor: probes send levels, detectors find what is wrong, sessions start and stop.

create table carillon_app.studio (
  tenant_id  text not null,
  id         text not null,
  name       text not null,
  created_by text not null,
  version    integer not null default 1,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id),
  -- What the catalogue's schema says, as far as SQL can: a test compares the two.
  constraint catalogue_id check (char_length(id) between 1 and 100),
  constraint catalogue_name check (char_length(name) between 1 and 200),
  constraint catalogue_created_by check (char_length(created_by) between 1 and 200),
  constraint catalogue_version check (version >= 1)
);
comment on table carillon_app.studio is 'Studios of all tenants; live on channel studio. How each stands is in studio_state.';
comment on column carillon_app.studio.id is 'Chosen by whoever makes it; unique in the tenant. Probes name it.';
select carillon_app.guard('carillon_app.studio');
create trigger stamp before update on carillon_app.studio for each row execute function carillon_app.stamp();

create table carillon_app.studio_setting (
  tenant_id          text primary key,
  silence_below      double precision not null default -50,
  silence_hysteresis double precision not null default 3,
  silence_after_ms   integer not null default 5000,
  silence_back_ms    integer not null default 500,
  clip_samples       integer not null default 3,
  clip_after_ms      integer not null default 0,
  clip_back_ms       integer not null default 1000,
  level_change       double precision not null default 9,
  level_after_ms     integer not null default 2000,
  probe_timeout_ms   integer not null default 10000,
  auto_session       boolean not null default true,
  version            integer not null default 1,
  created_at         timestamptz not null default clock_timestamp(),
  updated_at         timestamptz not null default clock_timestamp(),
  constraint catalogue_silence_below check (silence_below between -120 and 0),
  constraint catalogue_silence_hysteresis check (silence_hysteresis between 0 and 40),
  constraint catalogue_silence_after_ms check (silence_after_ms between 0 and 600000),
  constraint catalogue_silence_back_ms check (silence_back_ms between 0 and 600000),
  constraint catalogue_clip_samples check (clip_samples between 1 and 1000000),
  constraint catalogue_clip_after_ms check (clip_after_ms between 0 and 600000),
  constraint catalogue_clip_back_ms check (clip_back_ms between 0 and 600000),
  constraint catalogue_level_change check (level_change between 1 and 60),
  constraint catalogue_level_after_ms check (level_after_ms between 0 and 600000),
  constraint catalogue_probe_timeout_ms check (probe_timeout_ms between 500 and 600000),
  constraint catalogue_version check (version >= 1)
);
comment on table carillon_app.studio_setting is
  'What counts as silence, clipping and a change of level, per tenant; live on channel studio. Made with the tenant''s first studio.';
comment on column carillon_app.studio_setting.silence_below is 'Silence is when both channels are below this, dBFS (RMS of a window).';
comment on column carillon_app.studio_setting.silence_hysteresis is 'It ends when a channel is so much above silence_below, dB.';
comment on column carillon_app.studio_setting.silence_after_ms is 'For so long without a break before it counts; the way back takes silence_back_ms.';
comment on column carillon_app.studio_setting.clip_samples is 'A window with so many samples at full scale is clipped.';
comment on column carillon_app.studio_setting.level_change is 'So many dB away from the level that was told last is another level, after level_after_ms.';
comment on column carillon_app.studio_setting.probe_timeout_ms is 'After so long without samples, by the clock of the database, the stream is over.';
comment on column carillon_app.studio_setting.auto_session is 'Whether a stream that begins starts a session when there is none.';
select carillon_app.guard('carillon_app.studio_setting');
create trigger stamp before update on carillon_app.studio_setting for each row execute function carillon_app.stamp();

create table carillon_app.studio_state (
  tenant_id      text not null,
  studio_id      text not null,
  streaming      boolean not null default false,
  listeners      integer not null default 0 check (listeners >= 0),
  track          jsonb,
  run            text,
  next_window    bigint not null default 0,
  heard_at       timestamptz,
  sampled_until  timestamptz,
  level          jsonb,
  silence_since  timestamptz,
  clipping_since timestamptz,
  detectors      jsonb,
  primary key (tenant_id, studio_id),
  foreign key (tenant_id, studio_id) references carillon_app.studio on delete cascade
) with (fillfactor = 50);
create index studio_streaming on carillon_app.studio_state (tenant_id, studio_id) where streaming;
comment on table carillon_app.studio_state is
  'How each studio stands. Written with each batch of samples, in the transaction that tells what was found in them: whichever node gets '
  'the next batch goes on from here. Its row''s lock puts everything that happens to a studio into one order.';
comment on column carillon_app.studio_state.run is 'One start of a probe program; a later run replaces it.';
comment on column carillon_app.studio_state.next_window is 'The window of that run that is expected next: earlier ones were counted.';
comment on column carillon_app.studio_state.heard_at is 'When samples came last, by the clock of the database. In no index: it is written all the time.';
comment on column carillon_app.studio_state.sampled_until is 'The end of the last window, by the clock of the probe.';
comment on column carillon_app.studio_state.silence_since is 'Since when it is silent, if that was told and has not ended.';
comment on column carillon_app.studio_state.detectors is 'What the detectors remember; null when no stream runs.';
select carillon_app.guard('carillon_app.studio_state');

create table carillon_app.studio_run (
  tenant_id   text not null,
  studio_id   text not null,
  run         text not null,
  replaced_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, studio_id, run),
  foreign key (tenant_id, studio_id) references carillon_app.studio on delete cascade
);
create index on carillon_app.studio_run (replaced_at);
comment on table carillon_app.studio_run is 'Runs of probes that another one has replaced: what still comes from them is refused. Forgotten after a week.';
select carillon_app.guard('carillon_app.studio_run');

create table carillon_app.studio_session (
  id         bigint generated always as identity primary key,
  tenant_id  text not null,
  studio_id  text not null,
  title      text not null,
  cause      text not null default 'manual',
  started_by text,
  started_at timestamptz not null default clock_timestamp(),
  stopped_by text,
  stopped_at timestamptz,
  version    integer not null default 1,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  foreign key (tenant_id, studio_id) references carillon_app.studio on delete cascade,
  constraint catalogue_title check (char_length(title) between 1 and 200),
  constraint catalogue_cause check (cause in ('manual', 'stream')),
  constraint catalogue_started_by check (char_length(started_by) <= 200),
  constraint catalogue_stopped_by check (char_length(stopped_by) <= 200),
  constraint catalogue_version check (version >= 1)
);
create unique index studio_session_active on carillon_app.studio_session (tenant_id, studio_id) where stopped_at is null;
create index on carillon_app.studio_session (tenant_id, studio_id, id);
comment on table carillon_app.studio_session is 'Sessions: at most one of a studio is active. Live on channel session; start and stop are told on channel events too.';
comment on column carillon_app.studio_session.cause is 'stream: it began with the stream and ends with it; manual: whoever may ends it.';
comment on column carillon_app.studio_session.started_at is 'Of a session that began with the stream: when its first sample was taken.';
select carillon_app.guard('carillon_app.studio_session');
create trigger stamp before update on carillon_app.studio_session for each row execute function carillon_app.stamp();

create table carillon_app.studio_event (
  id         bigint generated always as identity primary key,
  tenant_id  text not null,
  studio_id  text not null,
  type       text not null check (type in ('silence', 'clipping', 'session.started', 'session.stopped', 'track.change', 'audio.level')),
  at         timestamptz not null,
  details    jsonb not null default '{}',
  created_at timestamptz not null default clock_timestamp(),
  foreign key (tenant_id, studio_id) references carillon_app.studio on delete cascade
);
create index on carillon_app.studio_event (tenant_id, studio_id, id);
create index on carillon_app.studio_event (created_at);
comment on table carillon_app.studio_event is 'What was detected and what happened; each row is told as event.new.';
comment on column carillon_app.studio_event.at is 'When it happened: sample time, for what was found in samples.';
select carillon_app.guard('carillon_app.studio_event');

create table carillon_app.studio_watch (
  tenant_id     text primary key,
  slot          bigint not null,
  watched_until timestamptz not null
) with (fillfactor = 50);
comment on table carillon_app.studio_watch is
  'Tenants of whom somebody, on any node, follows channel status. Nodes that have such clients write here once per status; after '
  'watched_until nobody does, and no meter is sent.';
comment on column carillon_app.studio_watch.slot is 'Which status was told last: the number of the interval since 1970.';
select carillon_app.guard('carillon_app.studio_watch');

create function carillon_app.open_studio() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  insert into carillon_app.studio_state (tenant_id, studio_id) values (new.tenant_id, new.id);
  insert into carillon_app.studio_setting (tenant_id) values (new.tenant_id) on conflict do nothing;
  return null;
end
$$;
comment on function carillon_app.open_studio() is 'Row trigger: a new studio has a state, and its tenant has settings.';
create trigger open after insert on carillon_app.studio for each row execute function carillon_app.open_studio();

create function carillon_app.tell_studio_session() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    insert into carillon_app.studio_event (tenant_id, studio_id, type, at, details) values (new.tenant_id, new.studio_id, 'session.started',
      new.started_at, jsonb_build_object('session', new.id::text, 'title', new.title, 'cause', new.cause));
  end if;
  if new.stopped_at is not null and (tg_op = 'INSERT' or old.stopped_at is null) then
    insert into carillon_app.studio_event (tenant_id, studio_id, type, at, details) values (new.tenant_id, new.studio_id, 'session.stopped',
      new.stopped_at, jsonb_build_object('session', new.id::text, 'title', new.title, 'cause', new.cause,
      'seconds', round(extract(epoch from new.stopped_at - new.started_at), 3)::double precision));
  end if;
  return null;
end
$$;
comment on function carillon_app.tell_studio_session() is 'Row trigger: a session that starts or stops is an event of its studio, whoever wrote it.';
create trigger tell after insert or update of stopped_at on carillon_app.studio_session
  for each row execute function carillon_app.tell_studio_session();

create function carillon_app.tell_studio_event() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform carillon.emit(new.tenant_id, 'events', 'event.new', jsonb_build_object('id', new.id::text, 'type', new.type,
    'studio', new.studio_id, 'at', new.at, 'details', new.details));
  return null;
end
$$;
comment on function carillon_app.tell_studio_event() is 'Row trigger: tells what was detected.';
create trigger tell after insert on carillon_app.studio_event for each row execute function carillon_app.tell_studio_event();

create function carillon_app.end_stream(tenant text, studio text) returns void
  language plpgsql volatile set search_path = pg_catalog, pg_temp
as $$
declare
  s carillon_app.studio_state;
begin
  select * into s from carillon_app.studio_state where tenant_id = tenant and studio_id = studio for update;
  if not found or not s.streaming then
    return;
  end if;
  insert into carillon_app.studio_event (tenant_id, studio_id, type, at, details)
  select tenant, studio, o.type, s.sampled_until, jsonb_build_object('state', 'ended', 'since', o.since, 'cause', 'stream',
           'seconds', round(extract(epoch from s.sampled_until - o.since), 3)::double precision)
    from (values (1, 'silence', s.silence_since), (2, 'clipping', s.clipping_since)) o (n, type, since)
   where o.since is not null order by o.n;
  update carillon_app.studio_session set stopped_at = greatest(started_at, s.sampled_until)
   where tenant_id = tenant and studio_id = studio and stopped_at is null and cause = 'stream';
  update carillon_app.studio_state
     set streaming = false, level = null, silence_since = null, clipping_since = null, detectors = null
   where tenant_id = tenant and studio_id = studio;
end
$$;
comment on function carillon_app.end_stream(text, text) is
  'The stream is over: what was open (silence, clipping, the session that began with the stream) ends with the last sample. Once: a stream '
  'that is over is left alone.';

create function carillon_app.end_silent_streams(most integer) returns integer
  -- For all tenants: any node calls it. The condition is looked at again under the row's lock, so a batch that came meanwhile counts.
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  due record;
  ended integer := 0;
begin
  for due in
    select s.tenant_id, s.studio_id from carillon_app.studio_state s join carillon_app.studio_setting c on c.tenant_id = s.tenant_id
     where s.streaming and s.heard_at < clock_timestamp() - c.probe_timeout_ms * interval '1 millisecond'
     limit most for update of s skip locked
  loop
    perform carillon_app.end_stream(due.tenant_id, due.studio_id);
    ended := ended + 1;
  end loop;
  return ended;
end
$$;
comment on function carillon_app.end_silent_streams(integer) is 'Ends up to so many streams whose probes went silent, each once; returns how many.';

create function carillon_app.studio_status(s carillon_app.studio_state) returns jsonb
  language sql stable set search_path = pg_catalog, pg_temp
  return jsonb_build_object('studio', s.studio_id, 'streaming', s.streaming, 'listeners', s.listeners,
    'session', (select jsonb_build_object('id', e.id::text, 'title', e.title, 'cause', e.cause, 'startedAt', e.started_at)
                  from carillon_app.studio_session e
                 where e.tenant_id = s.tenant_id and e.studio_id = s.studio_id and e.stopped_at is null),
    'audioLevel', s.level, 'track', s.track, 'silenceSince', s.silence_since, 'clippingSince', s.clipping_since,
    'sampledUntil', s.sampled_until);
comment on function carillon_app.studio_status(carillon_app.studio_state) is 'How a studio stands, as status.update and REST tell it.';

create function carillon_app.tell_studio_status(tenants text[], every interval) returns bigint
  -- The tenants are those whose clients the calling node has; a node never asks for others.
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  length constant double precision := extract(epoch from every);
  now_at constant double precision := extract(epoch from clock_timestamp());
  this_slot constant bigint := floor(now_at / length);
  told bigint;
begin
  with claimed as (
    insert into carillon_app.studio_watch as w (tenant_id, slot, watched_until)
    select t.tenant_id, this_slot, clock_timestamp() + 2 * every from unnest(tenants) t (tenant_id)
     where exists (select from carillon_app.studio o where o.tenant_id = t.tenant_id)
     order by t.tenant_id
    on conflict (tenant_id) do update set slot = excluded.slot, watched_until = excluded.watched_until where w.slot < excluded.slot
    returning w.tenant_id)
  select count(carillon.broadcast(s.tenant_id, 'status', 'status.update', carillon_app.studio_status(s)))
    from claimed c join carillon_app.studio_state s on s.tenant_id = c.tenant_id
    into told;
  return ceil(((this_slot + 1) * length - now_at) * 1000);
end
$$;
comment on function carillon_app.tell_studio_status(text[], interval) is
  'Tells how the studios of these tenants stand, unless another node has told it in this interval already. Returns after how many '
  'milliseconds the next interval begins.';

create function carillon_app.forget_studio_events(kept interval) returns bigint
  language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  with runs as (
    delete from carillon_app.studio_run r where r.ctid = any (array(
      select o.ctid from carillon_app.studio_run o where o.replaced_at < clock_timestamp() - interval '7 days' limit 10000 for update skip locked))
    returning 1),
  events as (
    delete from carillon_app.studio_event e where e.ctid = any (array(
      select o.ctid from carillon_app.studio_event o where o.created_at < clock_timestamp() - kept limit 10000 for update skip locked))
    returning 1)
  select (select count(*) from runs) + (select count(*) from events);
$$;
comment on function carillon_app.forget_studio_events(interval) is
  'Deletes up to 10,000 events of studios of all tenants that are older, and runs replaced a week ago; returns how many.';

select carillon.watch('carillon_app.studio', 'studio');
select carillon.watch('carillon_app.studio_setting', 'studio');
select carillon.watch('carillon_app.studio_session', 'session', entity => 'session');
select carillon.rule('events');
select carillon.rule('status');
-- Of status and meter of each studio only the latest counts.
select carillon.conflate('status', 100, 'studio');

revoke execute on all functions in schema carillon_app from public;
grant execute on function carillon_app.end_stream(text, text), carillon_app.end_silent_streams(integer),
  carillon_app.studio_status(carillon_app.studio_state), carillon_app.tell_studio_status(text[], interval),
  carillon_app.forget_studio_events(interval) to ${runtime};
