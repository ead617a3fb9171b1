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
  return useChannels(channel === null ? NONE : [channel], follower);
}

const NONE: readonly string[] = [];

/** Several channels as one: it is followed when each is that may be; it is refused when all are. */
export function useChannels<Event extends CarillonEvent = CarillonEvent>(
  channels: readonly string[],
  follower: Follower<Event>,
): ChannelState {
  const client = useCarillon();
  const [states, setStates] = useState<ReadonlyMap<string, ChannelState>>(new Map());
  const latest = useRef(follower);
  useEffect(() => {
    latest.current = follower;
  });
  const reads = follower.load !== undefined;
  const names = JSON.stringify(channels);
  useEffect(() => {
    setStates(new Map());
    const set = (channel: string, state: ChannelState) => setStates(known => new Map(known).set(channel, state));
    const undo = (JSON.parse(names) as string[]).map(channel =>
      client.subscribe<Event>(channel, {
        ...(reads && { load: why => latest.current.load?.(why) ?? null }),
        events: (events, from) => latest.current.events?.(events, from),
        following: from => {
          set(from, { following: true, error: null });
          latest.current.following?.(from);
        },
        reset: (reason, from) => {
          set(from, OUTSIDE);
          latest.current.reset?.(reason, from);
        },
        ended: (error, from) => {
          set(from, { following: false, error });
          latest.current.ended?.(error, from);
        },
      }),
    );
    return () => {
      for (const one of undo) one();
    };
  }, [client, names, reads]);
  const known = channels.map(channel => states.get(channel) ?? OUTSIDE);
  const open = known.filter(({ error }) => error === null);
  return {
    following: open.length > 0 && open.every(({ following }) => following),
    error: open.length === 0 ? (known[0]?.error ?? null) : null,
  };
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
