// @vitest-environment happy-dom
import { type Approval, type Carillon, connect } from "@carillon/client";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, render, screen } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeBrowser, FakeNode, type FakeTab, jwt } from "../../client/test/fakes.ts";
import { useAgentMessages, useAgents } from "../src/modules/agents.ts";
import { useApprovals } from "../src/modules/approvals.ts";
import { type Notified, useNotifications, useUnread } from "../src/modules/notifications.ts";
import { CarillonProvider } from "../src/provider.tsx";

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

let node: FakeNode;
let tab: FakeTab;
let client: Carillon;
let queries: QueryClient;
let reads: string[];

beforeEach(async () => {
  vi.useFakeTimers();
  node = new FakeNode();
  tab = new FakeBrowser().tab(node);
  client = connect({ token: () => jwt({ sub: "ana" }), tabs: false, onFailure: () => {} }, tab.world);
  queries = new QueryClient();
  reads = [];
  await pass(50);
});
afterEach(() => {
  cleanup();
  client.close();
  queries.clear();
  vi.useRealTimers();
});

const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
const page = (children: ReactNode) =>
  render(
    <QueryClientProvider client={queries}>
      <CarillonProvider client={client}>{children}</CarillonProvider>
    </QueryClientProvider>,
  );
const seen = (id: string) => screen.getByTestId(id).textContent;

function answers(lists: Record<string, () => unknown>): void {
  node.rest = (method, path) => {
    const list = lists[`${method} ${path}`];
    if (!list) return undefined;
    reads.push(path);
    return Response.json(list());
  };
}

const approval = (id: string, more: Partial<Approval> = {}) =>
  ({ id, title: id, status: "pending", version: 1, created_at: `2026-01-01T00:00:0${id}Z`, ...more }) as Approval;

test("[C1] [C10] approvals: read once, followed, decided at once and reconciled by ref", async () => {
  answers({
    "GET /api/approvals?status=pending&limit=50": () => ({ items: [approval("2"), approval("1")], next: null }),
  });
  let decide: ReturnType<typeof useApprovals>["decide"] = async () => ({}) as never;
  function List() {
    const { rows, decide: send } = useApprovals("pending");
    decide = send;
    return <p data-testid="rows">{rows?.map(row => `${row.id}:${row.status}`).join(" ")}</p>;
  }
  page(<List />);
  await pass(50);
  expect(seen("rows")).toBe("2:pending 1:pending");
  node.emit("approvals", { key: { id: "3" }, row: approval("3") }, undefined, "approval.created");
  node.emit("approvals", { id: "1", expiredAt: "…" }, undefined, "approval.expired");
  await pass(50);
  expect(seen("rows")).toBe("3:pending 2:pending 1:pending");
  node.rest = () => undefined;
  act(() => void decide({ id: "2", verdict: "approved" }));
  await pass(50);
  expect(seen("rows")).toBe("3:pending 2:approved 1:pending");
  const key = node.writes.at(-1)?.key as string;
  const decided = approval("2", { status: "approved", version: 2 });
  node.emit("approvals", { key: { id: "2" }, row: decided }, key, "approval.updated");
  await pass(50);
  expect(seen("rows")).toBe("3:pending 1:pending");
  expect(reads).toHaveLength(1);
});

test("[C10] a decision that is refused is taken back", async () => {
  answers({ "GET /api/approvals?limit=50": () => ({ items: [approval("1")], next: null }) });
  let decide: ReturnType<typeof useApprovals>["decide"] = async () => ({}) as never;
  function List() {
    const { rows, decide: send } = useApprovals();
    decide = send;
    return <p data-testid="rows">{rows?.map(row => row.status).join(" ")}</p>;
  }
  page(<List />);
  await pass(50);
  node.answers.push(Response.json({ code: "approval_expired", detail: "too late" }, { status: 409 }));
  let outcome: ReturnType<typeof decide> | undefined;
  act(() => {
    outcome = decide({ id: "1", verdict: "rejected" });
  });
  expect(seen("rows")).toBe("rejected");
  await pass(100);
  expect(await outcome).toMatchObject({ ok: false, error: { code: "approval_expired" } });
  expect(seen("rows")).toBe("pending");
});

test("[C2] agents: a status is shown as it changes", async () => {
  answers({ "GET /api/agents?limit=200": () => ({ items: [{ id: "a", status: "idle", version: 1 }], next: null }) });
  function Agents() {
    return (
      <p data-testid="agents">
        {useAgents()
          .rows?.map(({ id, status }) => `${id}:${status}`)
          .join(" ")}
      </p>
    );
  }
  page(<Agents />);
  await pass(50);
  node.emit("agents", { agentId: "a", status: "busy" }, undefined, "agent.status.changed");
  await pass(20);
  expect(seen("agents")).toBe("a:busy");
});

test("[C2] what is told of an agent is not taken for something that it said", async () => {
  const said = { id: "7", agentId: "a", text: "warm", level: "info", at: "2026-01-01T00:00:00Z" };
  const agent = { id: "a", status: "idle", version: 1 };
  answers({
    "GET /api/agents?limit=200": () => ({ items: [agent], next: null }),
    "GET /api/agents/a/messages?limit=50": () => ({ items: [said], next: null }),
  });
  function Both() {
    const agents = useAgents().rows;
    const messages = useAgentMessages("a").rows;
    return <p data-testid="both">{JSON.stringify([agents?.map(({ status }) => status), messages])}</p>;
  }
  page(<Both />);
  await pass(50);
  node.emit("agents", { key: { id: "a" }, row: { ...agent, status: "busy", version: 2 } }, undefined, "agent.updated");
  await pass(200);
  expect(JSON.parse(seen("both") as string)).toEqual([["busy"], [said]]);
  expect(reads).toHaveLength(2);
});

test("[C3] notifications of several channels come by one read; each counts once on the badge; read elsewhere counts down", async () => {
  const notice = (id: string, read_at: string | null = null) =>
    ({ id, title: id, created_at: `2026-01-01T00:00:0${id}Z`, read_at }) as Notified;
  answers({
    "GET /api/notifications?limit=50": () => ({ items: [notice("2"), notice("1", "earlier")], next: null }),
    "GET /api/notifications?unread=true&limit=100": () => ({ items: [notice("2")], next: null }),
  });
  const me = { user: "ana", roles: ["member"] };
  function Badge() {
    return <p data-testid="badge">{useUnread(me).count}</p>;
  }
  function List() {
    const { rows, read } = useNotifications(me);
    return (
      <button type="button" data-testid="list" onClick={() => void read("2")}>
        {rows?.map(row => `${row.id}${row.read_at ? "" : "!"}`).join(" ")}
      </button>
    );
  }
  page(
    <>
      <Badge />
      <List />
    </>,
  );
  await pass(100);
  expect([seen("badge"), seen("list")]).toEqual(["1", "2! 1"]);
  expect(node.commands.filter(it => it.command === "subscribe").flatMap(it => it.channels as string[])).toEqual(
    expect.arrayContaining(["notifications:ana", "notifications.role:member", "notifications.tenant"]),
  );
  const { read_at: _, ...fresh } = notice("3");
  node.emit("notifications.tenant", fresh, undefined, "notification.new");
  node.emit("notifications:ana", fresh, undefined, "notification.new");
  await pass(50);
  expect([seen("badge"), seen("list")]).toEqual(["2", "3! 2! 1"]);
  await act(async () => screen.getByTestId("list").click());
  await pass(20);
  expect([seen("badge"), seen("list")]).toEqual(["1", "3! 2 1"]);
  node.emit("notifications:ana", { ids: ["3", "2"], at: "now" }, undefined, "notification.read");
  await pass(50);
  expect([seen("badge"), seen("list")]).toEqual(["0", "3 2 1"]);
});

test("[C3] what the badge lacks is asked for again after a pause, not at once, while the node cannot answer", async () => {
  let up = false;
  let asked = 0;
  const notice = (n: number) => ({ id: `${n}`, created_at: "2026-01-01", read_at: null }) as Notified;
  node.rest = (_, path) => {
    if (!path.includes("after=")) {
      return Response.json({ items: Array.from({ length: 100 }, (_, n) => notice(101 - n)), next: "n" });
    }
    asked++;
    return up ? Response.json({ items: [notice(1)], next: null }) : Response.json({}, { status: 503 });
  };
  const me = { user: "ana", roles: [] };
  function Badge() {
    const { count, more } = useUnread(me);
    return <p data-testid="badge">{`${count}${more ? "+" : ""}`}</p>;
  }
  page(<Badge />);
  await pass(100);
  expect(seen("badge")).toBe("100+");
  node.emit("notifications:ana", { ids: ["50"] }, undefined, "notification.read");
  for (let ms = 0; ms < 200; ms++) await pass(1); // each answer is shown before the next can come
  await pass(4_800);
  expect(seen("badge")).toBe("99+");
  expect(asked).toBeGreaterThanOrEqual(1);
  expect(asked).toBeLessThanOrEqual(2);
  up = true;
  await pass(6_000);
  expect(seen("badge")).toBe("100");
});

test("[E6] a page that failed is asked for again, and then nothing is said of it any longer", async () => {
  let up = false;
  node.rest = (_, path) => {
    if (!path.includes("after=")) return Response.json({ items: [approval("2")], next: "n" });
    return up ? Response.json({ items: [approval("1")], next: null }) : Response.json({}, { status: 503 });
  };
  function List() {
    const { rows, error, loadMore } = useApprovals();
    return (
      <button type="button" data-testid="rows" onClick={() => void loadMore()}>
        {rows?.map(row => row.id).join(" ")} {String(error?.status)}
      </button>
    );
  }
  page(<List />);
  await pass(50);
  for (const shows of ["2 503", "2 1 undefined"]) {
    act(() => screen.getByTestId("rows").click());
    await pass(50);
    expect(seen("rows")).toBe(shows);
    up = true;
  }
});

test("[E6] load more goes on where the list ends, whatever arrives meanwhile", async () => {
  answers({
    "GET /api/approvals?limit=50": () => ({ items: [approval("3"), approval("2")], next: "n" }),
    "GET /api/approvals?limit=50&after=n": () => ({ items: [approval("1")], next: null }),
  });
  function List() {
    const { rows, more, loadMore } = useApprovals();
    return (
      <button type="button" data-testid="rows" onClick={() => void loadMore()}>
        {rows?.map(row => `${row.id}v${row.version}`).join(" ")} {String(more)}
      </button>
    );
  }
  page(<List />);
  await pass(50);
  expect(seen("rows")).toBe("3v1 2v1 true");
  act(() => screen.getByTestId("rows").click());
  node.emit("approvals", { key: { id: "1" }, row: approval("1", { version: 2 }) }, undefined, "approval.updated");
  await pass(50);
  expect(seen("rows")).toBe("3v1 2v1 1v2 false");
});
