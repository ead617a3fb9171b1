-- A status is told whole, to all at once: what it holds is bounded for plain SQL too.

alter table carillon_app.studio_state add constraint track_bounded check (octet_length(track::text) <= 4096) not valid;
-- These could not be told.
update carillon_app.studio_state set track = null where octet_length(track::text) > 4096;
alter table carillon_app.studio_state validate constraint track_bounded;
