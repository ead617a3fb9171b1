// Pages that stay open while a cluster is broken, and how much of their time they had a path: `node pages.js`, told what
// to open by one line of JSON on standard input, asked by further lines; each is answered by one line of JSON.
//
// A page has a path while it is connected or polling, by its own status. A connection on which nothing was heard for
// longer than `quiet` says so without having one, so what goes beyond is taken off again.

import { createInterface } from "node:readline";
import { WebSocket } from "ws";
import { browser, connect } from "../dist/index.js";

const POLL = 22_000; // ms that a poll may be silent: the client has it wait 20 s

const now = () => performance.now();

class Page {
  constructor({ url, token, channel, kind, quiet }) {
    this.kind = kind;
    this.quiet = quiet;
    this.opened = now();
    this.connecting = null;
    this.with = 0;
    this.without = 0;
    this.longest = 0;
    this.losses = 0;
    this.state = "connecting";
    this.since = this.opened;
    this.heardAt = this.opened;
    const world = { ...browser(), WebSocket: this.sockets(kind), fetch: this.fetches() };
    delete world.locks;
    delete world.BroadcastChannel;
    this.carillon = connect({ url, token: () => token, tabs: false, onFailure() {} }, world);
    this.carillon.onStatus(status => {
      process.stderr.write(`${Math.round(now())} ${kind} ${JSON.stringify(status)}\n`);
      this.became(status.state);
    });
    this.carillon.subscribe(channel, { events() {}, reset() {} });
  }

  get has() {
    return this.state === "connected" || this.state === "polling";
  }

  heard() {
    const at = now();
    this.doubt(at);
    this.heardAt = at;
  }

  /** Silent for too long: what seemed to be a path was none. */
  doubt(at) {
    const last = this.heardAt + (this.state === "polling" ? POLL : this.quiet);
    const silent = at - last;
    if (!this.has || silent <= 0) return;
    const ms = Math.min(silent, at - this.since);
    if (this.since <= last) this.losses++;
    this.with += at - this.since - ms;
    this.without += ms;
    this.longest = Math.max(this.longest, silent);
    this.since = at;
  }

  became(state) {
    const at = now();
    const had = this.has;
    if (had) this.heard();
    this.passed(at);
    this.state = state;
    if (!this.has) {
      if (had) {
        this.losses++;
        this.lostAt = at;
      }
      return;
    }
    if (this.connecting === null) this.connecting = at - this.opened;
    else if (!had) this.longest = Math.max(this.longest, at - this.lostAt);
    if (!had) this.heardAt = at;
  }

  passed(at) {
    if (this.connecting !== null) {
      if (this.has) this.with += at - this.since;
      else this.without += at - this.since;
    }
    this.since = at;
  }

  told() {
    const at = now();
    this.doubt(at);
    this.passed(at);
    const { kind, connecting, losses } = this;
    const longest = this.has || this.lostAt === undefined ? this.longest : Math.max(this.longest, at - this.lostAt);
    return { kind, connecting: connecting ?? -1, with: this.with, without: this.without, longest, losses };
  }

  sockets(kind) {
    const page = this;
    return class {
      constructor(address) {
        const socket = new WebSocket(kind === "blocked" ? "ws://127.0.0.1:1/" : address);
        for (const sign of ["open", "message", "ping", "pong"]) socket.on(sign, () => page.heard());
        // biome-ignore lint/correctness/noConstructorReturn: stands in for the browser's
        return socket;
      }
    };
  }

  fetches() {
    return async (address, init) => {
      const answer = await fetch(address, init);
      if (answer.ok) this.heard();
      if (!answer.body) return answer;
      const heard = new TransformStream({
        transform: (chunk, controller) => {
          if (answer.ok) this.heard();
          controller.enqueue(chunk);
        },
      });
      return new Response(answer.body.pipeThrough(heard), { status: answer.status, headers: answer.headers });
    };
  }
}

let pages = [];
for await (const line of createInterface({ input: process.stdin })) {
  const { open } = JSON.parse(line);
  if (open) pages = open.map(page => new Page(page));
  process.stdout.write(`${JSON.stringify({ pages: pages.map(page => page.told()) })}\n`);
}
process.exit(0);
