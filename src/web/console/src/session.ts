// Who is signed in, in this tab: a demo user of a node in development, or whoever a pasted token says.

import { browser, type Carillon, connect, type TokenReason } from "@carillon/client";

export interface DemoUser {
  user: string;
  name: string;
  tenant: string;
  roles: string[];
}

/** Who the node takes the caller for: `GET /api/me`. */
export interface Me extends DemoUser {
  expiresAt: string;
  oversees: "nothing" | "tenant" | "all";
}

export type Credential = { kind: "demo"; user: string } | { kind: "token"; token: string };

const KEY = "carillon.session";

function parsed(text: string | null): Credential | null {
  try {
    return text === null ? null : (JSON.parse(text) as Credential);
  } catch {
    return null;
  }
}

/** `?user=ben` opens a tab as a demo user; a tab keeps its own; a new one begins as the last demo user. */
export function remembered(): Credential | null {
  const user = new URLSearchParams(location.search).get("user");
  if (user !== null) {
    const credential: Credential = { kind: "demo", user };
    remember(credential);
    history.replaceState(null, "", location.pathname + location.hash);
    return credential;
  }
  return parsed(stored(() => sessionStorage.getItem(KEY))) ?? parsed(stored(() => localStorage.getItem(KEY)));
}

/** A token is kept for this tab only, and not beyond its end. */
export function remember(credential: Credential | null): void {
  stored(() => {
    if (credential === null) {
      sessionStorage.removeItem(TOKEN);
      sessionStorage.removeItem(KEY);
      localStorage.removeItem(KEY);
      return null;
    }
    const text = JSON.stringify(credential);
    sessionStorage.setItem(KEY, text);
    if (credential.kind === "demo") localStorage.setItem(KEY, text);
    return null;
  });
}

export function stored<Value>(work: () => Value): Value | null {
  try {
    return work();
  } catch {
    return null; // storage is forbidden here
  }
}

/** Null: this node has no demo users, or cannot be reached (`undefined`). */
export async function demoUsers(): Promise<DemoUser[] | null | undefined> {
  try {
    const answer = await fetch("/api/demo/users", { cache: "no-store" });
    if (answer.ok) return (await answer.json()) as DemoUser[];
    return answer.status < 500 ? null : undefined;
  } catch {
    return undefined;
  }
}

/** The token of a credential; null when it gives none any longer. Throws when the node cannot be asked. */
export function tokens(credential: Credential): (why: TokenReason) => Promise<string | null> {
  if (credential.kind === "token") {
    return async why => (why === "start" || why === "refresh" ? credential.token : null);
  }
  let last = keptToken(credential.user);
  return async why => {
    if (last && why === "start" && last.until > Date.now() + 60_000) return last.token;
    try {
      last = await demoToken(credential.user);
    } catch (cause) {
      // Over or not, it says who this is: what waits to be sent is shown, and sent when the node can be asked.
      if (last && why === "start") return last.token;
      throw cause;
    }
    stored(() => sessionStorage.setItem(TOKEN, JSON.stringify(last)));
    return last?.token ?? null;
  };
}

const TOKEN = "carillon.token";

interface DemoToken {
  user: string;
  token: string;
  until: number;
}

/** Null: there is no such user any longer. */
async function demoToken(user: string): Promise<DemoToken | null> {
  const answer = await fetch("/api/demo/token", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ user }),
  });
  if (answer.status === 404 || answer.status === 401) return null;
  if (!answer.ok) throw new Error(`the node answered ${answer.status}`);
  const { token, expiresAt } = (await answer.json()) as { token: string; expiresAt: string };
  return { user, token, until: Date.parse(expiresAt) };
}

/** It outlives a reload, as the connection's name does: without a network no other can be had. */
function keptToken(user: string): DemoToken | null {
  try {
    const kept = JSON.parse(stored(() => sessionStorage.getItem(TOKEN)) ?? "null") as DemoToken | null;
    return kept?.user === user ? kept : null;
  } catch {
    return null;
  }
}

/** The connection of a person. */
export function open(credential: Credential): Carillon {
  const backoff = (window as { carillonBackoff?: { min?: number; max?: number } }).carillonBackoff;
  const client = connect(
    {
      token: tokens(credential),
      url: location.origin,
      onFailure: failure => console.info(`carillon: ${failure.code}: ${failure.message}`),
      ...(backoff && { backoff, patience: 300 }),
    },
    browser(),
  );
  Object.assign(window, { carillon: client });
  return client;
}
