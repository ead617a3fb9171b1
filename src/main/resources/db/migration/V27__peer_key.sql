-- What the nodes of one cluster prove themselves to each other with where no secret is configured: see room peer. Who
-- works as the runtime role reads all events anyway, so the key is as well kept as what it protects.
create table carillon.peer_key (
  one  boolean primary key default true check (one),
  key  bytea not null check (octet_length(key) = 32)
);
insert into carillon.peer_key (key)
  select sha256(convert_to(string_agg(gen_random_uuid()::text, ''), 'UTF8')) from generate_series(1, 4);

comment on table carillon.peer_key is 'The key with which nodes sign what they ask each other, unless carillon.peer.secret is set; one row.';
comment on column carillon.peer_key.one is 'There is one row.';
comment on column carillon.peer_key.key is '32 random bytes, made with the table. To change it, write another and restart all nodes.';

grant select on carillon.peer_key to ${runtime};
