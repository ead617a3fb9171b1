// The real node and the door by which its scenery is moved.

import { WebSocket } from "ws";
import { connect } from "../src/client.ts";
import type { ConnectOptions, Status, TransportKind } from "../src/types.ts";
import { browser, type World } from "../src/world.ts";

const door = process.env.CARILLON_STAGE ?? "";

async function at(path: string, body = ""): Promise<string> {
  const answer = await fetch(door + path, { method: "POST", body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}

const port = await at("/port");
export const url = `http://localhost:${port}`;

export const stage = {
  sql: (statement: string) => at("/sql", statement),
  ask: (statement: string) => at("/ask", statement),
  stop: () => at("/stop"),
  start: () => at("/start"),
  connections: async () => Number(await at("/connections")),
  emit: (channel: string, data: unknown, type = "stage.said") =>
    at("/sql", `select carillon.emit('acme', '${channel}', '${type}', '${JSON.stringify(data)}')`),
  cursor: () => at("/ask", "select carillon.cursor()"),
};

export async function token(user = "ana"): Promise<string> {
  const answer = await fetch(`${url}/api/demo/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ user }),
  });
  return ((await answer.json()) as { token: string }).token;
}

/** A browser's world in Node, whose WebSockets can be blocked as by a proxy. */
export function world(): World & { blocked: boolean; sockets: Set<WebSocket> } {
  const sockets = new Set<WebSocket>();
  const made = { ...browser(), blocked: false, sockets };
  delete made.locks;
  delete made.BroadcastChannel;
  made.WebSocket = class {
    constructor(address: string) {
      const socket = new WebSocket(made.blocked ? "ws://localhost:1/" : address);
      sockets.add(socket);
      // biome-ignore lint/correctness/noConstructorReturn: stands in for the browser's
      return socket as never;
    }
  } as never;
  return made;
}

export const quick = { min: 50, max: 300 };

export function page(transports: readonly TransportKind[], more: ConnectOptions = {}, its: World = world()) {
  return connect({ url, token: () => token(), transports, backoff: quick, ...more }, its);
}

/** Returns when it is so; whoever waits in vain is stopped by the test's timeout. */
export async function until(so: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await so())) await new Promise(done => setTimeout(done, 5));
}

export const reaches = (carillon: { status: Status }, state: Status["state"]) =>
  until(() => carillon.status.state === state);
