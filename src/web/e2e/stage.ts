// The real node, the door by which its scenery is moved, Chromium, and a proxy between the two.

import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

// One for each file that runs at the same time.
const doors = (process.env.CARILLON_STAGE ?? "").split(" ");
const door = doors[(Number(process.env.VITEST_POOL_ID ?? 1) - 1) % doors.length] as string;

async function at(path: string, body = ""): Promise<string> {
  const answer = await fetch(door + path, { method: "POST", body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}

export const nodePort = Number(await at("/port"));

export const stage = {
  sql: (statement: string) => at("/sql", statement),
  ask: (statement: string) => at("/ask", statement),
  stop: () => at("/stop"),
  start: () => at("/start"),
  /** A token of a member of acme that is good for so many seconds. */
  token: (user: string, seconds: number) => at("/token", `${user} ${seconds}`),
  connections: async () => Number(await at("/connections")),
  emit: (channel: string, data: unknown) =>
    at("/sql", `select carillon.emit('acme', '${channel}', 'stage.said', '${JSON.stringify(data)}')`),
};

export function launch(): Promise<Browser> {
  const args = "--disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update";
  return chromium.launch({
    executablePath: fileURLToPath(new URL("chromium", import.meta.url)),
    headless: true,
    args: ["--no-sandbox", "--disable-sync", ...args.split(" ")],
  });
}

/**
 * Serves `/page` and passes everything else on to the node; may refuse WebSockets, or everything, or let connections die
 * without a sound.
 */
export class Gateway {
  /** What becomes of the console's page and service worker on their way. */
  rewrite: ((path: string, text: string) => string) | null = null;
  socketsBlocked = false;
  /** WebSockets are neither made nor refused, until `refuse`. */
  socketsHeld = false;
  streamsBlocked = false;
  down = false;
  html = readFileSync(new URL("page.html", import.meta.url), "utf8");
  private readonly server: Server;
  private readonly open = new Set<Socket>();

  constructor() {
    this.server = createServer((incoming, outgoing) => {
      if (incoming.url?.startsWith("/page")) {
        outgoing.setHeader("Content-Type", "text/html");
        outgoing.end(this.html);
        return;
      }
      if (incoming.url?.startsWith("/hang")) {
        this.hanging.add(outgoing);
        return;
      }
      const { method, url, headers } = incoming;
      if (this.rewrite && (url === "/sw.js" || /^\/(\?|$)/.test(url ?? ""))) {
        void this.rewritten(url as string, this.rewrite, outgoing);
        return;
      }
      if (this.streamsBlocked && headers.accept?.includes("event-stream")) {
        outgoing.destroy();
        return;
      }
      const onward = request({ port: nodePort, host: "localhost", method, path: url, headers }, answer => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      onward.on("error", () => outgoing.destroy());
      outgoing.on("close", () => onward.destroy());
      incoming.pipe(onward);
    });
    this.server.on("connection", socket => {
      if (this.down) socket.destroy();
      this.open.add(socket);
      socket.on("close", () => this.open.delete(socket));
    });
    this.server.on("upgrade", (incoming, socket) => this.upgrade(incoming, socket as Socket));
  }

  async start(): Promise<this> {
    await new Promise<void>(done => this.server.listen(0, "localhost", done));
    return this;
  }

  get origin(): string {
    return `http://localhost:${(this.server.address() as AddressInfo).port}`;
  }

  /** Blocks WebSockets from now on, also those that were held. */
  refuse(): void {
    this.socketsBlocked = true;
    this.socketsHeld = false;
    for (const socket of this.held.splice(0)) forbid(socket);
  }

  /** Answers whoever asked for `/hang`. */
  answer(): void {
    for (const one of this.hanging) one.end();
    this.hanging.clear();
  }

  /** Ends every connection, as a proxy does that is told to block them. */
  cut(): void {
    for (const socket of this.open) socket.destroy();
  }

  /** No byte passes any longer on the WebSockets that stand, and neither side is told. */
  hush(): void {
    this.hushed = new Set(this.tunnels);
    for (const socket of this.tunnels) socket.unpipe().pause();
  }

  private readonly tunnels = new Set<Socket>();
  private hushed = new Set<Socket>();
  private readonly held: Socket[] = [];
  private readonly hanging = new Set<ServerResponse>();

  private async rewritten(url: string, rewrite: (path: string, text: string) => string, outgoing: ServerResponse) {
    const answer = await fetch(`http://localhost:${nodePort}${url}`);
    outgoing.setHeader("Content-Type", answer.headers.get("Content-Type") ?? "");
    outgoing.setHeader("Cache-Control", "no-cache");
    outgoing.end(rewrite(url, await answer.text()));
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  private upgrade(incoming: IncomingMessage, socket: Socket): void {
    if (this.socketsHeld) {
      socket.on("error", () => {}); // whoever gave up
      this.held.push(socket);
      return;
    }
    if (this.socketsBlocked) return forbid(socket);
    const onward = connect(nodePort, "localhost", () => {
      const lines = [`GET ${incoming.url} HTTP/1.1`];
      for (let n = 0; n < incoming.rawHeaders.length; n += 2) {
        lines.push(`${incoming.rawHeaders[n]}: ${incoming.rawHeaders[n + 1]}`);
      }
      onward.write(`${lines.join("\r\n")}\r\n\r\n`);
      onward.pipe(socket);
      socket.pipe(onward);
    });
    this.open.add(onward);
    for (const [one, other] of [
      [onward, socket],
      [socket, onward],
    ] as const) {
      this.tunnels.add(one);
      one.on("error", () => {}); // the close says it
      one.on("close", () => {
        this.open.delete(one);
        this.tunnels.delete(one);
        if (!this.hushed.has(one)) other.destroy();
      });
    }
  }
}

function forbid(socket: Socket): void {
  socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n");
}

/** What `page.html` leaves in its window. */
interface Window {
  heard: unknown[];
  states: string[];
  carillon: {
    status: { state: string; transport?: string };
    pending: unknown[];
    retry(): void;
    close(): void;
    write(request: object): { ref: string };
  };
}

export const open = async (context: BrowserContext, origin: string, query = ""): Promise<Page> => {
  const page = await context.newPage();
  await page.goto(`${origin}/page?${query}`);
  return page;
};

export const heard = (page: Page) => page.evaluate(() => (window as unknown as Window).heard);
export const states = (page: Page) => page.evaluate(() => (window as unknown as Window).states);
export const retry = (page: Page) => page.evaluate(() => (window as unknown as Window).carillon.retry());
export const pending = (page: Page) => page.evaluate(() => (window as unknown as Window).carillon.pending.length);
export const write = (page: Page, text: string) =>
  page.evaluate(
    said => void (window as unknown as Window).carillon.write({ path: "/api/demo/notes", body: { text: said } }),
    text,
  );

export const reaches = (page: Page, state: string, transport?: string) =>
  page.waitForFunction(
    ([wanted, way]) => {
      const { status } = (window as unknown as Window).carillon ?? { status: { state: "" } };
      return status.state === wanted && (way === undefined || status.transport === way);
    },
    [state, transport] as const,
  );

export const hears = (page: Page, data: unknown) =>
  page.waitForFunction(
    wanted => ((window as unknown as Window).heard ?? []).some(one => JSON.stringify(one) === wanted),
    JSON.stringify(data),
  );

/** The page's clocks run so many times as fast: what waits for seconds is not worth the wait here. */
export const hurry = (context: BrowserContext, times: number) =>
  context.addInitScript(by => {
    const { setTimeout: once, setInterval: again } = window;
    Object.assign(window, {
      setTimeout: (work: TimerHandler, ms = 0) => once(work, ms / by),
      setInterval: (work: TimerHandler, ms = 0) => again(work, ms / by),
    });
  }, times);

/** Returns when it is so; whoever waits in vain is stopped by the test's timeout. */
export async function until(so: () => Promise<boolean>): Promise<void> {
  while (!(await so())) await new Promise(done => setTimeout(done, 20));
}
