import type { Carillon, CarillonEvent, Undo } from "@carillon/client";
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { useCarillon } from "./provider.tsx";

export interface Typer {
  readonly user: string;
  readonly name: string;
}

interface TypingData {
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
    void this.client.publish(this.channel, "typing.start", this.data);
  };

  /** The message was sent, or thrown away. */
  readonly stop = (): void => {
    clearTimeout(this.idle);
    if (this.toldAt === Number.NEGATIVE_INFINITY) return;
    this.toldAt = Number.NEGATIVE_INFINITY;
    void this.client.publish(this.channel, "typing.stop", this.data);
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

  private hear({ type, actor, data }: CarillonEvent<string, TypingData>): void {
    if (!actor || actor === this.me) return;
    if (type === "typing.start") {
      clearTimeout(this.until.get(actor)?.timer);
      const typer = { user: actor, name: data?.userName ?? actor };
      this.until.set(actor, { typer, timer: setTimeout(() => this.forget(actor), GONE) });
      this.show();
    } else if (type === "typing.stop" || type.startsWith("message.")) this.forget(actor);
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

/** @param me this user's id, who is not listed */
export function useTyping(channel: string | null, data: Record<string, unknown> = {}, me: string | null = null) {
  const client = useCarillon();
  const said = JSON.stringify(data);
  const [typing, set] = useState<Typing | null>(null);
  useEffect(() => {
    if (channel === null) return;
    const made = new Typing(client, channel, JSON.parse(said), me);
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
