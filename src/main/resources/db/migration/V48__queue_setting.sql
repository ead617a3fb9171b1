-- What a tenant wants of its queue is told when it changes, as its other rows are.

comment on table carillon_app.queue_setting is 'What a tenant wants of its queue; without a row, the defaults. Live on channel queue.desk.';
select carillon.watch('carillon_app.queue_setting', 'queue.desk', roles => array['clerk', 'operator', 'admin']);
