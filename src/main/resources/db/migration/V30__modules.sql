-- What the domain modules' tables have in common: a schema, the wall between tenants, versions, idempotency keys.

-- Made by the start, like the other schemas.
do $$ begin
  if to_regnamespace('carillon_app') is null then
    create schema carillon_app;
  end if;
end $$;
comment on schema carillon_app is
  'Tables of Carillon''s domain modules. Ordinary tables: write them with SQL too, their changes reach every screen. The running product sees '
  'one tenant''s rows at a time (setting carillon.tenant).';
revoke all on schema carillon_app from public;
grant usage on schema carillon_app to ${runtime};

create function carillon_app.guard("table" regclass) returns void
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  execute format('alter table %s enable row level security', "table");
  -- The running product is not the tables' owner, so the policy holds for it. An unset tenant is null or empty, and equals nothing.
  execute format('create policy own_tenant on %s using (tenant_id = (select current_setting(''carillon.tenant'', true))) '
    'with check (tenant_id = (select current_setting(''carillon.tenant'', true)))', "table");
  execute format('grant select, insert, update, delete on %s to %s', "table", carillon.runtime_role());
end
$$;
comment on function carillon_app.guard(regclass) is
  'The second wall between tenants, for a table with a column tenant_id: whoever works as the running product sees and writes the rows of '
  'the tenant in the setting carillon.tenant, and none when it is not set. Called by migrations: select carillon_app.guard(''carillon_app.approval'');';

create function carillon_app.stamp() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  new.version := old.version + 1;
  new.updated_at := clock_timestamp();
  return new;
end
$$;
comment on function carillon_app.stamp() is
  'Row trigger, before update: the next version, and when. Whoever edits says which version he saw, by REST in If-Match.';

create function carillon_app.told(at timestamptz) returns text
  language sql stable set search_path = pg_catalog, pg_temp
  return to_json(at) #>> '{}';
comment on function carillon_app.told(timestamptz) is
  'A time as events write it, so that REST tells the same text: ISO 8601 with microseconds. Null stays null.';

create table carillon_app.idempotency_key (
  tenant_id  text not null,
  user_id    text not null,
  key        text not null check (char_length(key) between 1 and 200),
  request    bytea not null check (octet_length(request) = 32),
  status     smallint not null,
  location   text,
  answer     text not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, user_id, key)
);
create index on carillon_app.idempotency_key (created_at);
comment on table carillon_app.idempotency_key is
  'What a create answered, by the Idempotency-Key of its request; written in the transaction of the create itself, so both exist or none.';
comment on column carillon_app.idempotency_key.request is 'SHA-256 of method, path and body: the same key with another request is refused.';
comment on column carillon_app.idempotency_key.location is 'The Location header of the answer.';
select carillon_app.guard('carillon_app.idempotency_key');

create function carillon_app.forget_keys(kept interval) returns bigint
  language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  with old as (
    select k.ctid from carillon_app.idempotency_key k where k.created_at < clock_timestamp() - kept limit 10000 for update skip locked),
  gone as (delete from carillon_app.idempotency_key k using old where k.ctid = old.ctid returning 1)
  select count(*) from gone;
$$;
comment on function carillon_app.forget_keys(interval) is
  'Deletes up to 10,000 idempotency keys of all tenants that are older; any node calls it now and then. Returns how many.';

create or replace function carillon.check_rule(pattern text, members text, member_tables text[]) returns void
  -- As before, and a pattern may end with {role}: each role's own channel.
  language plpgsql volatile set search_path = pg_catalog, pg_temp
as $$
declare
  member_table text;
begin
  if pattern is null or octet_length(pattern) not between 1 and 200 or pattern collate "C" ~ '[\x01-\x1f\x7f]'
     or regexp_replace(pattern, ':(\{user\}|\{role\}|\{key\})$', '') ~ '[{}]' then
    raise exception 'the pattern % is not a channel name, name:{user}, name:{role} or name:{key}', coalesce(quote_literal(pattern), 'null')
      using errcode = 'CA001', hint = 'Write orders, inbox:{user}, desk:{role} or chat:{key}; 1 to 200 bytes.';
  end if;
  if pattern like '%:{key}' and members is null then
    raise exception 'the pattern % needs a members query', quote_literal(pattern)
      using errcode = 'CA001', hint = 'Say who is in the room: members => ''select from app.member where tenant_id::text = $1 and user_id::text = $2 and room_id::text = $3''.';
  end if;
  if members is not null then
    begin
      execute format('prepare carillon_check_rule (text, text, text) as select from (%s) as member', members);
      execute 'deallocate carillon_check_rule';
    exception when others then
      raise exception 'the members query does not work: %', sqlerrm
        using errcode = 'CA001', hint = 'It is one SELECT with $1 tenant, $2 user and $3 key, all text; write every table with its schema.';
    end;
  end if;
  foreach member_table in array coalesce(member_tables, '{}') loop
    if to_regclass(member_table) is null then
      raise exception 'there is no table %', quote_literal(member_table)
        using errcode = 'CA001', hint = 'member_tables names the tables that members reads, each with its schema.';
    end if;
  end loop;
end
$$;

revoke execute on all functions in schema carillon_app from public;
grant execute on function carillon_app.forget_keys(interval), carillon_app.told(timestamptz) to ${runtime};
