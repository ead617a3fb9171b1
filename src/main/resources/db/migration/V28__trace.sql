-- An event knows the trace of the request that wrote it, so that the way to the sockets can be seen in one picture.

-- A default and not a column that triggers fill: what was generated for watched tables stays as it is. First the column, then its
-- default, so that no row is rewritten.
alter table carillon.event add column trace text;
alter table carillon.event alter column trace set default nullif(left(current_setting('carillon.trace', true), 55), '');
comment on column carillon.event.trace is
  'W3C trace context of the request that caused it, as in the header traceparent (setting carillon.trace); null without one.';

-- The product shows what carillon.doctor() and carillon.preview() say. The latter reads with the caller's rights, so the product's
-- role sees only tables that it was granted.
grant execute on function
  carillon.plan_watch(regclass, text, name, text, text, name, name, name[], name[], text[], text, text[]),
  carillon.check_address(text, text, text), carillon.check_rule(text, text, text[]),
  carillon.column_code(regclass, name[]), carillon.text_code(regclass, name), carillon.channel_code(regclass, text, name),
  carillon.base_type(oid), carillon.event_limit(text),
  carillon.preview(regclass, text, name, text, text, name, name, name[], name[], text[], text, text[], integer)
  to ${runtime};
