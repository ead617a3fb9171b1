-- The event log: what happened, readable by position, kept for a bounded time without DDL.
--
-- Runs on Postgres 15 and newer, as the role that is to own everything here (no superuser). The product itself works as a
-- second role, the placeholder "runtime", which is granted what it needs at the end of each migration.

-- Made by the start, with schema carillon_watch: "if not exists" would ask for CREATE on the database even where it exists.
do $$ begin
  if to_regnamespace('carillon') is null then
    create schema carillon;
  end if;
end $$;
comment on schema carillon is
  'Carillon: the event log, the functions that publish to it, and the registry of nodes. Call its functions; do not write its tables.';
revoke all on schema carillon from public;

-- cache 1: with a larger cache two sessions would number the events of one row against the order in which they took its lock.
create sequence carillon.event_id as bigint cache 1;

create function carillon.slot() returns smallint
  language sql volatile
  return (floor(date_part('epoch', clock_timestamp()) / 43200)::bigint & 7)::smallint;
comment on function carillon.slot() is
  'The slot of the log (0 to 7) that events are written to now. Follows from the clock, so no writer waits for anybody to make room. '
  'Replaced by carillon.retain(). Example: select carillon.slot();';

-- collate "C": every writer pays for comparing these two in the index, and a language's order is several times as dear as that of bytes.
create table carillon.event (
  id             bigint      not null default nextval('carillon.event_id'),
  xid            xid8        not null default pg_current_xact_id(),
  at             timestamptz not null default clock_timestamp(),
  slot           smallint    not null default carillon.slot(),
  tenant         text        collate "C" not null,
  channel        text        collate "C" not null,
  type           text        not null,
  data           json,
  actor          text,
  correlation_id text,
  ref            text
) partition by list (slot);

comment on table carillon.event is
  'One row per event. Read it by position (a pg_snapshot), never by time: an event becomes visible when its transaction commits, '
  'which may be long after "at".';
comment on column carillon.event.id is 'Order of the events of one row, and within one batch. Not a position: ids do not become visible in order.';
comment on column carillon.event.xid is 'The transaction that wrote the event; readers compare it with their position.';
comment on column carillon.event.at is 'When the event was written, by the clock of the database. For people; nothing is ordered by it.';
comment on column carillon.event.slot is 'Which partition the event lies in; see carillon.slot() and carillon.rotate().';
comment on column carillon.event.tenant is 'Whose event it is; * is every tenant (only Carillon itself writes that).';
comment on column carillon.event.channel is 'Channel, 1 to 200 bytes.';
comment on column carillon.event.type is 'Type, for instance order.created. Types that begin with carillon. are Carillon''s own.';
-- json, not jsonb: the value is built once, is never searched, and leaves as text; jsonb costs the writer twice.
comment on column carillon.event.data is 'Payload, as text that leaves as it is.';
comment on column carillon.event.actor is 'Who did it: the user of the request, or what the setting carillon.actor said.';
comment on column carillon.event.correlation_id is 'The request that caused it (setting carillon.correlation_id).';
comment on column carillon.event.ref is 'The client''s own id for what it sent, so that it recognises its own change (setting carillon.ref).';

-- Partitions for good: making or dropping one behind an open transaction would stall innocent writers, and with no partition
-- for today the user's own write would fail. Rows leave by TRUNCATE of a whole slot, so vacuum has nothing to collect here.
create table carillon.event_0 partition of carillon.event for values in (0) with (autovacuum_vacuum_insert_threshold = -1);
create table carillon.event_1 partition of carillon.event for values in (1) with (autovacuum_vacuum_insert_threshold = -1);
create table carillon.event_2 partition of carillon.event for values in (2) with (autovacuum_vacuum_insert_threshold = -1);
create table carillon.event_3 partition of carillon.event for values in (3) with (autovacuum_vacuum_insert_threshold = -1);
create table carillon.event_4 partition of carillon.event for values in (4) with (autovacuum_vacuum_insert_threshold = -1);
create table carillon.event_5 partition of carillon.event for values in (5) with (autovacuum_vacuum_insert_threshold = -1);
create table carillon.event_6 partition of carillon.event for values in (6) with (autovacuum_vacuum_insert_threshold = -1);
create table carillon.event_7 partition of carillon.event for values in (7) with (autovacuum_vacuum_insert_threshold = -1);

create index event_xid on carillon.event (xid);
create index event_channel on carillon.event (tenant, channel, xid);

create table carillon.log_state (
  only_row        boolean primary key default true check (only_row),
  epoch           uuid not null default gen_random_uuid(),
  dropped_through xid8 not null default '0'
);
insert into carillon.log_state default values;
comment on table carillon.log_state is
  'One row: which log this is (epoch), and through which transaction events may have been dropped. Read it with a snapshot newer than '
  'the read of the events that it judges: TRUNCATE empties a slot for old snapshots too.';

create function carillon.retain(slot_hours integer) returns text
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  seconds bigint;
  turn bigint;
begin
  if slot_hours is null or slot_hours not between 1 and 24 * 30 then
    raise exception 'a slot lasts 1 to 720 hours, not %', slot_hours
      using errcode = 'CA001', hint = 'Six slots are always kept: 12 keeps at least 72 hours, 28 at least a week.';
  end if;
  seconds := slot_hours * 3600;
  -- Today's slot stays today's slot under the new length: otherwise the next slot to be emptied could hold the events of an hour ago.
  turn := carillon.slot() - floor(date_part('epoch', clock_timestamp()) / seconds)::bigint;
  execute format(
    'create or replace function carillon.slot() returns smallint language sql volatile '
    'return ((floor(date_part(''epoch'', clock_timestamp()) / %s)::bigint + (%s)) & 7)::smallint',
    seconds, turn);
  execute format(
    'create or replace function carillon.next_turn() returns timestamptz language sql volatile set search_path = pg_catalog, pg_temp '
    'return to_timestamp((floor(date_part(''epoch'', clock_timestamp()) / %1$s) + 1) * %1$s)', seconds);
  return format('events are kept for at least %s hours from now on', slot_hours * 6);
end
$$;
comment on function carillon.retain(integer) is
  'Sets how long events are kept. Argument: hours per slot, 1 to 720 (12 when Carillon is installed); at least six slots are kept, '
  'so 12 keeps 72 hours. For the owner. Error CA001: out of range. Example: select carillon.retain(28);';

create function carillon.next_turn() returns timestamptz
  language sql volatile set search_path = pg_catalog, pg_temp
  return to_timestamp((floor(date_part('epoch', clock_timestamp()) / 43200) + 1) * 43200);
comment on function carillon.next_turn() is 'When the next slot becomes the current one. Replaced by carillon.retain().';

create function carillon.rotate() returns text
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '100ms'
as $$
declare
  current_slot constant smallint := carillon.slot();
  next_slot constant regclass := format('carillon.event_%s', (current_slot + 1) & 7)::regclass;
  last_dropped xid8;
begin
  -- Rows that a fixed snapshot does not show would be dropped without being counted in dropped_through.
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'carillon.rotate() runs in a read committed transaction only'
      using errcode = 'CA012', hint = 'Call it by itself: select carillon.rotate();';
  end if;
  if pg_relation_size(next_slot) = 0 then
    return null;
  end if;
  begin
    execute format('lock table only %s in access exclusive mode', next_slot);
  exception when lock_not_available then
    return 'busy';
  end;
  -- While we waited for the lock the slot's own turn may have come.
  if carillon.slot() <> current_slot then
    return 'busy';
  end if;
  execute format('select max(xid) from only %s', next_slot) into last_dropped;
  update carillon.log_state set dropped_through = greatest(dropped_through, last_dropped);
  execute format('truncate table only %s', next_slot);
  return format('emptied %s', next_slot);
end
$$;
comment on function carillon.rotate() is
  'Empties the slot whose turn is next, if it still holds old events; any node calls it every minute. Returns what was emptied, '
  '"busy" when a reader or writer held the slot for 100 ms (call again), or null when there was nothing to do. Never touches the '
  'current slot. Error CA012: not in a read committed transaction. Example: select carillon.rotate();';

create function carillon.epoch() returns text
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if pg_is_in_recovery() then
    raise exception 'this server is a standby: it does not know which transactions run on the primary'
      using errcode = 'CA010', hint = 'Connect Carillon to the primary; read replicas cannot give positions.';
  end if;
  return (
    select left(encode(sha256(convert_to(concat_ws('/',
             s.epoch,
             (select system_identifier from pg_control_system()),
             (select oid from pg_database where datname = current_database()),
             left(pg_walfile_name(pg_current_wal_lsn()), 8)), 'UTF8')), 'hex'), 12)
      from carillon.log_state s);
end
$$;
comment on function carillon.epoch() is
  'Twelve hex digits that say which log a cursor belongs to: they change when the database is restored, copied, or promoted. '
  'Error CA010: this server is a standby. Example: select carillon.epoch();';

create function carillon.adopt_log() returns text
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  aside constant text := 'event_aside_' || to_char(clock_timestamp() at time zone 'UTC', 'YYYYMMDDHH24MISSUS');
  is_foreign boolean;
  copied bigint;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'carillon.adopt_log() runs in a read committed transaction only'
      using errcode = 'CA012', hint = 'Call it by itself: select carillon.adopt_log();';
  end if;
  -- Nodes that start together come here one after the other; the second finds nothing to do.
  perform from carillon.log_state for update;
  select coalesce(greatest((select max(e.xid) from carillon.event e), s.dropped_through) >= pg_snapshot_xmax(pg_current_snapshot()), false)
    into is_foreign
    from carillon.log_state s;
  if not is_foreign then
    return null;
  end if;
  execute format('create table carillon.%I as select * from carillon.event', aside);
  get diagnostics copied = row_count;
  execute format('comment on table carillon.%I is %L', aside,
    'Events of another database that were in the log when Carillon started; nothing reads them. Drop this table when you do not need them.');
  truncate table carillon.event;
  update carillon.log_state set epoch = gen_random_uuid(), dropped_through = '0';
  return format(
    'The event log came from another database (restore or copy): its %s events were put aside in carillon.%s, and every client reads again.',
    copied, aside);
end
$$;
comment on function carillon.adopt_log() is
  'Called by a node when it starts. A log with transaction ids that this server has not given out yet came from somewhere else: '
  'its events are put aside in carillon.event_aside_<time>, and cursors of it are answered with reset. Returns one line that says so, or '
  'null. Error CA012: not in a read committed transaction. Example: select carillon.adopt_log();';

create function carillon.write_cursor(last_seen bigint, pending bigint[]) returns text
  language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  result text;
begin
  if cardinality(pending) > 4096 then
    raise exception 'there are % transactions in progress, more than a cursor can name', cardinality(pending)
      using errcode = 'CA011', hint = 'Try again when fewer than 4096 writing transactions run at once; select * from carillon.doctor() names old ones.';
  end if;
  select '1' || carillon.epoch() || '-' || to_hex(last_seen + 1)
         || coalesce(string_agg('.' || to_hex(last_seen + 1 - x), '' order by x), '')
    into result
    from unnest(pending) as x;
  if length(result) > 16384 then
    raise exception 'the cursor would be % characters long, more than 16384', length(result)
      using errcode = 'CA011', hint = 'A transaction has been open for very long; select * from carillon.doctor() names it.';
  end if;
  return result;
end
$$;
comment on function carillon.write_cursor(bigint, bigint[]) is
  'The text of a cursor: 1, the epoch, and in hexadecimal the position after the last event and how far before it each pending transaction is.';

create function carillon.cursor() returns text
  -- stable: so it sees the snapshot of the statement that calls it, the one its caller read its own tables with.
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  snapshot constant pg_snapshot := pg_current_snapshot();
  own constant xid8 := pg_current_xact_id_if_assigned();
  last_seen bigint;
  pending bigint[];
begin
  -- An own event is not committed yet: it counts as not seen, so it arrives when (and if) the transaction commits.
  select greatest(s.dropped_through,
           (select e.xid from carillon.event e
             where e.xid < pg_snapshot_xmax(snapshot) and e.xid is distinct from own
             order by e.xid desc limit 1))::text::bigint
    into last_seen
    from carillon.log_state s;
  select coalesce(array_agg(x order by x), '{}') into pending
    from (select pg_snapshot_xip(snapshot)::text::bigint as x union select own::text::bigint where own is not null) running
   where x <= last_seen;
  return carillon.write_cursor(last_seen, pending);
end
$$;
comment on function carillon.cursor() is
  'The position of the caller''s own snapshot: read your tables and this in one REPEATABLE READ transaction (or in one statement), hand '
  'the text to the page, and it follows from there without hole or overlap. What the calling transaction itself wrote still arrives. '
  'Errors: CA010 on a standby, CA011 when too many transactions are open. Example: begin isolation level repeatable read read only; '
  'select * from orders; select carillon.cursor(); commit;';

-- unlogged: a heartbeat every second is nothing to write ahead or to archive. After a crash of Postgres the table is empty and nodes
-- register again. fillfactor: promises are renewed every few milliseconds and must stay on their page.
create unlogged table carillon.node (
  id           text primary key,
  address      text,
  started_at   timestamptz not null default clock_timestamp(),
  heartbeat_at timestamptz not null default clock_timestamp(),
  awake_until  timestamptz not null default '-infinity',
  listening    boolean
) with (fillfactor = 50);
comment on table carillon.node is 'The nodes of Carillon that run now, each with its lease.';
comment on column carillon.node.address is 'Where other nodes reach it.';
comment on column carillon.node.heartbeat_at is 'When it last said that it lives; a node is reaped some seconds after.';
comment on column carillon.node.awake_until is
  'Until then (database clock) the node looks by itself and writers need not ring. It is only ever moved forward: a writer with an old '
  'snapshot must err towards ringing.';
comment on column carillon.node.listening is 'Whether its LISTEN was found to work: false behind a pooler that swallows it, null while unknown.';

create table carillon.channel_rule (
  pattern         text primary key,
  subscribe_roles text[],
  publish_roles   text[],
  members         text,
  member_tables   text[]
);
comment on table carillon.channel_rule is 'Who may subscribe to which channel; written by carillon.rule() and carillon.watch().';
comment on column carillon.channel_rule.pattern is 'A channel''s name; name:{user} is each user''s own; name:{key} is one per room, guarded by members.';
comment on column carillon.channel_rule.subscribe_roles is 'Roles of the token that may subscribe; null: every member of the tenant.';
comment on column carillon.channel_rule.publish_roles is 'Roles of the token that may publish; null: nobody.';
comment on column carillon.channel_rule.members is 'Query with $1 tenant, $2 user, $3 key, all text: at least one row means yes. Null: no check.';
comment on column carillon.channel_rule.member_tables is 'Tables that members reads: when one of them changes, subscriptions are checked again.';

revoke all on all tables in schema carillon from public;
revoke execute on all functions in schema carillon from public;
grant usage on schema carillon to ${runtime};
grant select on carillon.event, carillon.log_state, carillon.channel_rule to ${runtime};
grant select, insert, update, delete on carillon.node to ${runtime};
grant execute on function carillon.rotate(), carillon.epoch(), carillon.adopt_log(), carillon.cursor(), carillon.slot() to ${runtime};
