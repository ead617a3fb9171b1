-- A counter that tickets name stays, as a service does: taking it out of them would tell each of them again.

create index queue_ticket_counter on carillon_app.queue_ticket (tenant_id, counter_id) where counter_id is not null;
alter table carillon_app.queue_ticket
  drop constraint queue_ticket_tenant_id_counter_id_fkey,
  add foreign key (tenant_id, counter_id) references carillon_app.queue_counter (tenant_id, id);
