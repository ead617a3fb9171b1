-- A membership query that fails because Postgres is short of something, or busy, says nothing of who may follow: whoever asked, asks again.

create or replace function carillon.members(query text, tenant text, members text[], keys text[]) returns boolean[]
  language plpgsql security invoker as $$
declare
  answers boolean[] := '{}';
  found_row record;
  found_rows bigint;
begin
  for place in 1 .. cardinality(members) loop
    begin
      execute query into found_row using tenant, members[place], keys[place];
      get diagnostics found_rows = row_count;
      answers := array_append(answers, found_rows > 0);
    exception when others then
      -- Rolled back, resources, not in the state for it, intervention, system: another time it may work.
      if left(sqlstate, 2) in ('40', '53', '55', '57', '58') then
        raise;
      end if;
      answers := array_append(answers, null::boolean);
    end;
  end loop;
  return answers;
end
$$;
