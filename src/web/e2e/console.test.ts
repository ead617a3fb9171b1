import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { accessible, type Desk, desk as deskOf, live, rest, run, shoot } from "./console.ts";
import { Gateway, launch, stage, until } from "./stage.ts";

let browser: Browser;
let proxy: Gateway;
const desks: Desk[] = [];

beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
});
beforeEach(async () => {
  await stage.start();
  proxy = await new Gateway().start();
});
afterEach(async () => {
  const errors = desks.flatMap(one => one.errors);
  for (const { context } of desks.splice(0)) await context.close();
  proxy.close();
  expect(errors, "nothing is ever thrown into the page, nor refused by its policy").toEqual([]);
});

async function desk(user: string | null, page = "", origin?: string): Promise<Desk> {
  const opened = await deskOf(browser, user, page, origin);
  desks.push(opened);
  return opened;
}

test("[A7] signing in as a demo user, in Portuguese, with the keyboard alone", async () => {
  const { page } = await desk(null);
  await page.getByRole("button", { name: "Ana" }).waitFor();
  await accessible(page);
  await shoot(page, "sign-in");
  await page.getByRole("button", { name: "Cora" }).focus();
  await page.keyboard.press("Enter");
  await live(page);
  await page.getByRole("button", { name: "Signed in as Cora" }).press("Enter");
  await page.getByRole("button", { name: /Language/ }).press("Enter");
  await page.getByRole("option", { name: "Português" }).press("Enter");
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { name: "Aprovações" }).waitFor();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe("pt-BR");
  await page.reload();
  await page.getByRole("heading", { name: "Aprovações" }).waitFor();
});

test("[A2] [A4] [C8] the connection is shown on every page: polling, reconnecting, lost, Retry", async () => {
  const { page } = await desk("ana", "approvals", proxy.origin);
  const state = (name: string) => page.locator(`[data-testid="connection"][data-state="${name}"]`).waitFor();
  await live(page);
  proxy.socketsBlocked = true;
  proxy.streamsBlocked = true;
  proxy.cut();
  await state("polling");
  proxy.socketsBlocked = false;
  await live(page);
  await stage.stop();
  await state("reconnecting");
  await page
    .getByText(/Reconnecting \d+ of 10/)
    .first()
    .waitFor();
  await state("failed");
  await page.getByText("Connection lost").first().waitFor();
  await accessible(page);
  await shoot(page, "lost");
  await stage.start();
  await page
    .getByRole("button", { name: "Retry" })
    .click()
    .catch(() => {}); // or it came back by itself
  await live(page);
});

test("[C1] [C10] an approval arrives on two screens; decided on one, it is decided on both, and shows so at once", async () => {
  const [ana, cora, olga] = [
    await desk("ana", "approvals"),
    await desk("cora", "approvals"),
    await desk("olga", "approvals"),
  ];
  for (const { page } of [ana, cora, olga]) await live(page);
  const title = `Rehang the tenor bell (${run})`;
  await ana.page.getByRole("button", { name: "Ask for approval" }).click();
  await ana.page.getByLabel("What for").fill(title);
  await ana.page.getByLabel("Details").fill("Its stock is cracked.");
  await ana.page.getByRole("button", { name: "Ask", exact: true }).click();
  const card = (page: typeof ana.page) => page.getByRole("article").filter({ hasText: title });
  for (const { page } of [ana, cora, olga]) await card(page).waitFor();
  expect(await card(cora.page).locator("xpath=..").getAttribute("class")).toBe("arrive");
  await accessible(cora.page);
  await shoot(cora.page, "approvals");
  // The answer waits; the screen does not.
  let release = () => {};
  const held = new Promise<void>(done => {
    release = done;
  });
  await cora.page.route("**/approve", async route => {
    await held;
    await route.continue();
  });
  await card(cora.page).getByRole("button", { name: "Add a comment" }).click();
  await card(cora.page).getByRole("textbox", { name: "Comment" }).fill("Before Sunday.");
  await card(cora.page).getByRole("button", { name: "Approve" }).click();
  await card(cora.page).getByText("sending…").waitFor();
  expect(await card(olga.page).getByText("Pending").count()).toBe(1);
  release();
  for (const { page } of [ana, cora, olga]) await card(page).waitFor({ state: "detached" });
  await olga.page.getByRole("tab", { name: "Approved" }).click();
  await card(olga.page).getByText("Before Sunday.").waitFor();
  await card(olga.page).getByText("Approved by cora").waitFor();
});

test("[C10] a decision that is refused is taken back, and said", async () => {
  const { page } = await desk("ben", "approvals");
  await live(page);
  await rest("ana", "POST", "/api/approvals", { title: `Not for members (${run})` });
  const card = page.getByRole("article").filter({ hasText: `Not for members (${run})` });
  await card.getByRole("button", { name: "Reject" }).click();
  await page.getByRole("alert").filter({ hasText: /./ }).first().waitFor();
  await card.getByText("Pending").waitFor();
});

test("[C2] agents: their status and what they say, as it happens", async () => {
  const { page } = await desk("cora", "agents");
  await live(page);
  await rest("cora", "POST", "/api/agents", { id: `ringer-${run}`, name: "The ringer" });
  const agent = page.getByTestId(`agent-ringer-${run}`);
  await agent.waitFor();
  await rest("cora", "POST", `/api/agents/ringer-${run}/heartbeat`, { status: "busy" });
  await agent.getByText("Busy").waitFor();
  await agent.click();
  await rest("cora", "POST", `/api/agents/ringer-${run}/messages`, { text: "The rope is warm.", level: "warning" });
  await page.getByText("The rope is warm.", { exact: true }).waitFor();
  await rest("cora", "POST", `/api/agents/ringer-${run}/events`, { type: "ai.peal.rung", data: { changes: 5040 } });
  await page.getByText("changes: 5040").waitFor();
  await accessible(page);
  await shoot(page, "agents");
});

test("[C3] the badge counts up and down on all devices of one user, and of nobody else", async () => {
  const [first, second, other] = [
    await desk("ben", "notifications"),
    await desk("ben", "agents"),
    await desk("ana", "agents"),
  ];
  for (const { page } of [first, second, other]) await live(page);
  const badge = (page: typeof first.page) => page.getByTestId("badge");
  await rest("cora", "POST", "/api/notifications/read");
  const before = Number.parseInt(
    (await badge(first.page)
      .textContent({ timeout: 300 })
      .catch(() => "0")) ?? "0",
    10,
  );
  for (const title of ["Noon", "Vespers"]) {
    await rest("cora", "POST", "/api/notifications", {
      audience: "user",
      target: "ben",
      title,
      body: "The bell rings.",
    });
  }
  for (const { page } of [first, second])
    await badge(page)
      .getByText(String(before + 2))
      .waitFor();
  await first.page.getByRole("listitem").filter({ hasText: "Vespers" }).first().waitFor();
  await accessible(first.page);
  await shoot(first.page, "notifications");
  await first.page.getByRole("button", { name: "Mark as read: Vespers" }).first().click();
  for (const { page } of [first, second])
    await badge(page)
      .getByText(String(before + 1))
      .waitFor();
  await first.page.getByRole("button", { name: "Mark all as read" }).click();
  for (const { page } of [first, second]) await until(async () => (await badge(page).count()) === 0);
  expect(await other.page.getByText("Vespers").count()).toBe(0);
});

test("[A1] [A9] [F1] the playground: a table, a write by page and by SQL, and every message", async () => {
  const { page } = await desk("ana", "playground");
  await live(page);
  const note = (text: string) => page.getByRole("listitem").filter({ hasText: text });
  await page.getByRole("textbox", { name: "Write a note…" }).fill(`By hand ${run}`);
  await page.keyboard.press("Enter");
  await note(`By hand ${run}`)
    .getByText(/after your click/)
    .waitFor();
  await stage.sql(`begin; insert into demo.note (tenant_id, text) values ('acme', 'Undone ${run}'); rollback`);
  await stage.sql(`insert into demo.note (tenant_id, text) values ('acme', 'By SQL ${run}')`);
  await note(`By SQL ${run}`)
    .getByText(/after it was written/)
    .waitFor();
  expect(await note(`Undone ${run}`).count()).toBe(0);
  await page.getByRole("button", { name: `Edit: By SQL ${run}` }).click();
  await page.getByRole("textbox", { name: "The note’s text" }).fill(`Mended ${run}`);
  await page.keyboard.press("Enter");
  await note(`Mended ${run}`).waitFor();
  const frames = page.getByRole("list", { name: "Messages sent and received" });
  await frames
    .getByText(/^note\.updated/)
    .first()
    .waitFor();
  expect(
    await frames
      .getByText(/connect/)
      .first()
      .textContent(),
  ).not.toContain("token");
  await accessible(page);
  await shoot(page, "playground");
  await page.getByRole("button", { name: `Delete: By hand ${run}` }).click();
  await note(`By hand ${run}`).waitFor({ state: "detached" });
  await page.getByRole("textbox", { name: "Channel" }).fill("agents");
  await page.getByRole("button", { name: "Follow" }).click();
  await page.getByText("Nothing has been told since you came.").waitFor();
  await rest("cora", "POST", "/api/agents", { id: `watched-${run}`, name: "Watched" });
  await page.getByText("agent.created").first().waitFor();
});

test("[F9] [F8] operations: the node, its connections, and one event from its commit to each socket", async () => {
  const { page } = await desk("olga", "operations");
  await live(page);
  await page.getByText("The next events of approvals appear here.").waitFor();
  await rest("ana", "POST", "/api/approvals", { title: `Followed (${run})` });
  await page
    .getByRole("button", { name: /approval.created/ })
    .first()
    .click();
  await page.getByText("Seen by the node").waitFor();
  const sockets = page.getByRole("table", { name: "Connections that follow the channel" });
  await sockets.getByRole("row", { name: /olga .*has it/ }).waitFor();
  await page.getByRole("img", { name: /From commit to socket.*99 %: [\d.]+ ms/ }).waitFor();
  await page.getByRole("region", { name: "Nodes" }).getByText("answers", { exact: true }).waitFor();
  await page.getByRole("region", { name: "Limits" }).getByText("acme, class default", { exact: false }).waitFor();
  await accessible(page);
  await shoot(page, "operations");
  // Whoever is sent away comes back by itself, and the page goes on.
  const ana = await desk("ana", "approvals");
  await live(ana.page);
  await page.getByRole("textbox", { name: "User" }).fill("ana");
  await page.getByRole("button", { name: "Disconnect ana" }).first().click();
  await page.getByText("Disconnected. It may come back by itself.").first().waitFor();
  await live(ana.page);
});

test("[F11] [F12] setup: what is wrong with its mend, and what a table would send", async () => {
  const { page } = await desk("olga", "setup");
  await page.getByText("fsync is off", { exact: false }).waitFor();
  await page.getByText("alter system set fsync = on", { exact: false }).waitFor();
  await page.getByRole("textbox", { name: "Table" }).fill("carillon_app.agent");
  await page.getByRole("textbox", { name: "Channel" }).fill("agents");
  await page.getByRole("button", { name: "Show" }).click();
  await page
    .getByText(/agent.created|The table is empty/)
    .first()
    .waitFor();
  await accessible(page);
  await shoot(page, "setup");
  const member = await desk("ana", "setup");
  await member.page.getByText("There is no such page").waitFor();
});

async function conversation(title: string, members: string[]): Promise<string> {
  const body = { title, members: members.map(user => ({ user })) };
  const answer = await rest("ana", "POST", "/api/conversations", body);
  return ((await answer.json()) as { id: string }).id;
}

test("[C4] [E2] [E3] [E5] two people: a message, who types, delivered and read, on all devices", async () => {
  const id = await conversation(`Bells ${run}`, ["ben"]);
  const [ana, ben, phone] = [
    await desk("ana", `chat/${id}`),
    await desk("ben", `chat/${id}`),
    await desk("ben", "approvals"),
  ];
  for (const { page } of [ana, ben, phone]) await live(page);
  await ana.page.getByText("Ben here now").waitFor();
  const field = (page: typeof ana.page) => page.getByRole("textbox", { name: "Message" });
  await field(ben.page).pressSequentially("Is it noon?");
  await ana.page.getByText("Ben is writing…").waitFor();
  await field(ben.page).press("Enter");
  const said = (page: typeof ana.page, text: string) => page.getByRole("article").filter({ hasText: text });
  await said(ana.page, "Is it noon?").waitFor();
  await said(ben.page, "Is it noon?").and(ben.page.locator('[data-status="read"]')).waitFor();
  await ben.page.goto(ben.page.url().replace(/#.*/, "#/approvals"));
  await field(ana.page).fill("Almost.");
  await field(ana.page).press("Enter");
  await phone.page.goto(phone.page.url().replace(/#.*/, "#/chat"));
  const entry = phone.page.getByRole("link", { name: new RegExp(`Bells ${run}.*1 unread`) });
  await entry.waitFor();
  await said(ana.page, "Almost.").and(ana.page.locator('[data-status="delivered"]')).waitFor();
  await entry.click();
  await said(ana.page, "Almost.").and(ana.page.locator('[data-status="read"]')).waitFor();
  await accessible(ana.page);
  await shoot(ana.page, "chat");
});

test("[E6] older messages are loaded above, live ones below, and the reader stays where they read", async () => {
  const id = await conversation(`History ${run}`, ["ben"]);
  const number = (n: number) => `${n}`.padStart(3, "0");
  for (let n = 1; n <= 70; n++) {
    await rest("ana", "POST", `/api/conversations/${id}/messages`, { text: `message ${number(n)}` });
  }
  const { page } = await desk("ben", `chat/${id}`);
  await live(page);
  const message = (n: number) => page.getByText(`message ${number(n)}`, { exact: true });
  await message(70).waitFor();
  expect(await message(20).count()).toBe(0);
  await page.getByRole("log", { name: "Messages" }).evaluate(box => {
    box.scrollTop = 150;
  });
  const before = (await message(45).boundingBox())?.y as number;
  await rest("ana", "POST", `/api/conversations/${id}/messages`, { text: "message 071" });
  await message(71).waitFor({ state: "attached" });
  expect(Math.abs(((await message(45).boundingBox())?.y as number) - before)).toBeLessThan(2);
  await page.getByRole("log", { name: "Messages" }).evaluate(box => {
    box.scrollTop = 60;
  });
  const there = (await message(43).boundingBox())?.y as number;
  await message(15).waitFor({ state: "attached" });
  expect(Math.abs(((await message(43).boundingBox())?.y as number) - there)).toBeLessThan(2);
  expect(await page.getByRole("article").count()).toBeGreaterThanOrEqual(61);
});

test("[E4] [E7] written offline in the chat, sent once and in order, and shown so meanwhile", async () => {
  const id = await conversation(`Offline ${run}`, ["ben"]);
  const { page, context } = await desk("ana", `chat/${id}`);
  const ben = await desk("ben", `chat/${id}`);
  for (const one of [page, ben.page]) await live(one);
  await context.setOffline(true);
  await page.locator('[data-testid="connection"][data-state="offline"]').waitFor();
  const field = page.getByRole("textbox", { name: "Message" });
  for (const text of ["one", "two"]) {
    await field.fill(text);
    await field.press("Enter");
  }
  await until(async () => (await page.locator('[data-status="waiting"]').count()) === 2);
  await page.getByText("2 to send").waitFor();
  await shoot(page, "chat-offline");
  await context.setOffline(false);
  await ben.page.getByText("two", { exact: true }).waitFor();
  await until(async () => (await page.locator('[data-status="waiting"]').count()) === 0);
  expect(await ben.page.getByRole("article").allTextContents()).toEqual([
    expect.stringContaining("one"),
    expect.stringContaining("two"),
  ]);
});

test("[D3] [D4] [D5] a totem is paired, takes a ticket, sees its place, and is sent to the counter; the display tells everybody", async () => {
  const letter = `${run.slice(-2).toUpperCase()}T`;
  const service = await rest("cora", "POST", "/api/queue/services", { name: `Repairs ${run}`, prefix: letter });
  const { id } = (await service.json()) as { id: string };
  await rest("cora", "POST", "/api/queue/counters", { name: `Desk ${run}`, operator: "cora", service_ids: [id] });
  const admin = await desk("cora", "queue");
  const pair = async (kind: "totem" | "display") => {
    const screen = await desk(null, `${kind}?tenant=acme`);
    await screen.page.getByRole("img", { name: /QR/ }).waitFor();
    const code = (await screen.page.getByTestId("pairing-code").textContent())?.trim() as string;
    if (kind === "totem") {
      await accessible(screen.page);
      await shoot(screen.page, "pairing");
    }
    await admin.page.goto(admin.page.url().replace(/#.*/, `#/queue/pair?code=${code}`));
    await admin.page.reload();
    await admin.page.getByRole("button", { name: "Approve" }).click();
    await admin.page.getByText("Paired.").first().waitFor();
    await live(screen.page);
    return screen;
  };
  const totem = await pair("totem");
  const display = await pair("display");
  await accessible(admin.page);
  await shoot(admin.page, "queue-screens");
  await totem.page.getByRole("button", { name: "Allow sound" }).click();
  await display.page.getByRole("button", { name: "Allow sound" }).click();
  await accessible(totem.page);
  await shoot(totem.page, "totem");
  await totem.page.getByRole("button", { name: new RegExp(`Repairs ${run}`) }).click();
  const ticket = (await totem.page.getByTestId("my-ticket").textContent()) as string;
  expect(ticket).toContain(letter);
  await totem.page.getByText(/You are next|Place \d+ in the queue/).waitFor();
  await shoot(totem.page, "totem-waits");

  const clerk = await desk("cora", "queue");
  await clerk.page.getByRole("button", { name: /Counter/ }).click();
  await clerk.page.getByRole("option", { name: `Desk ${run}` }).click();
  await clerk.page.getByRole("cell", { name: ticket }).waitFor();
  await accessible(clerk.page);
  await clerk.page.getByRole("button", { name: "Call the next one" }).click();
  await clerk.page.getByTestId("at-counter").getByText(ticket).waitFor();
  await totem.page.getByText("Please go to").waitFor();
  expect(totem.page.url()).toContain("#/totem/called/");
  await totem.page.getByText(`Desk ${run}`).waitFor();
  await display.page
    .getByRole("region", { name: /Now called/ })
    .or(display.page.locator(".now"))
    .getByText(ticket)
    .waitFor();
  for (const { page } of [totem, display]) {
    await page.waitForFunction(() => ((window as { chimes?: number }).chimes ?? 0) >= 2);
  }
  await accessible(totem.page);
  await shoot(totem.page, "totem-called");
  await accessible(display.page);
  await shoot(display.page, "display");
  await shoot(clerk.page, "queue-operator");
  await clerk.page.getByRole("button", { name: "Start", exact: true }).click();
  await clerk.page.getByRole("button", { name: "Finish" }).click();
  await clerk.page.getByText("Nobody is at this counter.").waitFor();
});

test("[D6] a kiosk whose WebSocket is blocked polls, says so, and still hears that it is called", async () => {
  await rest("cora", "POST", "/api/queue/services", { name: `Slow ${run}`, prefix: `${run.slice(-2).toUpperCase()}S` });
  const made = await rest("cora", "POST", "/api/queue/counters", { name: `Slow desk ${run}`, operator: "cora" });
  const counter = ((await made.json()) as { id: string }).id;
  const { page } = await desk(null, "totem?tenant=acme&poll=300", proxy.origin);
  proxy.socketsBlocked = true;
  const code = (await page.getByTestId("pairing-code").textContent())?.trim() as string;
  await rest("cora", "POST", "/api/queue/screens", { code });
  await page.locator('[data-testid="connection"][data-state="polling"]').waitFor();
  await page.getByRole("button", { name: new RegExp(`Slow ${run}`) }).click();
  await page.getByTestId("my-ticket").waitFor();
  for (;;) {
    const called = await rest("cora", "POST", `/api/queue/counters/${counter}/next`);
    const { id, code: next } = (await called.json()) as { id: string; code: string };
    if (next === (await page.getByTestId("my-ticket").textContent())) break;
    await rest("cora", "POST", `/api/queue/tickets/${id}/no-show`);
  }
  await page.getByText("Please go to").waitFor();
  proxy.socketsBlocked = false;
  await live(page);
});

test("[B2] [B3] [B6] the studio: on air with its meter, silence is found, and without a live way it is read every 5 s", async () => {
  const studio = `s-${run}`;
  await rest("cora", "POST", "/api/studios", { id: studio, name: `Studio ${run}` });
  const { page } = await desk("ana", "studio", proxy.origin);
  await live(page);
  const box = page.getByRole("region", { name: studio });
  await box.getByText("Off air").waitFor();
  await page.getByTestId("hearing").getByText("Heard live").waitFor();
  const began = Date.now() - 20_000;
  let first = 0;
  const samples = async (count: number, level: number) => {
    const window = { left: level, right: level, peakLeft: level + 6, peakRight: level + 6, clipped: 0 };
    const windows = Array.from({ length: count }, () => window);
    const at = new Date(began + first * 100).toISOString();
    await rest("cora", "POST", "/api/studio/samples", { studio, run, first, at, window_ms: 100, windows, end: false });
    first += count;
  };
  await samples(10, -18);
  await box.getByText("On air").waitFor();
  await samples(10, -12.5);
  await box.getByRole("meter", { name: /Left/ }).and(page.locator('[aria-valuetext*="-12.5"]')).waitFor();
  await box.getByRole("button", { name: studio }).click();
  await samples(70, -95);
  await page.getByRole("listitem").filter({ hasText: "Silence" }).getByText(/began/).waitFor();
  await accessible(page);
  await shoot(page, "studio");
  proxy.socketsBlocked = true;
  proxy.streamsBlocked = true;
  proxy.cut();
  await page.getByTestId("hearing").getByText("Read every 5 s").waitFor();
  await rest("cora", "PUT", `/api/studios/${studio}/listeners`, { listeners: 77 });
  await box.getByText("77 listeners").waitFor();
});
