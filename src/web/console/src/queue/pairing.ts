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
  expires_at: string;
  ask_again: number;
}

async function post<Body>(path: string, body: unknown): Promise<Body> {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const value = (await answer.json().catch(() => ({}))) as Body & { detail?: string };
  if (!answer.ok) throw new Error(value.detail ?? `the node answered ${answer.status}`);
  return value;
}

/** Asks for a code until it is approved; another one when it has run out. */
export function usePairing(kind: Kind, tenant: string, done: (paired: Paired) => void) {
  const [begun, set] = useState<Begun | null>(null);
  const [failed, fail] = useState<string | null>(null);
  useEffect(() => {
    let gone = false;
    const pause = (ms: number) => new Promise(next => setTimeout(next, ms));
    const pair = async () => {
      const open = await fetch(`/api/queue?tenant=${encodeURIComponent(tenant)}`, { cache: "no-store" });
      if (open.ok) return { tenant, key: null };
      const name = `${kind} ${navigator.userAgent.match(/\(([^;)]+)/)?.[1] ?? ""}`.trim();
      const fresh = await post<Begun>("/api/queue/pairings", { tenant, kind, name });
      if (gone) return null;
      set(fresh);
      fail(null);
      while (!gone && Date.now() < Date.parse(fresh.expires_at)) {
        const claimed = await post<{ status: string; device_key: string | null }>("/api/queue/pairings/claim", {
          tenant,
          secret: fresh.secret,
        });
        if (claimed.device_key) return { tenant, key: claimed.device_key };
        await pause(fresh.ask_again * 1000);
      }
      return null;
    };
    const run = async () => {
      while (!gone) {
        try {
          const paired = await pair();
          if (paired && !gone) return done(paired);
        } catch (cause) {
          if (!gone) fail((cause as Error).message);
          await pause(5_000);
        }
      }
    };
    void run();
    return () => {
      gone = true;
    };
  }, [kind, tenant, done]);
  return { begun, failed };
}
