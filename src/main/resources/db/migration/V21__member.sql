-- Runs a channel rule's membership query. plpgsql, because the query is text with $1, $2, $3 and must get its arguments
-- as values, never as text put together. Room auth calls it in a read-only transaction. (Declared stable it would refuse a
-- writing query too, but with an error for which connection pools throw the connection away.)
create function carillon.member(query text, tenant text, member text, key text) returns boolean
  language plpgsql security invoker as $$
declare
  found_row record;
  found_rows bigint;
begin
  execute query into found_row using tenant, member, key;
  get diagnostics found_rows = row_count;
  return found_rows > 0;
end
$$;
comment on function carillon.member(text, text, text, text) is
  'Runs a membership query of carillon.channel_rule with $1 tenant, $2 user, $3 key (all text) as the caller, whose rights and row security count; true when it finds a row. Errors are those of the query. Example: select carillon.member(''select 1 from room_member where tenant_id = $1 and user_id = $2 and room_id = $3'', ''acme'', ''ana'', ''7'')';
revoke all on function carillon.member(text, text, text, text) from public;
grant execute on function carillon.member(text, text, text, text) to ${runtime};
