import { readFileSync } from "node:fs";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import {
  Gateway,
  heard,
  hears,
  hurry,
  launch,
  nodePort,
  open,
  pending,
  reaches,
  retry,
  stage,
  states,
  until,
  write,
} from "./stage.ts";

let browser: Browser;
let context: BrowserContext;
let proxy: Gateway;
const errors: string[] = [];

beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
});
beforeEach(async () => {
  await stage.start();
  proxy = await new Gateway().start();
  context = await browser.newContext();
  errors.length = 0;
  context.on("weberror", error => errors.push(String(error.error())));
});
afterEach(async () => {
  await context.close();
  proxy.close();
  await until(async () => (await stage.connections()) === 0);
  expect(errors, "nothing is ever thrown into the page").toEqual([]);
});

const following = (page: Page) => page.waitForFunction(() => document.title === "following");
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);
const emits = async (channel: string, from: number, to: number) => {
  for (const n of numbers(from, to)) await stage.emit(channel, n);
};

test("[A7] the lines of the README work on a page of any origin", async () => {
  const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
  const lines = /```html\n([\s\S]*?client\.js[\s\S]*?)```/.exec(readme)?.[1];
  expect(lines).toBeDefined();
  proxy.html = (lines as string).replaceAll("localhost:8080", `localhost:${nodePort}`);
  const page = await context.newPage();
  const said: string[] = [];
  page.on("console", message => said.push(message.text()));
  await page.goto(`${proxy.origin}/page`);
  await until(async () => {
    await stage.sql("insert into demo.note (tenant_id, text) values ('acme', 'by the README')");
    return said.some(line => line.includes("note.created"));
  });
});

test("[A2] [A1] the connection opens on page load, and a write in SQL is on the page", async () => {
  const page = await open(context, proxy.origin, "channel=notes");
  await reaches(page, "connected", "websocket");
  await following(page);
  await stage.sql("insert into demo.note (tenant_id, text) values ('acme', 'by SQL')");
  await page.waitForFunction(() => JSON.stringify((window as never as { heard: unknown }).heard).includes("by SQL"));
});

test("[A4] WebSocket blocked by a proxy: HTTP takes over on the same cursor, and back, nothing lost or repeated", async () => {
  const page = await open(context, proxy.origin, "channel=stage-2");
  await reaches(page, "connected", "websocket");
  await following(page);
  await emits("stage-2", 1, 5);
  // After the second refusal a stream is preferred: until then there is time for polls.
  proxy.socketsHeld = true;
  proxy.cut();
  await emits("stage-2", 6, 10);
  await hears(page, 10);
  await until(async () => (await states(page)).includes("polling"));
  proxy.refuse();
  await reaches(page, "connected", "sse");
  await emits("stage-2", 11, 15);
  await hears(page, 15);
  proxy.socketsBlocked = false;
  await reaches(page, "connected", "websocket");
  await emits("stage-2", 16, 20);
  await hears(page, 20);
  expect(await heard(page)).toEqual(numbers(1, 20));
});

test("[A3] the node restarts: what was missed is told, in order, once", async () => {
  const page = await open(context, proxy.origin, "channel=stage-3");
  await following(page);
  await emits("stage-3", 1, 3);
  await hears(page, 3);
  await stage.stop();
  await emits("stage-3", 4, 8);
  await stage.start();
  await emits("stage-3", 9, 10);
  await hears(page, 10);
  expect(await heard(page)).toEqual(numbers(1, 10));
});

test("[C8] gone for longer than ten attempts: said, back by Retry, and by itself on an untouched screen", async () => {
  const page = await open(context, proxy.origin, "channel=stage-4&max=200&patience=300");
  await following(page);
  await stage.stop();
  await reaches(page, "failed");
  await page.waitForFunction(() => document.getElementById("status")?.textContent === "failed");
  await stage.emit("stage-4", 1);
  await stage.start();
  await hears(page, 1);
  await reaches(page, "connected", "websocket");

  const patient = await open(context, proxy.origin, "channel=stage-4&user=ben&max=30000");
  await following(patient);
  await stage.stop();
  await reaches(patient, "reconnecting");
  await page.waitForFunction(() => (window as never as { states: string[] }).states.length > 0);
  await stage.emit("stage-4", 2);
  await stage.start();
  await retry(patient);
  await hears(patient, 2);
});

test("[C8] a short gap is not shown", async () => {
  // More patience than any pause of this machine: then every gap is a short one.
  const page = await open(context, proxy.origin, "channel=stage-4&patience=60000");
  await following(page);
  await page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    new MutationObserver(() => seen.push(document.getElementById("status")?.textContent ?? "")).observe(
      document.getElementById("status") as Node,
      { childList: true },
    );
  });
  proxy.cut();
  await page.waitForFunction(() => (window as never as { states: string[] }).states.includes("reconnecting"));
  await reaches(page, "connected", "websocket");
  expect(await page.evaluate(() => (window as never as { seen: string[] }).seen)).toEqual([]);
});

test("[C11] five tabs, one connection; the leader is closed, crashes, hangs: each tab hears everything once", async () => {
  await hurry(context, 5);
  const tabs: Page[] = [];
  for (let n = 0; n < 5; n++) {
    const tab = await open(context, proxy.origin, "channel=stage-5");
    await following(tab);
    tabs.push(tab);
  }
  const oneConnection = () => until(async () => (await stage.connections()) === 1);
  await oneConnection();
  await emits("stage-5", 1, 3);

  await tabs[0]?.close();
  await emits("stage-5", 4, 6);
  for (const tab of tabs.slice(1)) await hears(tab, 6);
  await oneConnection();

  const crash = await context.newCDPSession(tabs[1] as Page);
  crash.send("Page.crash").catch(() => {});
  await emits("stage-5", 7, 9);
  for (const tab of tabs.slice(2)) await hears(tab, 9);
  await oneConnection();

  // A tab that does not answer for a while, as a frozen one; and takes no processor meanwhile.
  const hanging = (tabs[2] as Page).evaluate(() => {
    const answer = new XMLHttpRequest();
    answer.open("GET", "/hang", false);
    answer.send();
  });
  await emits("stage-5", 10, 12);
  for (const tab of tabs.slice(3)) await hears(tab, 12);
  proxy.answer();
  await hanging;
  await emits("stage-5", 13, 15);
  for (const tab of tabs.slice(2)) await hears(tab, 15);
  for (const tab of tabs.slice(2)) expect(await heard(tab)).toEqual(numbers(1, 15));
  await oneConnection();
});

test("[A3] the laptop sleeps for ten minutes, and its connection dies without a sound: awake it is told everything", async () => {
  await context.clock.install();
  const page = await open(context, proxy.origin, "channel=stage-6");
  await reaches(page, "connected", "websocket");
  await following(page);
  await emits("stage-6", 1, 2);
  await hears(page, 2);
  proxy.hush();
  await emits("stage-6", 3, 9);
  // What is due fires once, as it does when the lid is opened; then nobody answers the question whether he is there.
  await context.clock.fastForward(600_000);
  await context.clock.fastForward(4_500);
  await hears(page, 9);
  expect(await heard(page)).toEqual(numbers(1, 9));
  await reaches(page, "connected", "websocket");
});

test("[A3] the page's process is stopped, as a machine stops it that sleeps: it goes on where it was", async () => {
  const page = await open(context, proxy.origin, "channel=stage-7");
  await following(page);
  await emits("stage-7", 1, 2);
  await hears(page, 2);
  const { processInfo } = await (await browser.newBrowserCDPSession()).send("SystemInfo.getProcessInfo");
  const pages = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
  expect(pages).not.toEqual([]);
  for (const id of pages) process.kill(id, "SIGSTOP");
  try {
    proxy.cut();
    await until(async () => (await stage.connections()) === 0);
    await emits("stage-7", 3, 9);
  } finally {
    for (const id of pages) process.kill(id, "SIGCONT");
  }
  await hears(page, 9);
  expect(await heard(page)).toEqual(numbers(1, 9));
});

test("[A2] [A3] the token ends while the machine sleeps: another one is asked for, and nothing is lost", async () => {
  const asked: string[] = [];
  let seconds = 3;
  await context.exposeFunction("mint", (why: string) => {
    asked.push(why);
    return stage.token("ana", seconds);
  });
  await context.clock.install();
  const page = await open(context, proxy.origin, "channel=stage-8");
  await following(page);
  await emits("stage-8", 1, 1);
  await hears(page, 1);
  // No timer fires, so nobody renews the token that there is now; the node closes when it is over. By a time that no pause
  // of this machine has reached already.
  await context.clock.pauseAt(Date.now() + 60_000);
  await until(async () => (await stage.connections()) === 0);
  seconds = 600;
  await emits("stage-8", 2, 4);
  await context.clock.resume();
  await hears(page, 4);
  expect(await heard(page)).toEqual(numbers(1, 4));
  expect(asked[0]).toBe("start");
  expect(asked.slice(1)).toContain("expired");
  expect(await states(page)).not.toContain("failed");
});

test("[E4] written offline, reloaded while offline, sent once and in order when the network is back", async () => {
  await context.clock.install();
  const script = await (await fetch(`${proxy.origin}/client.js`)).text();
  // The page itself comes from where a service worker would have kept it.
  await context.route("**/page?*", route => route.fulfill({ contentType: "text/html", body: proxy.html }));
  await context.route("**/client.js", route => route.fulfill({ contentType: "text/javascript", body: script }));
  await stage.sql("delete from demo.note where tenant_id = 'acme'");
  const page = await open(context, proxy.origin, "channel=notes");
  await following(page);
  await context.setOffline(true);
  await reaches(page, "offline").catch(async () => {
    throw new Error(`not offline but ${await states(page)}`);
  });
  for (const text of ["one", "two", "three"]) await write(page, text);
  await until(async () => (await pending(page)) === 3);
  await context.clock.fastForward(60_000);
  expect(await pending(page)).toBe(3);
  await page.reload();
  expect(await stage.ask("select count(*)::text from demo.note where tenant_id = 'acme'")).toBe("0");
  await context.setOffline(false);
  const texts = "select coalesce(string_agg(text, ' ' order by id), '') from demo.note where tenant_id = 'acme'";
  await until(async () => (await stage.ask(texts)) === "one two three");
  await until(async () => (await pending(page)) === 0);
  expect(await stage.ask(texts)).toBe("one two three");
});
