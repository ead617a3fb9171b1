-- Chat: conversations, their members, messages, how far each member has come, who is writing.

create table carillon_app.conversation (
  id               bigint generated always as identity primary key,
  tenant_id        text not null,
  title            text not null,
  created_by       text not null,
  messages         integer not null default 0,
  last_position    integer not null default 0,
  last_message_id  uuid,
  last_author      text,
  last_author_name text,
  last_text        text,
  active_at        timestamptz not null default clock_timestamp(),
  version          integer not null default 1,
  created_at       timestamptz not null default clock_timestamp(),
  updated_at       timestamptz not null default clock_timestamp(),
  constraint catalogue_title check (char_length(title) between 1 and 200),
  constraint catalogue_created_by check (char_length(created_by) between 1 and 200),
  constraint catalogue_last_position check (last_position >= 0),
  constraint catalogue_last_text check (char_length(last_text) <= 200),
  constraint catalogue_version check (version >= 1),
  unique (tenant_id, id)
) with (fillfactor = 80);
comment on table carillon_app.conversation is
  'Conversations of all tenants; live on channel chat:<id>. Whoever writes a message, or moves a receipt, holds the conversation''s row first.';
comment on column carillon_app.conversation.messages is 'The position of the newest message, also of one that is not committed; not sent.';
comment on column carillon_app.conversation.last_position is 'The position of the newest message; 0 before the first.';
comment on column carillon_app.conversation.last_text is 'The first 200 characters of the newest message; null before the first and after it was taken back.';
comment on column carillon_app.conversation.active_at is 'When the newest message was written, or the conversation began: the order of lists.';
comment on column carillon_app.conversation.version is 'Raised by each new title; whoever edits says in If-Match which one he saw.';
select carillon_app.guard('carillon_app.conversation');

-- Messages are no new version of the conversation.
create trigger stamp before update of title on carillon_app.conversation for each row execute function carillon_app.stamp();

create table carillon_app.member (
  tenant_id       text not null,
  conversation_id bigint not null,
  user_id         text not null,
  user_name       text not null,
  role            text not null default 'member',
  joined_at       timestamptz not null default clock_timestamp(),
  primary key (tenant_id, conversation_id, user_id),
  foreign key (tenant_id, conversation_id) references carillon_app.conversation (tenant_id, id) on delete cascade,
  constraint catalogue_user_id check (char_length(user_id) between 1 and 180),
  constraint catalogue_user_name check (char_length(user_name) between 1 and 200),
  constraint catalogue_role check (role in ('owner', 'member')),
  -- It becomes part of a channel's name.
  check (octet_length(user_id) between 1 and 180)
);
create index on carillon_app.member (tenant_id, user_id, conversation_id);
comment on table carillon_app.member is
  'Who is in which conversation: who may read, write and follow it. What changes all the time is in receipt: a change here re-checks subscriptions.';
select carillon_app.guard('carillon_app.member');

create table carillon_app.receipt (
  tenant_id          text not null,
  conversation_id    bigint not null,
  user_id            text not null,
  delivered_position integer not null default 0,
  read_position      integer not null default 0,
  unread             integer not null default 0 check (unread >= 0),
  primary key (tenant_id, conversation_id, user_id),
  foreign key (tenant_id, conversation_id, user_id) references carillon_app.member on delete cascade,
  constraint catalogue_delivered_position check (delivered_position >= 0),
  constraint catalogue_read_position check (read_position >= 0),
  check (read_position <= delivered_position)
) with (fillfactor = 70);
comment on table carillon_app.receipt is
  'How far each member has come: one row per member, not per message. Everything up to the position has reached a device, or was read.';
comment on column carillon_app.receipt.unread is 'How many messages of others after read_position were not taken back; counted with each message, the user''s own business.';
select carillon_app.guard('carillon_app.receipt');

create table carillon_app.message (
  tenant_id       text not null,
  id              uuid not null,
  conversation_id bigint not null,
  position        integer not null,
  author          text not null,
  author_name     text not null,
  text            text not null,
  sent            bytea not null,
  version         integer not null default 1,
  created_at      timestamptz not null default clock_timestamp(),
  edited_at       timestamptz,
  deleted_at      timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, conversation_id, position),
  foreign key (tenant_id, conversation_id) references carillon_app.conversation (tenant_id, id) on delete cascade,
  constraint catalogue_position check (position >= 1),
  constraint catalogue_author check (char_length(author) between 1 and 200),
  constraint catalogue_author_name check (char_length(author_name) between 1 and 200),
  constraint catalogue_text check (char_length(text) <= 4000),
  constraint catalogue_version check (version >= 1),
  check ((deleted_at is null) = (char_length(text) > 0))
);
comment on table carillon_app.message is 'Messages of all tenants; told on channel chat:<conversation>.';
comment on column carillon_app.message.id is 'Chosen by the client, so that a send that is tried again is one message.';
comment on column carillon_app.message.position is
  'The place in its conversation: 1, 2, 3 …, given in the order of commits, so nothing appears later below what somebody has read.';
comment on column carillon_app.message.sent is 'SHA-256 of the text as it was sent: the same id with another text is refused, also after an edit.';
comment on column carillon_app.message.deleted_at is 'When it was taken back: its text is gone, its place stays, so no page moves.';
select carillon_app.guard('carillon_app.message');

create unlogged table carillon_app.typing (
  tenant_id       text not null,
  conversation_id bigint not null,
  user_id         text not null,
  user_name       text not null,
  until           timestamptz not null,
  primary key (tenant_id, conversation_id, user_id),
  foreign key (tenant_id, conversation_id, user_id) references carillon_app.member on delete cascade
);
comment on table carillon_app.typing is 'Who is writing now; gone by itself when nobody says it again.';
select carillon_app.guard('carillon_app.typing');

-- What is told ------------------------------------------------------------------------------------------------------------------------

create function carillon_app.message_status(tenant text, conversation bigint, author text, place integer) returns text
  language sql stable set search_path = pg_catalog, pg_temp
as $$
  select case when place <= min(r.read_position) then 'read' when place <= min(r.delivered_position) then 'delivered' else 'sent' end
    from carillon_app.receipt r
   where r.tenant_id = tenant and r.conversation_id = conversation and r.user_id <> message_status.author;
$$;
comment on function carillon_app.message_status(text, bigint, text, integer) is
  'read or delivered when all members but the author have come so far, otherwise sent.';

create function carillon_app.message_told(m carillon_app.message, status text) returns jsonb
  language sql stable set search_path = pg_catalog, pg_temp
  return jsonb_build_object('id', m.id, 'tenant_id', m.tenant_id, 'conversation_id', m.conversation_id::text, 'position', m.position,
    'author', m.author, 'author_name', m.author_name, 'text', m.text, 'status', status, 'version', m.version,
    'created_at', m.created_at, 'edited_at', m.edited_at, 'deleted_at', m.deleted_at);
comment on function carillon_app.message_told(carillon_app.message, text) is 'A message as REST and events tell it.';

create function carillon_app.tell_inboxes(type text, conversations bigint[], users text[]) returns void
  language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  select carillon.emit(c.tenant_id, 'conversations:' || m.user_id, tell_inboxes.type, jsonb_build_object(
           'key', jsonb_build_object('id', c.id::text),
           'row', jsonb_build_object('id', c.id::text, 'tenant_id', c.tenant_id, 'title', c.title, 'created_by', c.created_by,
             'last_position', c.last_position, 'last_message_id', c.last_message_id, 'last_author', c.last_author,
             'last_author_name', c.last_author_name, 'last_text', c.last_text, 'active_at', c.active_at, 'version', c.version,
             'created_at', c.created_at, 'updated_at', c.updated_at, 'role', m.role, 'delivered_position', r.delivered_position,
             'read_position', r.read_position, 'unread', r.unread)))
    from unnest(conversations, users) as u (conversation_id, user_id)
    join carillon_app.conversation c on c.id = u.conversation_id
    join carillon_app.member m on m.tenant_id = c.tenant_id and m.conversation_id = c.id and m.user_id = u.user_id
    join carillon_app.receipt r on r.tenant_id = c.tenant_id and r.conversation_id = c.id and r.user_id = u.user_id
   order by c.id, m.user_id;
$$;
comment on function carillon_app.tell_inboxes(text, bigint[], text[]) is 'Tells members how a conversation stands in their own lists.';

create function carillon_app.tell_conversation() returns trigger
  -- A message tells the lists with its unread counts; this is for what changes besides.
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform carillon_app.tell_inboxes('inbox.updated', array_agg(new.id), array_agg(m.user_id))
     from carillon_app.member m where m.tenant_id = new.tenant_id and m.conversation_id = new.id;
  return null;
end
$$;
comment on function carillon_app.tell_conversation() is 'Row trigger: tells the members'' lists of a new title, or of another text of the newest message.';
create trigger tell after update on carillon_app.conversation for each row
  when (row(old.title) is distinct from row(new.title)
        or new.last_position <= old.last_position
           and row(old.last_message_id, old.last_text) is distinct from row(new.last_message_id, new.last_text))
  execute function carillon_app.tell_conversation();

create function carillon_app.begin_receipt() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  -- What was written before counts as read: nobody comes into a conversation with a thousand unread messages.
  insert into carillon_app.receipt (tenant_id, conversation_id, user_id, delivered_position, read_position)
  select new.tenant_id, new.conversation_id, new.user_id, c.messages, c.messages
    from carillon_app.conversation c where c.id = new.conversation_id and c.tenant_id = new.tenant_id;
  return null;
end
$$;
comment on function carillon_app.begin_receipt() is 'Row trigger: a member''s receipt begins at the newest message.';
create trigger begin_receipt after insert on carillon_app.member for each row execute function carillon_app.begin_receipt();

create function carillon_app.tell_member() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform carillon_app.tell_inboxes('inbox.updated', array[new.conversation_id], array[new.user_id]);
  return null;
end
$$;
comment on function carillon_app.tell_member() is 'Row trigger: tells a member''s own list of another role.';
create trigger tell after update of role on carillon_app.member
  for each row when (old.role is distinct from new.role) execute function carillon_app.tell_member();

create function carillon_app.tell_receipts() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'DELETE' then
    perform carillon.emit(o.tenant_id, 'conversations:' || o.user_id, 'inbox.deleted',
              jsonb_build_object('key', jsonb_build_object('id', o.conversation_id::text)))
       from old_rows o;
  else
    perform carillon_app.tell_inboxes(case tg_op when 'INSERT' then 'inbox.created' else 'inbox.updated' end,
              array_agg(n.conversation_id), array_agg(n.user_id))
       from new_rows n;
  end if;
  return null;
end
$$;
comment on function carillon_app.tell_receipts() is 'Statement trigger: tells members'' own lists that they came into a conversation, how far they have come, or that they are out.';
create trigger tell_inserted after insert on carillon_app.receipt referencing new table as new_rows
  for each statement execute function carillon_app.tell_receipts();
create trigger tell_updated after update on carillon_app.receipt referencing old table as old_rows new table as new_rows
  for each statement execute function carillon_app.tell_receipts();
create trigger tell_deleted after delete on carillon_app.receipt referencing old table as old_rows
  for each statement execute function carillon_app.tell_receipts();

create function carillon_app.tell_status() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
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
create trigger tell_status after update of delivered_position, read_position on carillon_app.receipt
  for each row when (old.delivered_position < new.delivered_position or old.read_position < new.read_position)
  execute function carillon_app.tell_status();

-- Messages ----------------------------------------------------------------------------------------------------------------------------

create function carillon_app.place_message() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    -- The conversation's row is the queue: positions are given, and become visible, one after the other.
    update carillon_app.conversation c set messages = c.messages + 1
     where c.id = new.conversation_id and c.tenant_id = new.tenant_id returning c.messages into new.position;
    new.created_at := clock_timestamp();
    new.sent := sha256(convert_to(new.text, 'UTF8'));
    return new;
  end if;
  if row(new.tenant_id, new.id, new.conversation_id, new.position, new.author, new.created_at)
     is distinct from row(old.tenant_id, old.id, old.conversation_id, old.position, old.author, old.created_at) then
    raise exception 'a message stays where and whose it is' using errcode = 'check_violation', hint = 'Change its text only, or delete it.';
  end if;
  new.sent := old.sent;
  new.version := old.version + 1;
  if new.deleted_at is null and new.text is distinct from old.text then
    new.edited_at := clock_timestamp();
  end if;
  return new;
end
$$;
comment on function carillon_app.place_message() is 'Row trigger: gives a message its place, its time and its version.';
create trigger place before insert or update on carillon_app.message for each row execute function carillon_app.place_message();

create function carillon_app.summarize(conversations bigint[]) returns void
  language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  update carillon_app.conversation c
     set last_position = coalesce(m.position, c.last_position), last_message_id = m.id, last_author = m.author, last_author_name = m.author_name,
         last_text = case when m.deleted_at is null then left(m.text, 200) end, active_at = coalesce(m.created_at, c.active_at)
    from (select k.id, k.tenant_id from carillon_app.conversation k where k.id = any (conversations)) k
    left join lateral (select n.* from carillon_app.message n where n.tenant_id = k.tenant_id and n.conversation_id = k.id order by n.position desc limit 1) m on true
   where c.id = k.id;
$$;
comment on function carillon_app.summarize(bigint[]) is 'Writes the newest message into its conversation.';

create function carillon_app.tell_messages() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  ended carillon_app.typing[];
begin
  if tg_op = 'INSERT' then
    perform carillon.emit(n.tenant_id, 'chat:' || n.conversation_id, 'message.created', jsonb_build_object(
              'key', jsonb_build_object('id', n.id), 'row', carillon_app.message_told(n, 'sent')))
       from (select * from new_rows order by conversation_id, position) as n;
    with stopped as (
      delete from carillon_app.typing t using new_rows n
       where t.tenant_id = n.tenant_id and t.conversation_id = n.conversation_id and t.user_id = n.author
      returning t as one)
    select array_agg(s.one) into ended from stopped s;
    perform carillon_app.tell_typing(ended, 'typing.stop', null);
    perform carillon_app.summarize((select array_agg(distinct n.conversation_id) from new_rows n));
    -- The author's row too: all lists are told of the message.
    update carillon_app.receipt r
       set unread = r.unread + (select count(*) from new_rows n where n.conversation_id = r.conversation_id and n.author <> r.user_id)
      from (select distinct n.tenant_id, n.conversation_id from new_rows n) c
     where r.tenant_id = c.tenant_id and r.conversation_id = c.conversation_id;
  elsif tg_op = 'UPDATE' then
    perform carillon.emit(n.tenant_id, 'chat:' || n.conversation_id, 'message.updated', jsonb_build_object(
              'key', jsonb_build_object('id', n.id),
              'row', carillon_app.message_told(n, carillon_app.message_status(n.tenant_id, n.conversation_id, n.author, n.position)),
              'changed', array_remove(array[case when o.author_name <> n.author_name then 'author_name' end, case when o.text <> n.text then 'text' end,
                'version', case when o.edited_at is distinct from n.edited_at then 'edited_at' end,
                case when o.deleted_at is distinct from n.deleted_at then 'deleted_at' end], null)))
       from (select * from new_rows order by conversation_id, position) as n join old_rows o on o.tenant_id = n.tenant_id and o.id = n.id;
    perform carillon_app.summarize(array_agg(distinct c.id))
       from carillon_app.conversation c join new_rows n on n.conversation_id = c.id and n.position = c.last_position having count(*) > 0;
    update carillon_app.receipt r set unread = r.unread - taken.back
      from (select s.tenant_id, s.conversation_id, s.user_id, count(*) as back from carillon_app.receipt s
              join new_rows n on n.tenant_id = s.tenant_id and n.conversation_id = s.conversation_id and n.position > s.read_position
                and n.author <> s.user_id
              join old_rows o on o.tenant_id = n.tenant_id and o.id = n.id
             where o.deleted_at is null and n.deleted_at is not null
             group by s.tenant_id, s.conversation_id, s.user_id) taken
     where r.tenant_id = taken.tenant_id and r.conversation_id = taken.conversation_id and r.user_id = taken.user_id;
  else
    -- Not when the whole conversation goes.
    perform carillon.emit(o.tenant_id, 'chat:' || o.conversation_id, 'message.deleted', jsonb_build_object('key',
              jsonb_build_object('id', o.id, 'conversation_id', o.conversation_id::text, 'position', o.position)))
       from old_rows o join carillon_app.conversation c on c.id = o.conversation_id;
    perform carillon_app.summarize(array_agg(distinct c.id))
       from carillon_app.conversation c join old_rows o on o.conversation_id = c.id and o.position = c.last_position having count(*) > 0;
    update carillon_app.receipt r set unread = r.unread - taken.back
      from (select s.tenant_id, s.conversation_id, s.user_id, count(*) as back from carillon_app.receipt s
              join old_rows o on o.tenant_id = s.tenant_id and o.conversation_id = s.conversation_id and o.position > s.read_position
                and o.author <> s.user_id
             where o.deleted_at is null
             group by s.tenant_id, s.conversation_id, s.user_id) taken
     where r.tenant_id = taken.tenant_id and r.conversation_id = taken.conversation_id and r.user_id = taken.user_id;
  end if;
  return null;
end
$$;
comment on function carillon_app.tell_messages() is
  'Statement trigger: tells of messages, keeps the conversation''s summary and the members'' unread counts, and ends the author''s typing.';

-- Typing ------------------------------------------------------------------------------------------------------------------------------

create function carillon_app.tell_typing(who carillon_app.typing[], type text, stands integer) returns void
  language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  select carillon.broadcast(t.tenant_id, 'chat:' || t.conversation_id, tell_typing.type, jsonb_strip_nulls(jsonb_build_object(
           'conversationId', t.conversation_id::text, 'userId', t.user_id, 'userName', t.user_name, 'expiresIn', stands)), t.user_id)
    from unnest(who) as t;
$$;
comment on function carillon_app.tell_typing(carillon_app.typing[], text, integer) is 'Tells the others, outside of the log.';

create function carillon_app.start_typing(tenant text, conversation bigint, member text, stands integer) returns boolean
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  begun carillon_app.typing[];
begin
  -- Said again too early, nothing is told: what was told still stands for more than half of its time.
  with said as (
    insert into carillon_app.typing as t (tenant_id, conversation_id, user_id, user_name, until)
    select m.tenant_id, m.conversation_id, m.user_id, m.user_name, clock_timestamp() + stands * interval '1 ms'
      from carillon_app.member m where m.tenant_id = tenant and m.conversation_id = conversation and m.user_id = member
    on conflict (tenant_id, conversation_id, user_id) do update set until = excluded.until, user_name = excluded.user_name
     where t.until < clock_timestamp() + stands * interval '0.5 ms'
    returning t as one)
  select array_agg(s.one) into begun from said s;
  perform carillon_app.tell_typing(begun, 'typing.start', stands);
  return begun is not null;
end
$$;
comment on function carillon_app.start_typing(text, bigint, text, integer) is
  'A member is writing, for so many milliseconds unless it is said again. Returns whether it was told.';

create function carillon_app.stop_typing(tenant text, conversation bigint, member text) returns boolean
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  ended carillon_app.typing[];
begin
  with gone as (
    delete from carillon_app.typing t where t.tenant_id = tenant and t.conversation_id = conversation and t.user_id = member returning t as one)
  select array_agg(g.one) into ended from gone g;
  perform carillon_app.tell_typing(ended, 'typing.stop', null);
  return ended is not null;
end
$$;
comment on function carillon_app.stop_typing(text, bigint, text) is 'A member has stopped writing. Returns whether it was told.';

create function carillon_app.end_typing(most integer) returns integer
  -- For all tenants: any node calls it, and each end is told once.
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  ended carillon_app.typing[];
begin
  with due as (
    select t.tenant_id, t.conversation_id, t.user_id from carillon_app.typing t where t.until < clock_timestamp() limit most for update skip locked),
  gone as (
    delete from carillon_app.typing t using due d
     where t.tenant_id = d.tenant_id and t.conversation_id = d.conversation_id and t.user_id = d.user_id
    returning t as one)
  select array_agg(g.one) into ended from gone g;
  perform carillon_app.tell_typing(ended, 'typing.stop', null);
  return coalesce(cardinality(ended), 0);
end
$$;
comment on function carillon_app.end_typing(integer) is 'Ends the typing of up to so many users who have not said it again; returns how many.';

create trigger tell_inserted after insert on carillon_app.message referencing new table as new_rows
  for each statement execute function carillon_app.tell_messages();
create trigger tell_updated after update on carillon_app.message referencing old table as old_rows new table as new_rows
  for each statement execute function carillon_app.tell_messages();
create trigger tell_deleted after delete on carillon_app.message referencing old table as old_rows
  for each statement execute function carillon_app.tell_messages();

-- Who may follow ----------------------------------------------------------------------------------------------------------------------

do $$
declare
  members constant text := 'select from carillon_app.member m where m.tenant_id = $1 and m.user_id = $2 and m.conversation_id::text = $3';
  member_tables constant text[] := array['carillon_app.member'];
begin
  perform carillon.watch('carillon_app.conversation', 'chat', room_column => 'id', exclude => array['messages']::name[],
                         members => members, member_tables => member_tables);
  perform carillon.watch('carillon_app.member', 'chat', room_column => 'conversation_id', members => members, member_tables => member_tables);
  -- Unread counts are the user's own business.
  perform carillon.watch('carillon_app.receipt', 'chat', room_column => 'conversation_id', exclude => array['unread']::name[],
                         members => members, member_tables => member_tables);
  perform carillon.show_presence('chat:{key}');
  perform carillon.rule('conversations:{user}');
end $$;

revoke execute on all functions in schema carillon_app from public;
grant execute on function
  carillon_app.message_status(text, bigint, text, integer), carillon_app.start_typing(text, bigint, text, integer),
  carillon_app.stop_typing(text, bigint, text), carillon_app.end_typing(integer)
  to ${runtime};
