-- Screens that nobody has seen for as long as tickets are kept are forgotten; receipts that SQL moves at once miss no status.

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
  'Cancels tickets that nobody came for before the tenant''s midnight, deletes old ones, pairings that are over and screens that were not seen for '
  'as long, so many of each; returns how many.';

create or replace function carillon_app.tell_status() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  -- Of two members who come to the end at once the second must see the first. The product holds this row already; for SQL it is taken here.
  perform from carillon_app.conversation c where c.id = new.conversation_id and c.tenant_id = new.tenant_id for no key update;
  -- Whose messages became read, or reached all, by this step: the newest of each author stands for those before it.
  perform carillon.emit(new.tenant_id, 'chat:' || new.conversation_id, 'message.status', jsonb_build_object(
            'conversationId', new.conversation_id::text, 'author', s.author, 'status', s.status, 'after', s.after, 'upTo', s.position,
            'row', carillon_app.message_told(s.message, s.status)))
     from (select a.author, step.status, step.after, newest.position, newest.message
             from (values ('delivered', old.delivered_position, new.delivered_position), ('read', old.read_position, new.read_position))
                    as step (status, after, upto)
            cross join lateral (
              select distinct m.author from carillon_app.message m
               where m.tenant_id = new.tenant_id and m.conversation_id = new.conversation_id and m.author <> new.user_id
                 and m.position > step.after and m.position <= step.upto) a
            cross join lateral (
              select min(r.delivered_position) as delivered, min(r.read_position) as "read" from carillon_app.receipt r
               where r.tenant_id = new.tenant_id and r.conversation_id = new.conversation_id and r.user_id <> a.author) others
            cross join lateral (
              select m.position, m as message from carillon_app.message m
               where m.tenant_id = new.tenant_id and m.conversation_id = new.conversation_id and m.author = a.author
                 and m.position > case step.status when 'read' then step.after else greatest(step.after, others."read") end
                 and m.position <= least(step.upto, case step.status when 'read' then others."read" else others.delivered end)
               order by m.position desc limit 1) newest) s
    order by s.position;
  return null;
end
$$;
comment on function carillon_app.tell_status() is
  'Row trigger: tells whose messages all have received, or read, since a member came further. Whoever moves receipts holds the conversation''s row, '
  'so of two members who finish at once the second is seen to be the last.';
