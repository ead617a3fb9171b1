import type { Credential } from "./credentials.ts";
import type { Group } from "./positions.ts";

/** Servers and proxies cut request lines; what does not fit goes into a further request. */
const LONGEST = 3_000;

/** How many of these names one address can say; of a name with a comma none: it waits for a WebSocket. */
export function sayable(channels: readonly string[]): string[] {
  let length = 0;
  return channels.filter(channel => {
    const more = encodeURIComponent(channel).length + 3;
    if (channel.includes(",") || (length > 0 && length + more > LONGEST)) return false;
    length += more;
    return true;
  });
}

export function eventsRequest(
  url: string,
  group: Group,
  credential: Extract<Credential, { kind: "token" | "ticket" }>,
  accept: string,
  more: Record<string, string>,
): [string, RequestInit] {
  const address = new URL("/events", url);
  const query = {
    channels: group.channels.join(","),
    ...(group.cursor === null ? {} : { cursor: group.cursor }),
    ...more,
  };
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  const headers: Record<string, string> = { Accept: accept };
  if (credential.kind === "token") headers.Authorization = `Bearer ${credential.token}`;
  else address.searchParams.set("ticket", credential.ticket);
  return [address.href, { headers, cache: "no-store", credentials: "omit" }];
}
