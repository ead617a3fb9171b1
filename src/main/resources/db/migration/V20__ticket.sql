-- Tickets: opaque stand-ins for a token, see src/docs/decisions/tickets.md. Unlogged: they live for seconds or minutes,
-- and after a crash clients ask for new ones; so issuing and using them waits for no disk.
create unlogged table carillon.ticket (
  hash           bytea primary key check (octet_length(hash) = 32),
  kind           text not null check (kind in ('once', 'stream')),
  tenant         text not null,
  user_id        text not null,
  name           text not null,
  roles          text[] not null,
  token_id       text,
  issued_at      timestamptz,
  token_ends_at  timestamptz not null,
  expires_at     timestamptz not null
);
create index ticket_expires_at on carillon.ticket (expires_at);
create index ticket_user on carillon.ticket (tenant, user_id);

comment on table carillon.ticket is 'Unused tickets; written and read by room auth only.';
comment on column carillon.ticket.hash is 'SHA-256 of the ticket; the ticket itself is kept nowhere.';
comment on column carillon.ticket.kind is 'once: deleted by its use; stream: good until it expires.';
comment on column carillon.ticket.token_ends_at is 'The end of the token that the ticket was issued for.';
comment on column carillon.ticket.expires_at is 'After this the ticket is worth nothing, and any node may delete it.';

-- update: the sweep locks rows that it is about to delete (for update skip locked).
grant select, insert, update, delete on carillon.ticket to ${runtime};
