import type { CarillonEvent, Failure, Follower, Roster } from "@carillon/client";
import { useEffect, useRef, useState } from "react";
import { useCarillon } from "./provider.tsx";

export interface ChannelState {
  /** What is committed from now on will be told. */
  readonly following: boolean;
  /** Not allowed, or not any longer. */
  readonly error: Failure | null;
}

const OUTSIDE: ChannelState = { following: false, error: null };

/** Follows a channel while the component is there; null: none. Handlers may change with each render. */
export function useChannel<Event extends CarillonEvent = CarillonEvent>(
  channel: string | null,
  follower: Follower<Event>,
): ChannelState {
  const client = useCarillon();
  const [state, setState] = useState(OUTSIDE);
  const latest = useRef(follower);
  useEffect(() => {
    latest.current = follower;
  });
  const reads = follower.load !== undefined;
  useEffect(() => {
    setState(OUTSIDE);
    if (channel === null) return;
    return client.subscribe<Event>(channel, {
      ...(reads && { load: why => latest.current.load?.(why) ?? null }),
      events: (events, from) => latest.current.events?.(events, from),
      following: from => {
        setState({ following: true, error: null });
        latest.current.following?.(from);
      },
      reset: (reason, from) => {
        setState(OUTSIDE);
        latest.current.reset?.(reason, from);
      },
      ended: (error, from) => {
        setState({ following: false, error });
        latest.current.ended?.(error, from);
      },
    });
  }, [client, channel, reads]);
  return state;
}

/** Who is in a channel, while the component is there; null until it is known. */
export function usePresence(channel: string | null): Roster | null {
  const client = useCarillon();
  const [roster, setRoster] = useState<Roster | null>(null);
  useEffect(() => {
    setRoster(null);
    return channel === null ? undefined : client.presence(channel, setRoster);
  }, [client, channel]);
  return roster;
}
