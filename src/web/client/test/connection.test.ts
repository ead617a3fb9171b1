import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { backoff } from "../src/backoff.ts";
import { type Carillon, connect } from "../src/client.ts";
import type { ConnectOptions, Failure, Status } from "../src/types.ts";
import { FakeBrowser, FakeNode, type FakeTab, jwt } from "./fakes.ts";

let node: FakeNode;
let tab: FakeTab;
const open: Carillon[] = [];

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  node = new FakeNode();
  tab = new FakeBrowser().tab(node);
});
afterEach(() => {
  for (const one of open.splice(0)) one.close();
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

function page(more: ConnectOptions = {}): Carillon {
  const carillon = connect(
    { token: () => jwt({ sub: "ana" }), tabs: false, transports: ["websocket"], onFailure: () => {}, ...more },
    tab.world,
  );
  open.push(carillon);
  return carillon;
}

function heardOn(carillon: Carillon, channel = "orders"): unknown[] {
  const heard: unknown[] = [];
  carillon.subscribe(channel, { events: events => heard.push(...events.map(event => event.data)) });
  return heard;
}

describe("attempts", () => {
  test("[C8] [E8] 1, 2, 4, 8, 16 s, then 30 s, each up to a quarter less", () => {
    const full = backoff({}, () => 0);
    const least = backoff({}, () => 1);
    expect([1, 2, 3, 4, 5, 6, 7, 100].map(full.wait)).toEqual([1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
    expect([1, 2, 6].map(least.wait)).toEqual([750, 1500, 22500]);
    expect(backoff({ min: 10, max: 50 }, () => 0).wait(4)).toBe(50);
  });

  test("[A2] connecting, connected; after a loss reconnecting, n of 10 with its time", async () => {
    const carillon = page();
    expect(carillon.status).toEqual({ state: "connecting" });
    await pass(20);
    expect(carillon.status).toEqual({ state: "connected", transport: "websocket" });
    node.stop();
    await pass(1);
    expect(carillon.status).toEqual({ state: "reconnecting", attempt: 1, of: 10, nextAt: Date.now() + 999 });
    await pass(1010);
    expect(carillon.status).toMatchObject({ state: "reconnecting", attempt: 2 });
    node.up = true;
    await pass(2100);
    expect(carillon.status.state).toBe("connected");
  });

  test("[C8] after ten failed attempts `failed` is shown, and attempts go on every 30 s, for ever", async () => {
    node.up = false;
    const carillon = page();
    await pass(10);
    for (let n = 2; n <= 10; n++) {
      expect(carillon.status).toMatchObject({ state: "reconnecting", attempt: n, of: 10 });
      const { nextAt } = carillon.status as Extract<Status, { state: "reconnecting" }>;
      await pass((nextAt as number) - Date.now() + 2);
    }
    expect(carillon.status).toMatchObject({ state: "failed", error: { code: "unreachable" } });
    const before = node.tries.length;
    await pass(600_000);
    expect(node.tries.length - before).toBeGreaterThanOrEqual(19);
    node.up = true;
    await pass(31_000);
    expect(carillon.status.state).toBe("connected");
  });

  test("[C8] Retry, coming online and being shown each try at once", async () => {
    node.up = false;
    const carillon = page();
    await pass(300_000);
    for (const push of [() => carillon.retry(), () => tab.fire("online"), () => tab.fire("visibilitychange")]) {
      const before = node.tries.length;
      push();
      await pass(5);
      expect(node.tries.length).toBe(before + 1);
    }
    node.up = true;
    carillon.retry();
    await pass(50);
    expect(carillon.status.state).toBe("connected");
  });

  test("[A2] offline is said; attempts made then do not count", async () => {
    const carillon = page();
    await pass(20);
    tab.online = false;
    tab.fire("offline");
    node.close(1006, "");
    await pass(60_000);
    expect(carillon.status).toEqual({ state: "offline" });
    tab.online = true;
    tab.fire("online");
    await pass(50);
    expect(carillon.status.state).toBe("connected");
  });

  test("[A2] [E4] offline leaves a connection that would stand without a sound, and what was missed comes afterwards", async () => {
    const carillon = page();
    const heard = heardOn(carillon);
    await pass(50);
    node.emit("orders", 1);
    await pass(10);
    tab.online = false;
    tab.fire("offline"); // the socket lives: nobody has closed it
    expect(carillon.status).toEqual({ state: "offline" });
    expect(node.sockets.size).toBe(0);
    node.emit("orders", 2);
    await pass(120_000);
    expect(carillon.status).toEqual({ state: "offline" });
    tab.online = true;
    tab.fire("online");
    await pass(50);
    expect(carillon.status.state).toBe("connected");
    expect(heard).toEqual([1, 2]);
  });

  test("[A2] [A4] polls that hang are left too; an offline event of a browser that has a network changes nothing", async () => {
    node.socketsBlocked = true;
    const carillon = page({ transports: ["websocket", "polling"] });
    const heard = heardOn(carillon);
    await pass(5_000);
    expect(carillon.status.state).toBe("polling");
    tab.fire("offline");
    expect(carillon.status.state).toBe("polling");
    tab.online = false;
    tab.fire("offline");
    expect(carillon.status).toEqual({ state: "offline" });
    node.emit("orders", 1);
    await pass(60_000);
    tab.online = true;
    tab.fire("online");
    await pass(40_000);
    expect(carillon.status.state).toBe("polling");
    expect(heard).toEqual([1]);
  });

  test("[F7] a drain is obeyed: the next connection at the time the node said, the old one until then", async () => {
    const carillon = page();
    const heard = heardOn(carillon);
    await pass(50);
    node.all({ push: "drain", reconnectIn: 5_000 });
    await pass(4_000);
    tab.fire("online");
    node.emit("orders", "on the old one");
    await pass(900);
    expect(node.tries).toHaveLength(1);
    await pass(200);
    expect(node.tries).toHaveLength(2);
    node.emit("orders", "on the new one");
    await pass(50);
    expect(heard).toEqual(["on the old one", "on the new one"]);
    expect(node.sockets.size).toBe(1);
    expect(carillon.status.state).toBe("connected");
  });

  test("what must be mended is said, and tried again quietly", async () => {
    const carillon = page();
    await pass(20);
    node.close(4104, "revoked");
    await pass(5);
    expect(carillon.status).toMatchObject({ state: "failed", error: { code: "revoked" } });
    await pass(31_000);
    expect(carillon.status.state).toBe("connected");
  });

  test("a page without a user is told so, and asked again", async () => {
    let token: string | null = null;
    const carillon = page({ token: () => token });
    await pass(20);
    expect(carillon.status).toMatchObject({ state: "failed", error: { code: "signed_out" } });
    token = jwt({ sub: "ana" });
    carillon.retry();
    await pass(50);
    expect(carillon.status.state).toBe("connected");
  });
});

describe("the status that is shown", () => {
  test("[C8] nothing flashes in a short gap; a long one is shown", async () => {
    const carillon = page();
    const shown: string[] = [];
    carillon.onCalmStatus(status => shown.push(status.state));
    await pass(50);
    node.close(1006, "");
    await pass(2_000);
    expect(shown).toEqual(["connected"]);
    node.stop();
    await pass(4_000);
    expect(shown.slice(0, 2)).toEqual(["connected", "reconnecting"]);
    node.up = true;
    await pass(10_000);
    expect(shown.at(-1)).toBe("connected");
  });
});

describe("recovery", () => {
  test("[A3] what was missed is told on return, in order, once", async () => {
    const carillon = page();
    const heard = heardOn(carillon);
    await pass(50);
    node.emit("orders", 1);
    await pass(5);
    node.stop();
    node.emit("orders", 2);
    node.emit("orders", 3);
    await pass(100);
    node.up = true;
    await pass(3_000);
    node.emit("orders", 4);
    await pass(50);
    expect(heard).toEqual([1, 2, 3, 4]);
  });

  test("[A3] a node that accepts and ends at once is not tried ever faster", async () => {
    const carillon = page();
    await pass(20);
    for (let n = 0; n < 4; n++) {
      node.close(1006, "");
      await pass(1_010);
    }
    expect(node.tries.length).toBeLessThanOrEqual(6);
    expect(carillon.status.state).toBe("connected");
  });

  test("[A4] polls take over where WebSockets are blocked, and hand back, without loss or repetition", async () => {
    node.socketsBlocked = true;
    const carillon = page({ transports: ["websocket", "polling"] });
    const heard = heardOn(carillon);
    await pass(200);
    expect(carillon.status).toEqual({ state: "polling" });
    for (let n = 0; n < 5; n++) {
      node.emit("orders", n);
      await pass(700);
    }
    node.socketsBlocked = false;
    await pass(20_000);
    expect(carillon.status.state).toBe("connected");
    node.emit("orders", 5);
    await pass(50);
    expect(heard).toEqual([0, 1, 2, 3, 4, 5]);
    const before = node.polls.length;
    await pass(60_000);
    expect(node.polls).toHaveLength(before);
  });

  test("[E8] attempts after 1, 2, 4 and 8 s; a page that only polls is never without a poll, and hears within 5 s", async () => {
    page();
    await pass(20);
    const before = node.tries.length;
    const times = [Date.now()];
    node.stop();
    await pass(15_500);
    times.push(...node.tries.slice(before));
    const waits = times.slice(1).map((time, n) => Math.round((time - (times[n] as number)) / 100) / 10);
    expect(waits).toEqual([1, 2, 4, 8]);
    for (const one of open.splice(0)) one.close();
    node.up = true;
    const polling = page({ transports: ["polling"] });
    const heard = heardOn(polling);
    await pass(200);
    for (let n = 0; n < 12; n++) {
      await pass(4_900);
      node.emit("orders", n);
      await pass(100);
      expect(polling.status).toEqual({ state: "polling" });
      expect(heard).toHaveLength(n + 1);
    }
  });

  test("[C8] when polls fail too, after WebSockets were blocked for long, the gap is a new one", async () => {
    node.socketsBlocked = true;
    const carillon = page({ transports: ["websocket", "polling"] });
    heardOn(carillon);
    await pass(600_000);
    expect(carillon.status).toEqual({ state: "polling" });
    node.up = false;
    await pass(500);
    expect(carillon.status).toMatchObject({ state: "reconnecting", attempt: 1 });
  });

  test("[A4] Retry-After is honoured, even when the page comes online", async () => {
    node.socketsBlocked = true;
    node.answers.push(Response.json({ code: "unavailable" }, { status: 503, headers: { "Retry-After": "7" } }));
    const carillon = page({ transports: ["polling"] });
    heardOn(carillon);
    await pass(100);
    expect(node.polls).toHaveLength(1);
    tab.fire("online");
    await pass(6_500);
    expect(node.polls).toHaveLength(1);
    await pass(1_000);
    expect(node.polls.length).toBeGreaterThan(1);
  });

  test("a connection that has fallen silent is noticed", async () => {
    const carillon = page();
    await pass(50);
    node.silent = true;
    await pass(45_000);
    expect(carillon.status.state).not.toBe("connected");
    node.silent = false;
    await pass(20_000);
    expect(carillon.status.state).toBe("connected");
  });

  test("a machine that slept looks at once", async () => {
    const carillon = page();
    await pass(50);
    node.silent = true;
    vi.setSystemTime(Date.now() + 20 * 60_000);
    await pass(5_000 + 4_100);
    expect(carillon.status.state).toBe("reconnecting");
    node.silent = false;
    await pass(12_000);
    expect(node.tries).toHaveLength(2);
    expect(carillon.status.state).toBe("connected");
  });
});

describe("tokens", () => {
  test("[F5] a new one is asked for before the old one ends, on the same connection", async () => {
    const asked: string[] = [];
    node.lifetime = 100_000;
    page({
      token: why => {
        asked.push(why);
        return jwt({ sub: "ana", n: asked.length });
      },
    });
    await pass(81_000);
    expect(asked).toEqual(["start", "refresh"]);
    expect(node.commands.map(it => it.command)).toContain("refresh");
    expect(node.tries).toHaveLength(1);
  });

  test("[F5] a clock that is ahead by more than a token's life does not ask for one after the other", async () => {
    const asked: string[] = [];
    node.lifetime = -600_000; // as this page's clock has it
    const carillon = page({
      token: why => {
        asked.push(why);
        return jwt({ sub: "ana" });
      },
    });
    await pass(60_000);
    expect(asked.slice(0, 2)).toEqual(["start", "refresh"]);
    expect(asked.length).toBeLessThanOrEqual(3);
    expect(carillon.status.state).toBe("connected");
  });

  test("[A5] one that was refused is asked for again at once; then it is said", async () => {
    const asked: string[] = [];
    node.refuseToken = "bad";
    const carillon = page({
      token: why => {
        asked.push(why);
        return "bad";
      },
    });
    await pass(100);
    expect(asked).toEqual(["start", "refused"]);
    expect(carillon.status).toMatchObject({ state: "failed", error: { code: "unauthenticated" } });
    node.refuseToken = null;
    await pass(31_000);
    expect(carillon.status.state).toBe("connected");
  });

  test.each([["websocket"], ["polling"]] as const)(
    "[C8] Retry after an outage comes with the token that nobody refused: over %s",
    async transport => {
      const asked: string[] = [];
      const carillon = page({
        transports: [transport],
        token: why => {
          asked.push(why);
          return why === "refused" ? null : jwt({ sub: "ana" });
        },
      });
      heardOn(carillon);
      await pass(50);
      node.stop();
      await pass(300_000);
      expect(carillon.status.state).toBe("failed");
      node.up = true;
      carillon.retry();
      await pass(50);
      expect(carillon.status.state).toMatch(/connected|polling/);
      expect(asked).toEqual(["start"]);
    },
  );

  test("[A5] Retry after one was revoked comes with another", async () => {
    const asked: string[] = [];
    const carillon = page({
      token: why => {
        asked.push(why);
        return why === "start" ? "revoked" : "other";
      },
    });
    await pass(50);
    node.refuseToken = "revoked";
    node.close(4104, "revoked");
    await pass(50);
    expect(carillon.status).toMatchObject({ state: "failed", error: { code: "revoked" } });
    carillon.retry();
    await pass(50);
    expect(carillon.status.state).toBe("connected");
    expect(asked).toEqual(["start", "refused"]);
  });

  test("a callback that throws is a failure, not an exception, and is called again", async () => {
    const failures: Failure[] = [];
    let broken = true;
    const carillon = page({
      onFailure: failure => failures.push(failure),
      token: () => {
        if (broken) throw new Error("no network");
        return jwt({ sub: "ana" });
      },
    });
    await pass(500);
    expect(carillon.status).toMatchObject({ state: "reconnecting" });
    broken = false;
    await pass(10_000);
    expect(carillon.status.state).toBe("connected");
  });
});
