-- What room aws keeps: which messages of a queue have become events, and which slots of the log are safe elsewhere.

create table carillon.ingress (
  id text        collate "C" primary key,
  at timestamptz not null default clock_timestamp()
);
create index ingress_at on carillon.ingress (at);
comment on table carillon.ingress is
  'Messages that have become events, so that one which is delivered again does not become a second. Written in the transaction of its event, '
  'deleted after 15 days: a queue keeps a message for at most 14.';
comment on column carillon.ingress.id is 'The message''s id as its sender gave it, or the one of the queue.';
comment on column carillon.ingress.at is 'When it became an event.';

create table carillon.archived (
  slot     smallint    primary key check (slot between 0 and 7),
  seen     pg_snapshot not null,
  events   bigint      not null check (events >= 0),
  manifest text        not null,
  at       timestamptz not null default clock_timestamp()
);
comment on table carillon.archived is
  'Slots of the log whose present content was archived, read back and found right. A row goes with the content of its slot.';
comment on column carillon.archived.slot is 'The slot.';
comment on column carillon.archived.seen is 'Every event of the slot that is visible in this snapshot is in the archive.';
comment on column carillon.archived.events is 'How many events the archive holds of it.';
comment on column carillon.archived.manifest is 'Where the archive says what it holds.';
comment on column carillon.archived.at is 'When the archive was found right.';

alter table carillon.log_state add column archive text;
comment on column carillon.log_state.archive is
  'Where old events are archived before their slot is emptied; null: nowhere, they are dropped. Set by carillon.archive_to().';

create function carillon.archive_to(place text) returns void
  language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
  update carillon.log_state set archive = nullif(archive_to.place, '') where archive is distinct from nullif(archive_to.place, '');
end;
comment on function carillon.archive_to(text) is
  'From now on no slot is emptied before its events are archived; a node with an archive calls it at its start. Null or empty: they are '
  'dropped unarchived again (call it when you switch the archive off). Example: select carillon.archive_to(null);';

create function carillon.unarchived(slot smallint) returns boolean
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  content constant regclass := format('carillon.event_%s', slot & 7)::regclass;
  safe pg_snapshot;
  found boolean;
begin
  select a.seen into safe from carillon.archived a where a.slot = unarchived.slot & 7;
  if safe is null then
    return pg_relation_size(content) > 0;
  end if;
  -- What the archive's snapshot did not see, by the index, as the tail does it.
  execute format(
    'select exists (select from only %1$s where xid >= pg_snapshot_xmax($1)) '
    'or exists (select from only %1$s where xid = any (array(select pg_snapshot_xip($1))))', content)
    into found using safe;
  return found;
end
$$;
comment on function carillon.unarchived(smallint) is
  'Whether the slot holds an event that no archive is known to hold. Example: select carillon.unarchived(3::smallint);';

create function carillon.slot_to_archive() returns smallint
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  next_slot constant smallint := (carillon.slot() + 1) & 7;
begin
  if (select archive is null from carillon.log_state) or not carillon.unarchived(next_slot) then
    return null;
  end if;
  return next_slot;
end
$$;
comment on function carillon.slot_to_archive() is
  'The slot that is to be emptied next, while it holds events that are not archived; null when there is nothing to do.';

create function carillon.mark_archived(slot smallint, seen pg_snapshot, events bigint, manifest text) returns void
  language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
  insert into carillon.archived (slot, seen, events, manifest)
  values (mark_archived.slot, mark_archived.seen, mark_archived.events, mark_archived.manifest)
  on conflict (slot) do update
    set seen = excluded.seen, events = excluded.events, manifest = excluded.manifest, at = clock_timestamp();
end;
comment on function carillon.mark_archived(smallint, pg_snapshot, bigint, text) is
  'Says that every event of the slot that is visible in the snapshot was archived and read back; called by the node that did it.';

-- As before, and with an archive the slot is emptied only when it holds nothing that is not in it: judged under the lock, when nobody
-- can add to it any more.
create or replace function carillon.rotate() returns text
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '100ms'
as $$
declare
  current_slot constant smallint := carillon.slot();
  next_number constant smallint := (current_slot + 1) & 7;
  next_slot constant regclass := format('carillon.event_%s', next_number)::regclass;
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
  -- Without the lock first: as long as the archive is not ready nobody is to be disturbed.
  if (select s.archive is not null from carillon.log_state s) and carillon.unarchived(next_number) then
    return 'unarchived';
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
  if (select s.archive is not null from carillon.log_state s) and carillon.unarchived(next_number) then
    return 'unarchived';
  end if;
  execute format('select max(xid) from only %s', next_slot) into last_dropped;
  update carillon.log_state set dropped_through = greatest(dropped_through, last_dropped);
  execute format('truncate table only %s', next_slot);
  delete from carillon.archived where slot = next_number;
  return format('emptied %s', next_slot);
end
$$;
comment on function carillon.rotate() is
  'Empties the slot whose turn is next, if it still holds old events; any node calls it every minute. Returns what was emptied, '
  '"busy" when a reader or writer held the slot for 100 ms (call again), "unarchived" while an archive is wanted and does not hold all of '
  'it, or null when there was nothing to do. Never touches the current slot. Error CA012: not in a read committed transaction. '
  'Example: select carillon.rotate();';

revoke execute on function
  carillon.archive_to(text), carillon.unarchived(smallint), carillon.slot_to_archive(), carillon.mark_archived(smallint, pg_snapshot, bigint, text)
  from public;
grant execute on function
  carillon.archive_to(text), carillon.slot_to_archive(), carillon.mark_archived(smallint, pg_snapshot, bigint, text)
  to ${runtime};
grant select, insert, delete on carillon.ingress to ${runtime};
grant select on carillon.archived to ${runtime};
