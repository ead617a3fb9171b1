import { useEffect, useState } from "react";
import { stored } from "../session.ts";

export type Kind = "totem" | "display";

/** What a screen keeps: whose it is, and its key; no key where the tenant has public screens on. */
export interface Paired {
  tenant: string;
  key: string | null;
}

const slot = (kind: Kind) => `carillon.screen.${kind}`;

export function keptPairing(kind: Kind): Paired | null {
  try {
    return JSON.parse(stored(() => localStorage.getItem(slot(kind))) ?? "null") as Paired | null;
  } catch {
    return null;
  }
}

export function keepPairing(kind: Kind, paired: Paired | null): void {
  stored(() =>
    paired ? localStorage.setItem(slot(kind), JSON.stringify(paired)) : localStorage.removeItem(slot(kind)),
  );
}

export interface Begun {
  code: string;
  secret: string;
  url: string;
  ask_again: number;
}

const AGAIN = 5_000; // ms until a code is asked for again

/** A problem that the node told, by its code. */
class Refusal extends Error {
  constructor(
    readonly code: string | undefined,
    message: string,
  ) {
    super(message);
  }
}

async function post<Body>(path: string, body: unknown): Promise<Body> {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const value = (await answer.json().catch(() => ({}))) as Body & { code?: string; detail?: string };
  if (!answer.ok) throw new Refusal(value.code, value.detail ?? `the node answered ${answer.status}`);
  return value;
}

/** Asks for a code, and whether it is approved, until the node knows it no longer: by its clock, not by this device's. */
export function usePairing(kind: Kind, tenant: string, done: (paired: Paired) => void) {
  const [begun, set] = useState<Begun | null>(null);
  // What the node said; empty: nothing, it cannot be reached.
  const [failed, fail] = useState<string | null>(null);
  useEffect(() => {
    let gone = false;
    const pause = (ms: number) => new Promise(next => setTimeout(next, ms));
    let shown: Begun | null = null;
    const turn = async (): Promise<Paired | null> => {
      if (!shown) {
        const open = await fetch(`/api/queue?tenant=${encodeURIComponent(tenant)}`, { cache: "no-store" });
        if (open.ok) return { tenant, key: null };
        const name = `${kind} ${navigator.userAgent.match(/\(([^;)]+)/)?.[1] ?? ""}`.trim();
        shown = await post<Begun>("/api/queue/pairings", { tenant, kind, name });
        set(shown);
      }
      const { secret } = shown;
      const claimed = await post<{ device_key: string | null }>("/api/queue/pairings/claim", { tenant, secret });
      return claimed.device_key ? { tenant, key: claimed.device_key } : null;
    };
    const run = async () => {
      while (!gone) {
        try {
          const paired = await turn();
          if (gone) return;
          fail(null);
          if (paired) return done(paired);
        } catch (cause) {
          if (cause instanceof Refusal && cause.code === "pairing_missing") shown = null;
          else if (!gone) fail(cause instanceof Refusal ? cause.message : "");
        }
        await pause(shown ? shown.ask_again * 1000 : AGAIN);
      }
    };
    void run();
    return () => {
      gone = true;
    };
  }, [kind, tenant, done]);
  return { begun, failed };
}
