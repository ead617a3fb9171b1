-- Approvals: somebody asks, somebody who may decide decides, or time does.

create table carillon_app.approval (
  id           bigint generated always as identity primary key,
  tenant_id    text not null,
  title        text not null,
  details      text not null default '',
  kind         text not null default 'general',
  status       text not null default 'pending',
  requested_by text not null,
  agent_id     text,
  decider_role text,
  expires_at   timestamptz,
  decided_by   text,
  decided_at   timestamptz,
  comment      text,
  version      integer not null default 1,
  created_at   timestamptz not null default clock_timestamp(),
  updated_at   timestamptz not null default clock_timestamp(),
  -- What the catalogue's schema says, as far as SQL can: a test compares the two.
  constraint catalogue_title check (char_length(title) between 1 and 200),
  constraint catalogue_details check (char_length(details) <= 4000),
  constraint catalogue_kind check (char_length(kind) between 1 and 50),
  constraint catalogue_status check (status in ('pending', 'approved', 'rejected', 'expired')),
  constraint catalogue_requested_by check (char_length(requested_by) between 1 and 200),
  constraint catalogue_agent_id check (char_length(agent_id) <= 200),
  constraint catalogue_decider_role check (char_length(decider_role) <= 200),
  constraint catalogue_decided_by check (char_length(decided_by) <= 200),
  constraint catalogue_comment check (char_length(comment) <= 1000),
  constraint catalogue_version check (version >= 1),
  check ((decided_at is not null) = (status in ('approved', 'rejected')))
);
create index on carillon_app.approval (tenant_id, id);
create index on carillon_app.approval (expires_at) where status = 'pending';
comment on table carillon_app.approval is 'Approvals of all tenants; live on channel approvals.';
comment on column carillon_app.approval.agent_id is 'The agent that asked, where one did.';
comment on column carillon_app.approval.decider_role is 'Only this role may decide; null: every role of the setting carillon.approvals.deciders.';
comment on column carillon_app.approval.expires_at is 'When it expires by itself if nobody has decided; null: never.';
comment on column carillon_app.approval.version is 'Raised by every update; whoever edits says in If-Match which one he saw.';
select carillon_app.guard('carillon_app.approval');

create trigger stamp before update on carillon_app.approval for each row execute function carillon_app.stamp();

create function carillon_app.tell_approval() returns trigger
  -- As the owner: whoever writes the table with SQL need not be allowed to emit.
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if new.status in ('approved', 'rejected') then
    perform carillon.emit(new.tenant_id, 'approvals', 'approval.resolved', jsonb_build_object('id', new.id::text, 'status', new.status,
      'decidedBy', new.decided_by, 'decidedAt', new.decided_at, 'comment', new.comment));
  elsif new.status = 'expired' then
    perform carillon.emit(new.tenant_id, 'approvals', 'approval.expired', jsonb_build_object('id', new.id::text, 'expiredAt', new.updated_at));
  end if;
  return null;
end
$$;
comment on function carillon_app.tell_approval() is 'Row trigger: tells that an approval was decided or expired, whoever wrote it.';
create trigger tell after update of status on carillon_app.approval
  for each row when (old.status is distinct from new.status) execute function carillon_app.tell_approval();

create function carillon_app.expire_approvals(most integer) returns integer
  -- For all tenants: any node calls it. A row that another node holds is skipped, one that it has expired does not match.
  language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  with due as (
    select id from carillon_app.approval where status = 'pending' and expires_at <= clock_timestamp()
     order by expires_at limit most for update skip locked),
  gone as (update carillon_app.approval a set status = 'expired' from due where a.id = due.id returning 1)
  select count(*)::integer from gone;
$$;
comment on function carillon_app.expire_approvals(integer) is 'Expires up to so many approvals whose time is over, each exactly once; returns how many.';

select carillon.watch('carillon_app.approval', 'approvals');

revoke execute on all functions in schema carillon_app from public;
grant execute on function carillon_app.expire_approvals(integer) to ${runtime};
