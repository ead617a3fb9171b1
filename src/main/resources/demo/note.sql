-- The demonstration's only table, made at a start in development, in one transaction, by the owner of
-- schema carillon (io.carillon.demo.NoteTable). An application's table in every respect: nothing in it is Carillon's,
-- and one call at the end makes it live.

create table demo.note (
  id bigint generated always as identity primary key,
  tenant_id text not null,
  text text not null check (char_length(text) between 1 and 500 and btrim(text) <> ''),
  done boolean not null default false,
  author text not null default current_user,
  updated_at timestamptz not null default clock_timestamp()
);
create index on demo.note (tenant_id, id);
comment on table demo.note is 'Notes of made-up companies, for the first page. Yours to change: insert into demo.note (tenant_id, text) values (''acme'', ''Hello'');';

create function demo.stamp() returns trigger language plpgsql as $$
begin
  new.updated_at := clock_timestamp();
  return new;
end
$$;
create trigger stamp before update on demo.note for each row execute function demo.stamp();

insert into demo.note (tenant_id, text, author, done) values
  ('acme', 'Order rope for the tower', 'ana', false),
  ('acme', 'Oil the big bell', 'ben', true),
  ('acme', 'Show Cora the view from the top', 'ana', false),
  ('globex', 'Count the pigeons', 'emil', false),
  ('globex', 'Ask what time noon is', 'dora', false);

-- The second wall between tenants: the first is the query of whoever reads, which names the tenant of the token. The
-- running product is not the table's owner, so the policy holds for it.
alter table demo.note enable row level security;
create policy own_tenant on demo.note
  using (tenant_id = current_setting('carillon.tenant', true))
  with check (tenant_id = current_setting('carillon.tenant', true));

select carillon.watch('demo.note', 'notes');
