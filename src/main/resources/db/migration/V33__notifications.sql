-- Notifications: to one user, to a role, to the tenant; each user has an own read state.

create table carillon_app.notification (
  id         bigint generated always as identity primary key,
  tenant_id  text not null,
  audience   text not null,
  target     text,
  title      text not null,
  body       text not null default '',
  kind       text not null default 'general',
  link       text,
  created_by text,
  created_at timestamptz not null default clock_timestamp(),
  constraint catalogue_audience check (audience in ('user', 'role', 'tenant')),
  constraint catalogue_target check (char_length(target) <= 100),
  constraint catalogue_title check (char_length(title) between 1 and 200),
  constraint catalogue_body check (char_length(body) <= 4000),
  constraint catalogue_kind check (char_length(kind) between 1 and 50),
  constraint catalogue_link check (char_length(link) <= 1000),
  constraint catalogue_created_by check (char_length(created_by) <= 200),
  check ((target is null) = (audience = 'tenant')),
  -- It becomes part of a channel's name.
  check (octet_length(target) between 1 and 150)
);
create index on carillon_app.notification (tenant_id, id);
create index on carillon_app.notification (tenant_id, audience, target, id);
create index on carillon_app.notification (created_at);
comment on table carillon_app.notification is 'Notifications of all tenants; each new row is told to its audience as notification.new.';
comment on column carillon_app.notification.target is 'The user''s id, or the role; null for the whole tenant.';
select carillon_app.guard('carillon_app.notification');

create table carillon_app.notification_read (
  tenant_id       text not null,
  user_id         text not null check (octet_length(user_id) between 1 and 180),
  notification_id bigint not null references carillon_app.notification on delete cascade,
  read_at         timestamptz not null default clock_timestamp(),
  primary key (tenant_id, user_id, notification_id)
);
create index on carillon_app.notification_read (notification_id);
comment on table carillon_app.notification_read is
  'Which user has read what. One row per reading and no mark "read up to here": what commits later with a smaller number would count as read.';
select carillon_app.guard('carillon_app.notification_read');

create function carillon_app.tell_notification() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform carillon.emit(new.tenant_id,
    case new.audience when 'user' then 'notifications:' || new.target when 'role' then 'notifications.role:' || new.target else 'notifications.tenant' end,
    'notification.new', jsonb_build_object('id', new.id::text, 'tenant_id', new.tenant_id, 'audience', new.audience, 'target', new.target,
      'title', new.title, 'body', new.body, 'kind', new.kind, 'link', new.link, 'created_by', new.created_by, 'created_at', new.created_at));
  return null;
end
$$;
comment on function carillon_app.tell_notification() is 'Row trigger: tells a notification to its audience.';
create trigger tell after insert on carillon_app.notification for each row execute function carillon_app.tell_notification();

create function carillon_app.tell_read() returns trigger
  -- Per statement: reading everything is one event per user and thousand.
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform carillon.emit(part.tenant_id, 'notifications:' || part.user_id, 'notification.read',
            jsonb_build_object('ids', part.ids, 'at', part.at))
     from (select r.tenant_id, r.user_id, jsonb_agg(r.notification_id::text order by r.notification_id) as ids, max(r.read_at) as at
             from (select n.*, (row_number() over (partition by n.tenant_id, n.user_id order by n.notification_id) - 1) / 1000 as thousand
                     from read_rows n) r
            group by r.tenant_id, r.user_id, r.thousand
            order by min(r.notification_id)) part;
  return null;
end
$$;
comment on function carillon_app.tell_read() is 'Statement trigger: tells a user''s devices what the user has read.';
create trigger tell after insert on carillon_app.notification_read referencing new table as read_rows
  for each statement execute function carillon_app.tell_read();

create function carillon_app.forget_notifications(kept interval, most integer) returns integer
  language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  with old as (
    select id from carillon_app.notification where created_at < clock_timestamp() - kept order by created_at limit most for update skip locked),
  gone as (delete from carillon_app.notification n using old where n.id = old.id returning 1)
  select count(*)::integer from gone;
$$;
comment on function carillon_app.forget_notifications(interval, integer) is
  'Deletes up to so many notifications of all tenants that are older, with their read marks; any node calls it. Returns how many.';

select carillon.rule('notifications:{user}');
select carillon.rule('notifications.role:{role}');
select carillon.rule('notifications.tenant');

revoke execute on all functions in schema carillon_app from public;
grant execute on function carillon_app.forget_notifications(interval, integer) to ${runtime};
