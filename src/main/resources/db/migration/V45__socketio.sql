-- What Socket.IO clients come back to, see src/docs/socketio.md. Logged, unlike the registry: a client that was away while
-- Postgres crashed comes back to what it had joined. A row is written when a client joins or leaves after its start, so
-- most clients have none.
create table carillon.socketio_session (
  id          uuid primary key,
  tenant      text not null,
  user_id     text not null,
  namespace   text not null,
  channels    text[] not null,
  touched_at  timestamptz not null default clock_timestamp()
);
create index socketio_session_touched_at on carillon.socketio_session (touched_at);

comment on table carillon.socketio_session is
  'The channels of Socket.IO sessions that joined or left some after their start; written and read by room transport only.';
comment on column carillon.socketio_session.id is 'The session''s number in its pid, which is signed.';
comment on column carillon.socketio_session.channels is 'All channels that are followed, those of the start among them.';
comment on column carillon.socketio_session.touched_at is
  'When a node last said that the session lives; rows that nobody touched for a week are deleted.';

-- The key that signs pids: made here, so that all nodes have the same without being told.
create table carillon.socketio_key (
  one     boolean primary key default true check (one),
  secret  bytea not null check (octet_length(secret) = 32)
);
insert into carillon.socketio_key (secret)
select sha256(string_agg(gen_random_uuid()::text, '')::bytea) from generate_series(1, 4);

comment on table carillon.socketio_key is 'Signs what Socket.IO clients come back with; one row, read by the nodes only.';
comment on column carillon.socketio_key.secret is 'Of 488 random bits. Replaced by an update, clients start afresh.';

-- update: the sweep locks rows that it is about to delete (for update skip locked).
grant select, insert, update, delete on carillon.socketio_session to ${runtime};
grant select on carillon.socketio_key to ${runtime};
