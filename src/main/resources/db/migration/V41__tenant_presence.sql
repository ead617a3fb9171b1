-- Who may see who is connected in the tenant (channel carillon.presence) is said by a rule, as for any channel.

create or replace function carillon.rule(
  pattern text, subscribe_roles text[] default null, publish_roles text[] default null,
  members text default null, member_tables text[] default null
) returns text
  language plpgsql volatile set search_path = pg_catalog, pg_temp
as $$
begin
  if pattern = 'carillon.presence' then
    if publish_roles is not null then
      raise exception 'carillon.presence has no events: nobody publishes to it' using errcode = 'CA001', hint = 'Leave publish_roles out.';
    end if;
  elsif starts_with(pattern, 'carillon.') then
    raise exception 'channels that begin with carillon. are reserved' using errcode = 'CA001', hint = 'Choose another name.';
  end if;
  perform carillon.check_rule(pattern, members, member_tables);
  perform carillon.follow_members(member_tables);
  perform carillon.save_rule(pattern, subscribe_roles, publish_roles, members, member_tables);
  return format('%s: %s may subscribe, %s may publish%s', pattern,
    case when subscribe_roles is null then 'every member of the tenant' else array_to_string(subscribe_roles, ', ') end,
    case when publish_roles is null then 'nobody' else array_to_string(publish_roles, ', ') end,
    case when members is null then '' else ', if the members query says yes' end);
end
$$;
