-- A Socket.IO client that is cut while the catch-up of a join is on its way comes back before it: the row says which join was
-- the last that caught up, and where it ended, so that its offset can show whether it was received. Rows of before have none.
alter table carillon.socketio_session
  add column stint        bigint not null default 0,
  add column join_number  bigint,
  add column join_end     text,
  add column doomed       xid8,
  add check ((join_number is null) = (join_end is null));
create index socketio_session_doomed on carillon.socketio_session (doomed) where doomed is not null;

comment on column carillon.socketio_session.stint is
  'Which of the session''s connections wrote the row: what an earlier one writes late does not replace what a later one wrote.';
comment on column carillon.socketio_session.join_number is
  'The number of the last join with a cursor whose channels are followed; null where there is none.';
comment on column carillon.socketio_session.join_end is 'The cursor at which that join had caught up.';
comment on column carillon.socketio_session.touched_at is
  'When a node last said that the session lives; where that is a week ago, the row is doomed.';
comment on column carillon.socketio_session.doomed is
  'The end of the log when nobody had touched the row for a week; it is deleted when the log has been emptied up to there, since '
  'nobody can come back to the session then.';
