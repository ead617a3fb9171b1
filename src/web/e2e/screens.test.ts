import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { accessible, live, passes, rest, run, shoot, theatre } from "./console.ts";
import { stage, until } from "./stage.ts";

const { desk, proxy } = theatre();

test("[D3] [D4] [D5] a totem is paired, takes a ticket, sees its place, and is sent to the counter; the display tells everybody", async () => {
  const letter = `${run.slice(-2).toUpperCase()}T`;
  const service = await rest("cora", "POST", "/api/queue/services", { name: `Repairs ${run}`, prefix: letter });
  const { id } = (await service.json()) as { id: string };
  await rest("cora", "POST", "/api/queue/counters", { name: `Desk ${run}`, operator: "cora", service_ids: [id] });
  const admin = await desk("cora", "queue");
  const pair = async (kind: "totem" | "display") => {
    const screen = await desk(null, `${kind}?tenant=acme`, { times: 5 });
    await screen.page.getByRole("img", { name: /QR/ }).waitFor();
    const code = (await screen.page.getByTestId("pairing-code").textContent())?.trim() as string;
    if (kind === "totem") {
      await accessible(screen.page);
      await shoot(screen.page, "pairing");
    }
    await admin.page.goto(admin.page.url().replace(/#.*/, `#/queue/pair?code=${code}`));
    await admin.page.reload();
    const said = passes(admin.page, "Paired.");
    await admin.page.getByRole("button", { name: "Approve" }).click();
    await said;
    await live(screen.page);
    return screen;
  };
  const totem = await pair("totem");
  const display = await pair("display");
  await accessible(admin.page);
  await shoot(admin.page, "queue-screens");
  const chimes = (page: Page, count: number) =>
    page.waitForFunction(least => ((window as { chimes?: number }).chimes ?? 0) >= least, count);
  for (const { page } of [totem, display]) {
    await page.getByRole("button", { name: "Allow sound" }).click();
    await chimes(page, 1);
  }
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
  await totem.page.waitForURL(/#\/totem\/called\//);
  await totem.page.getByText(`Desk ${run}`).waitFor();
  await display.page
    .getByRole("region", { name: /Now called/ })
    .or(display.page.locator(".now"))
    .getByText(ticket)
    .waitFor();
  for (const { page } of [totem, display]) await chimes(page, 2);
  await accessible(totem.page);
  await shoot(totem.page, "totem-called");
  await accessible(display.page);
  await shoot(display.page, "display");
  await shoot(clerk.page, "queue-operator");
  await clerk.page.getByRole("button", { name: "Start", exact: true }).click();
  await clerk.page.getByRole("button", { name: "Finish" }).waitFor();
  await totem.page.getByText(`Desk ${run}`).waitFor();
  await clerk.page.getByRole("button", { name: "Finish" }).click();
  await clerk.page.getByText("Nobody is at this counter.").waitFor();
  await totem.page.getByText("This ticket is over.").waitFor();
  await shoot(totem.page, "totem-over");
});

test("[D3] a totem whose clock is an hour ahead, and whose network goes for a while, keeps its code until the node forgets it", async () => {
  const { page, context } = await desk(null, "", { origin: proxy().origin, times: 5 });
  await page.goto("about:blank");
  await context.addInitScript(() => {
    const { now } = Date;
    Date.now = () => now() + 3_600_000;
  });
  let begun = 0;
  let claims = 0;
  page.on("response", answer => {
    const { pathname } = new URL(answer.url());
    if (pathname === "/api/queue/pairings") begun++;
    if (pathname === "/api/queue/pairings/claim") claims++;
  });
  const claimed = async (more: number) => {
    const wanted = claims + more;
    await until(async () => claims >= wanted);
  };
  await page.goto(`${proxy().origin}/#/totem?tenant=acme`);
  const shown = async () => (await page.getByTestId("pairing-code").textContent())?.trim() as string;
  const code = await shown();
  await claimed(3);
  proxy().down = true;
  proxy().cut();
  await page.getByText("The node cannot be reached.").waitFor();
  await shoot(page, "pairing-offline");
  proxy().down = false;
  await claimed(2);
  await page.getByText("The node cannot be reached.").waitFor({ state: "detached" });
  expect([begun, await shown()]).toEqual([1, code]);
  await stage.sql(`delete from carillon_app.queue_pairing where code = '${code}'`);
  await until(async () => (await shown()) !== code);
  await rest("cora", "POST", "/api/queue/screens", { code: await shown() });
  await live(page);
  expect(begun).toBe(2);
});

test("[D1] a tenant may let screens work without being paired, and no longer", async () => {
  const admin = await desk("cora", "queue/pair");
  const label = "Screens work without being paired";
  const open = "select coalesce(bool_or(public_screens), false)::text from carillon_app.queue_setting";
  await admin.page.getByRole("switch", { name: label }).waitFor({ state: "attached" });
  const other = await desk("cora", "queue/pair");
  const seen = (checked: boolean) =>
    other.page.getByRole("switch", { name: label, checked }).waitFor({ state: "attached" });
  await seen(false);
  await live(other.page);
  await admin.page.getByText(label).click();
  await until(async () => (await stage.ask(open)) === "true");
  await seen(true);
  const { page } = await desk(null, "display?tenant=acme");
  await live(page);
  await page.getByRole("heading", { name: "Now called" }).waitFor();
  await admin.page.getByRole("switch", { name: label, checked: true }).waitFor({ state: "attached" });
  await admin.page.getByText(label).click();
  await seen(false);
  await page.getByText("This screen is not paired any longer.").waitFor();
  await page.getByRole("button", { name: "Pair this screen" }).click();
  await page
    .getByRole("textbox", { name: /Whose screen/ })
    .or(page.getByTestId("pairing-code"))
    .waitFor();
});

test("[D1] a list that is longer than a page goes on", async () => {
  const name = (n: number) => `Hall ${run} ${n}`;
  await stage.sql(
    `insert into carillon_app.queue_screen (tenant_id, name, kind, status, paired_by)
     select 'acme', 'Hall ${run} ' || n, 'display', 'revoked', 'cora' from generate_series(1, 51) n`,
  );
  const { page } = await desk("cora", "queue/pair");
  await page.getByText(name(2), { exact: true }).waitFor();
  expect(await page.getByText(name(1), { exact: true }).count()).toBe(0);
  await accessible(page);
  await page.getByRole("button", { name: "Load more" }).click();
  await page.getByText(name(1), { exact: true }).waitFor();
  await stage.sql(`delete from carillon_app.queue_screen where name like 'Hall ${run} %'`);
});

test("[D6] a totem that is reloaded without a network shows the queue as it was last told", async () => {
  await rest("cora", "POST", "/api/queue/services", {
    name: `Known ${run}`,
    prefix: `${run.slice(-2).toUpperCase()}K`,
  });
  const { page, context } = await desk(null, "totem?tenant=acme", { origin: proxy().origin, kept: true, times: 5 });
  const code = (await page.getByTestId("pairing-code").textContent())?.trim() as string;
  await rest("cora", "POST", "/api/queue/screens", { code });
  const service = page.getByRole("button", { name: new RegExp(`Known ${run}`) });
  await service.waitFor();
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  proxy().down = true;
  proxy().cut();
  await context.setOffline(true);
  await page.reload();
  await service.waitFor();
  proxy().down = false;
  await context.setOffline(false);
  await live(page);
  await service.click();
  await page.getByTestId("my-ticket").waitFor();
});

test("[D6] [C8] a kiosk whose WebSocket is blocked polls, says so, and hears that it is called; nobody touches it, and it comes back", async () => {
  await rest("cora", "POST", "/api/queue/services", { name: `Slow ${run}`, prefix: `${run.slice(-2).toUpperCase()}S` });
  const made = await rest("cora", "POST", "/api/queue/counters", { name: `Slow desk ${run}`, operator: "cora" });
  const counter = ((await made.json()) as { id: string }).id;
  const { page } = await desk(null, "totem?tenant=acme&poll=300", { origin: proxy().origin, times: 3 });
  proxy().socketsBlocked = true;
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
  proxy().socketsBlocked = false;
  await live(page);
  await stage.stop();
  await page.locator('[data-testid="connection"][data-state="failed"]').waitFor();
  await stage.start();
  await live(page);
  await page.getByText("Please go to").waitFor();
});

test("[B2] [B3] [B5] [B6] the studio: its meter, silence as the tenant wants it, left with the page, read every 5 s when it cannot be heard", async () => {
  const studio = `s-${run}`;
  await rest("cora", "POST", "/api/studios", { id: studio, name: `Studio ${run}` });
  const { page } = await desk("cora", "studio", { origin: proxy().origin, times: 5 });
  const sent: string[] = [];
  page.on("websocket", socket => socket.on("framesent", ({ payload }) => sent.push(String(payload))));
  await page.reload();
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
  await page.getByRole("button", { name: "What counts" }).click();
  const settings = page.getByRole("dialog", { name: "What counts" });
  await settings.getByLabel("Counts after (ms)").first().fill("1500");
  await accessible(page);
  await shoot(page, "studio-thresholds");
  const saved = passes(page, "Saved.");
  await settings.getByRole("button", { name: "Save" }).click();
  await saved;
  await samples(20, -95);
  await page.getByRole("listitem").filter({ hasText: "Silence" }).getByText(/began/).waitFor();
  await accessible(page);
  await shoot(page, "studio");
  const left = () => sent.some(said => said.includes('"unsubscribe"') && said.includes('"status"'));
  expect(left()).toBe(false);
  await page.goto(page.url().replace(/#.*/, "#/approvals"));
  await until(async () => left());
  await page.goto(page.url().replace(/#.*/, "#/studio"));
  await box.waitFor();
  proxy().socketsBlocked = true;
  proxy().streamsBlocked = true;
  proxy().cut();
  await page.getByTestId("hearing").getByText("Read every 5 s").waitFor();
  await rest("cora", "PUT", `/api/studios/${studio}/listeners`, { listeners: 77 });
  await box.getByText("77 listeners").waitFor();
});

test("[E7] a burst of changes is read once in a while, not once for each", async () => {
  const prefix = `${run.slice(-2).toUpperCase()}B`;
  const service = await rest("cora", "POST", "/api/queue/services", { name: `Burst ${run}`, prefix });
  const { id } = (await service.json()) as { id: string };
  const { page } = await desk("cora", "queue");
  await live(page);
  await page.getByRole("button", { name: /Counter/ }).waitFor();
  let reads = 0;
  page.on("request", request => {
    if (new URL(request.url()).pathname === "/api/queue") reads++;
  });
  const began = Date.now();
  // A burst by which only Postgres decides how quick it is: a transaction for each ticket.
  await stage.sql(`do $$ begin
    for n in 1..20 loop
      insert into carillon_app.queue_ticket (tenant_id, service_id, day, ticket_number, code)
        values ('acme', ${id}, current_date, n, '${prefix}' || to_char(n, 'FM000'));
      commit;
    end loop;
  end $$`);
  await page.getByRole("cell", { name: `${prefix}020` }).waitFor();
  expect(reads).toBeLessThanOrEqual(2 + (Date.now() - began) / 150);
  expect(reads).toBeLessThan(20);
});
