-- What a tenant wants of its queue is told when it changes, as its other rows are.

comment on table carillon_app.queue_setting is 'What a tenant wants of its queue; without a row, the defaults. Live on channel queue.desk.';
select carillon.watch('carillon_app.queue_setting', 'queue.desk', roles => array['clerk', 'operator', 'admin']);
alter table carillon_app.queue_setting
  drop constraint queue_setting_time_zone_check,
  add constraint catalogue_time_zone check (char_length(time_zone) between 1 and 64),
  add constraint catalogue_version check (version >= 1);
