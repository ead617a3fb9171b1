import { afterEach, describe, expect, test } from "vitest";
import type { Carillon } from "../src/client.ts";
import type { CarillonEvent, TransportKind } from "../src/types.ts";
import { page, reaches, stage, token, until, url, world } from "./stage.ts";

const open: Carillon[] = [];
const opened = (carillon: Carillon) => {
  open.push(carillon);
  return carillon;
};
afterEach(async () => {
  for (const one of open.splice(0)) one.close();
  await stage.start();
});

const WAYS: [string, TransportKind[]][] = [
  ["WebSocket", ["websocket"]],
  ["event stream", ["sse"]],
  ["polls", ["polling"]],
];

describe.each(WAYS)("over %s", (_, transports) => {
  test("[A2] [A3] what is written is heard, in order, once, from the cursor of the read", async () => {
    const cursor = await stage.cursor();
    for (let n = 0; n < 5; n++) await stage.emit("stage-1", n);
    const heard: unknown[] = [];
    const carillon = opened(page(transports));
    carillon.subscribe("stage-1", {
      load: () => cursor,
      events: events => heard.push(...events.map(event => event.data)),
    });
    await until(() => heard.length === 5);
    for (let n = 5; n < 10; n++) await stage.emit("stage-1", n);
    await until(() => heard.length >= 10);
    expect(heard).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("[A3] a restart of the node loses and repeats nothing", async () => {
    const heard: unknown[] = [];
    const carillon = opened(page(transports));
    let following = false;
    carillon.subscribe("stage-2", {
      following: () => {
        following = true;
      },
      events: events => heard.push(...events.map(event => event.data)),
    });
    await until(() => following);
    await stage.emit("stage-2", "before");
    await until(() => heard.length === 1);
    await stage.stop();
    await stage.sql("select 1");
    for (let n = 0; n < 20; n++) await stage.emit("stage-2", n);
    await until(() => carillon.status.state === "reconnecting" || carillon.status.state === "failed");
    await stage.start();
    await until(() => heard.length >= 21);
    await stage.emit("stage-2", "after");
    await until(() => heard.includes("after"));
    expect(heard).toEqual(["before", ...Array(20).keys(), "after"]);
  });

  test("[A3] channels with cursors of their own are each told what they missed, once", async () => {
    const first = await stage.cursor();
    await stage.emit("stage-3", "x1");
    const second = await stage.cursor();
    await stage.emit("stage-4", "y1");
    await stage.emit("stage-3", "x2");
    const heard: unknown[] = [];
    const tell = (events: readonly CarillonEvent[]) => heard.push(...events.map(event => event.data));
    const carillon = opened(page(transports));
    carillon.subscribe("stage-3", { load: () => first, events: tell });
    carillon.subscribe("stage-4", { load: () => second, events: tell });
    await until(() => heard.length >= 3);
    await stage.emit("stage-3", "x3");
    await stage.emit("stage-4", "y2");
    await until(() => heard.length >= 5);
    expect(heard.filter(one => String(one).startsWith("x"))).toEqual(["x1", "x2", "x3"]);
    expect(heard.filter(one => String(one).startsWith("y"))).toEqual(["y1", "y2"]);
  });

  test("[A5] a forbidden channel is told to its follower and harms no other", async () => {
    const carillon = opened(page(transports));
    const ends: string[] = [];
    const heard: unknown[] = [];
    carillon.subscribe("closed", { ended: error => ends.push(error.code) });
    let following = false;
    carillon.subscribe("stage-5", {
      following: () => {
        following = true;
      },
      events: events => heard.push(...events),
    });
    await until(() => ends.length === 1 && following);
    await stage.emit("stage-5", 1);
    await until(() => heard.length === 1);
    expect(ends[0]).toMatch(/forbidden/);
  });

  test("[A3] a reset reads again and goes on from there", async () => {
    const reasons: string[] = [];
    const heard: unknown[] = [];
    const carillon = opened(page(transports));
    carillon.subscribe("stage-6", {
      load: async why => {
        reasons.push(why);
        return why === "start" ? "nonsense" : stage.cursor();
      },
      events: events => heard.push(...events.map(event => event.data)),
      following: () => void stage.emit("stage-6", "after"),
    });
    await until(() => heard.length === 1);
    expect(reasons).toEqual(["start", "malformed"]);
  });

  test("[A5] a token that is refused is asked for again", async () => {
    const asked: string[] = [];
    const carillon = opened(
      page(transports, {
        token: why => {
          asked.push(why);
          return why === "start" ? "bad.token.here" : token();
        },
      }),
    );
    let following = false;
    carillon.subscribe("stage-7", {
      following: () => {
        following = true;
      },
    });
    await until(() => following);
    expect(asked).toEqual(["start", "refused"]);
  });
});

test("[C12] of a conflated channel the latest of each row arrives over every transport", async () => {
  await stage.sql("create table meter (id int primary key, tenant_id text, n int)");
  await stage.sql("select carillon.watch('meter', 'meter')");
  await stage.sql("select carillon.conflate('meter', 200)");
  await stage.sql("insert into meter select id, 'acme', 0 from generate_series(1, 2) id");
  const latest = WAYS.map(([_, transports]) => {
    const carillon = opened(page(transports));
    const rows: Record<number, number> = {};
    carillon.subscribe("meter", {
      events: (events: readonly CarillonEvent<string, { key: { id: number }; row: { n: number } }>[]) => {
        for (const { data } of events) rows[data.key.id] = data.row.n;
      },
    });
    return rows;
  });
  let n = 0;
  await until(async () => {
    await stage.sql(`update meter set n = ${++n}`);
    return latest.every(rows => Object.keys(rows).length === 2);
  });
  await stage.sql(`update meter set n = ${++n}`);
  await until(() => latest.every(rows => rows[1] === n && rows[2] === n));
});

test("[A4] without WebSocket everything goes on by HTTP on the same cursor, and back when it works", async () => {
  const its = world();
  const carillon = opened(page(["websocket", "polling"], {}, its));
  const states: string[] = [];
  carillon.onStatus(status => states.push(status.state));
  const heard: unknown[] = [];
  carillon.subscribe("stage-8", (event: CarillonEvent) => heard.push(event.data));
  await reaches(carillon, "connected");
  await until(async () => {
    if (heard.length === 0) await stage.emit("stage-8", 0);
    return heard.length > 0;
  });
  heard.length = 0;
  its.blocked = true;
  for (const socket of its.sockets) socket.terminate();
  for (let n = 1; n <= 5; n++) await stage.emit("stage-8", n);
  await reaches(carillon, "polling");
  for (let n = 6; n <= 10; n++) await stage.emit("stage-8", n);
  await until(() => heard.includes(10));
  its.blocked = false;
  await reaches(carillon, "connected");
  for (let n = 11; n <= 15; n++) await stage.emit("stage-8", n);
  await until(() => heard.includes(15));
  expect(heard.filter(n => n !== 0)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
  expect(states).toContain("reconnecting");
});

test("[A4] where WebSockets stay blocked, an event stream takes over from polls", async () => {
  const its = world();
  its.blocked = true;
  const carillon = opened(page(["websocket", "sse", "polling"], {}, its));
  const heard: unknown[] = [];
  carillon.subscribe("stage-8", (event: CarillonEvent) => heard.push(event.data));
  await until(() => carillon.status.state === "connected" && carillon.status.transport === "sse");
  await stage.emit("stage-8", "by stream");
  await until(() => heard.includes("by stream"));
  expect(heard.filter(one => one === "by stream")).toHaveLength(1);
});

test("[E5] publishing tells who is there now; without a right it is a failure, not an exception", async () => {
  const ana = opened(page(["websocket"]));
  const ben = opened(page(["websocket"], { token: () => token("ben") }));
  const heard: CarillonEvent[] = [];
  let following = false;
  ben.subscribe("stage", {
    following: () => {
      following = true;
    },
    events: events => heard.push(...events),
  });
  await until(() => following);
  await reaches(ana, "connected");
  expect(await ana.publish("stage", "typing.start", { chatId: "7" })).toEqual({ ok: true, value: undefined });
  await until(() => heard.length === 1);
  expect(heard[0]).toMatchObject({ type: "typing.start", data: { chatId: "7" }, actor: "ana" });
  expect(await ana.publish("stage-1", "x", {})).toMatchObject({ ok: false, error: { code: "forbidden" } });
});

test("[E4] [C10] a write goes by REST with key and ref, and its echo says the ref", async () => {
  const carillon = opened(page(["websocket"]));
  const refs: unknown[] = [];
  let following = false;
  carillon.subscribe("notes", {
    following: () => {
      following = true;
    },
    events: events => refs.push(...events.map(event => event.ref)),
  });
  await until(() => following);
  const { ref, done } = carillon.write({ path: "/api/demo/notes", body: { text: "by the client" } });
  expect(await done).toMatchObject({ ok: true, value: { status: 201 } });
  await until(() => refs.includes(ref));
  const refused = await carillon.write({ path: "/api/demo/notes", body: { text: "" } }).done;
  expect(refused).toMatchObject({ ok: false, error: { code: "note_text", retry: false, status: 400 } });
});

test("[A9] a read by REST joins the stream by its cursor", async () => {
  const carillon = opened(page(["websocket"]));
  const answer = await carillon.request<{ notes: unknown[] }>({ path: "/api/demo/notes" });
  if (!answer.ok) throw new Error(answer.error.message);
  expect(answer.value.cursor).toBeTruthy();
  expect(Array.isArray(answer.value.body.notes)).toBe(true);
  const heard: unknown[] = [];
  await stage.sql("insert into demo.note (tenant_id, text) values ('acme', 'between')");
  carillon.subscribe("notes", { load: () => answer.value.cursor, events: events => heard.push(...events) });
  await until(() => heard.length === 1);
  expect(url).toContain("localhost");
});

test("tickets stand in for a token, over every transport", async () => {
  for (const transports of [["websocket"], ["sse"], ["polling"]] as TransportKind[][]) {
    const ticket = async (kind: string) => {
      const answer = await fetch(`${url}/api/tickets`, {
        method: "POST",
        headers: { Authorization: `Bearer ${await token()}`, "Content-Type": "application/json" },
        body: JSON.stringify({ kind }),
      });
      return ((await answer.json()) as { ticket: string }).ticket;
    };
    const { token: _, ...none } = { token: undefined };
    const carillon = opened(page(transports, { ...none, ticket, token: undefined as never }));
    let following = false;
    carillon.subscribe("stage-9", {
      following: () => {
        following = true;
      },
    });
    await until(() => following);
  }
});
