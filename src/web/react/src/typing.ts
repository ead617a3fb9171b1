import type { Carillon, CarillonEvent, Undo } from "@carillon/client";
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useCarillon } from "./provider.tsx";

export interface Typer {
  readonly user: string;
  readonly name: string;
}

interface TypingData {
  userId?: string;
  userName?: string;
  [other: string]: unknown;
}

const AGAIN = 3_000; // ms between two tellings that one types
const IDLE = 4_000; // ms without a key, after which one has stopped
const GONE = 7_000; // ms after which somebody else is taken to have stopped

/** Who types in a channel, and telling that oneself does: seldom, and the end by itself. Knows no React. */
export class Typing {
  typers: readonly Typer[] = [];
  private readonly until = new Map<string, { typer: Typer; timer: ReturnType<typeof setTimeout> }>();
  private readonly hearing = new Set<() => void>();
  private toldAt = Number.NEGATIVE_INFINITY;
  private idle: ReturnType<typeof setTimeout> | undefined;
  private readonly undo: Undo;

  constructor(
    private readonly client: Carillon,
    private readonly channel: string,
    private readonly data: Record<string, unknown>,
    private readonly me: string | null,
    private readonly instead: (on: boolean) => unknown = () => {},
  ) {
    this.undo = client.subscribe<CarillonEvent<string, TypingData>>(channel, {
      events: events => events.forEach(event => void this.hear(event)),
    });
  }

  /** A key was pressed. */
  readonly type = (): void => {
    clearTimeout(this.idle);
    this.idle = setTimeout(this.stop, IDLE);
    if (Date.now() - this.toldAt < AGAIN) return;
    this.toldAt = Date.now();
    this.tell("typing.start");
  };

  /** The message was sent, or thrown away. */
  readonly stop = (): void => {
    clearTimeout(this.idle);
    if (this.toldAt === Number.NEGATIVE_INFINITY) return;
    this.toldAt = Number.NEGATIVE_INFINITY;
    this.tell("typing.stop");
  };

  readonly subscribe = (hear: () => void): Undo => {
    this.hearing.add(hear);
    return () => this.hearing.delete(hear);
  };

  close(): void {
    this.stop();
    this.undo();
    for (const { timer } of this.until.values()) clearTimeout(timer);
  }

  private tell(type: "typing.start" | "typing.stop"): void {
    void this.client
      .publish(this.channel, type, this.data)
      .then(({ ok }) => ok || this.instead(type === "typing.start"));
  }

  private hear({ type, actor, data }: CarillonEvent<string, TypingData>): void {
    const user = type.startsWith("typing.") ? (data?.userId ?? actor) : actor;
    if (!user || user === this.me) return;
    if (type === "typing.start") {
      clearTimeout(this.until.get(user)?.timer);
      const typer = { user, name: data?.userName ?? user };
      this.until.set(user, { typer, timer: setTimeout(() => this.forget(user), GONE) });
      this.show();
    } else if (type === "typing.stop" || type === "message.created") this.forget(user);
  }

  private forget(user: string): void {
    clearTimeout(this.until.get(user)?.timer);
    if (this.until.delete(user)) this.show();
  }

  private show(): void {
    this.typers = [...this.until.values()].map(({ typer }) => typer);
    for (const hear of [...this.hearing]) hear();
  }
}

const NOBODY: readonly Typer[] = [];
const still = () => () => {};

/**
 * @param me this user's id, who is not listed
 * @param instead tells it another way when it cannot be published, as without a WebSocket
 */
export function useTyping(
  channel: string | null,
  data: Record<string, unknown> = {},
  me: string | null = null,
  instead: (on: boolean) => unknown = () => {},
) {
  const client = useCarillon();
  const said = JSON.stringify(data);
  const latest = useRef(instead);
  latest.current = instead;
  const [typing, set] = useState<Typing | null>(null);
  useEffect(() => {
    if (channel === null) return;
    const made = new Typing(client, channel, JSON.parse(said), me, on => latest.current(on));
    set(made);
    return () => {
      made.close();
      set(null);
    };
  }, [client, channel, said, me]);
  const typers = useSyncExternalStore(
    typing?.subscribe ?? still,
    () => typing?.typers ?? NOBODY,
    () => NOBODY,
  );
  return {
    typers,
    type: useCallback(() => typing?.type(), [typing]),
    stop: useCallback(() => typing?.stop(), [typing]),
  };
}
