import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { accessible, live, passes, rest, run, shoot, theatre } from "./console.ts";
import { until } from "./stage.ts";

const { desk, proxy } = theatre();

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
  const writing = passes(ana.page, "Ben is writing…");
  await field(ben.page).pressSequentially("Is it noon?");
  await writing;
  await field(ben.page).press("Enter");
  const said = (page: typeof ana.page, text: string) => page.getByRole("article").filter({ hasText: text });
  await said(ana.page, "Is it noon?").waitFor();
  await said(ben.page, "Is it noon?").and(ben.page.locator('[data-status="read"]')).waitFor();
  await ben.page.goto(ben.page.url().replace(/#.*/, "#/approvals"));
  // Now he does not see what is written.
  await ben.page.getByRole("heading", { name: "Approvals" }).waitFor();
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

/** The reader scrolls there; returns when the page knows. */
const scroll = (page: Page, top: number) =>
  page.getByRole("log", { name: "Messages" }).evaluate(async (box, to) => {
    box.scrollTop = to;
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  }, top);

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
  await scroll(page, 150);
  const before = (await message(45).boundingBox())?.y as number;
  await rest("ana", "POST", `/api/conversations/${id}/messages`, { text: "message 071" });
  await message(71).waitFor({ state: "attached" });
  expect(Math.abs(((await message(45).boundingBox())?.y as number) - before)).toBeLessThan(2);
  // The next one comes before the page has heard that the reader has scrolled on.
  await page.getByRole("log", { name: "Messages" }).evaluate(box => {
    addEventListener("scroll", event => event.stopImmediatePropagation(), { capture: true, once: true });
    box.scrollTop = 400;
  });
  const unheard = (await message(45).boundingBox())?.y as number;
  await rest("ana", "POST", `/api/conversations/${id}/messages`, { text: "message 072" });
  await message(72).waitFor({ state: "attached" });
  expect(Math.abs(((await message(45).boundingBox())?.y as number) - unheard)).toBeLessThan(2);
  await scroll(page, 150);
  const there = ((await message(43).boundingBox())?.y as number) + 90;
  await scroll(page, 60);
  await message(15).waitFor({ state: "attached" });
  expect(Math.abs(((await message(43).boundingBox())?.y as number) - there)).toBeLessThan(2);
  expect(await page.getByRole("article").count()).toBeGreaterThanOrEqual(61);
});

test("[E2] [E3] [A5] a message is edited and taken back; whoever is removed reads nothing more", async () => {
  const id = await conversation(`Ropes ${run}`, ["ben"]);
  const [ana, ben] = [await desk("ana", `chat/${id}`), await desk("ben", `chat/${id}`)];
  for (const { page } of [ana, ben]) await live(page);
  const field = ana.page.getByRole("textbox", { name: "Message" });
  const said = (page: typeof ana.page, text: string) => page.getByRole("article").filter({ hasText: text });
  await field.fill("Nine ropse");
  await field.press("Enter");
  await said(ben.page, "Nine ropse").waitFor();
  expect(await ben.page.getByRole("button", { name: "What to do with this message" }).count()).toBe(0);
  const act = async (name: string) => {
    await said(ana.page, "Nine").getByRole("button", { name: "What to do with this message" }).click();
    await ana.page.getByRole("menuitem", { name }).click();
  };
  await act("Edit");
  await ana.page.getByRole("textbox", { name: "Edit your message" }).fill("Nine ropes");
  await ana.page.keyboard.press("Enter");
  await said(ben.page, "Nine ropes").getByText("edited").waitFor();
  await act("Take back");
  await said(ben.page, "taken back").waitFor();
  // Nor in the list of conversations.
  await until(async () => (await ben.page.getByText("Nine ropes").count()) === 0);

  await ana.page.getByRole("button", { name: "People" }).click();
  const people = ana.page.getByRole("dialog", { name: "People" });
  await people.getByRole("textbox", { name: "User id to add" }).fill("cora");
  await people.getByRole("button", { name: "Add" }).click();
  await people.getByRole("listitem").filter({ hasText: "cora" }).waitFor();
  await accessible(ana.page);
  await shoot(ana.page, "chat-people");
  await people.getByRole("button", { name: /Remove ben/i }).click();
  await ben.page.getByRole("alert").filter({ hasText: "You are not in this conversation" }).waitFor();
  await ben.page.getByRole("link", { name: new RegExp(`Ropes ${run}`) }).waitFor({ state: "detached" });
  await people.getByRole("button", { name: "Close" }).click();
  await field.fill("Among us");
  await field.press("Enter");
  await said(ana.page, "Among us").and(ana.page.locator('[data-status="sent"]')).waitFor();
  expect(await said(ben.page, "Among us").count()).toBe(0);
  expect(await ben.page.getByRole("textbox", { name: "Message" }).count()).toBe(0);
});

test("[E2] what is being written outlives an edit that is cancelled; what is refused is given back", async () => {
  const id = await conversation(`Drafts ${run}`, ["ben"]);
  const messages = `/api/conversations/${id}/messages`;
  const sent = await rest("ana", "POST", messages, { text: "Seven bells" });
  const message = (await sent.json()) as { id: string; version: number };
  const { page } = await desk("ana", `chat/${id}`);
  await live(page);
  const field = page.getByRole("textbox", { name: "Message" });
  const editor = page.getByRole("textbox", { name: "Edit your message" });
  const said = (text: string) => page.getByRole("article").filter({ hasText: text });
  const edit = async () => {
    await said("bells").getByRole("button", { name: "What to do with this message" }).click();
    await page.getByRole("menuitem", { name: "Edit" }).click();
  };
  await field.fill("Half a thought");
  await edit();
  expect(await editor.inputValue()).toBe("Seven bells");
  await page.getByRole("button", { name: "Cancel" }).click();
  expect(await field.inputValue()).toBe("Half a thought");

  await edit();
  await rest("ana", "PATCH", `${messages}/${message.id}`, { text: "Six bells" }, message.version);
  await said("Six bells").waitFor();
  await editor.fill("Eight bells");
  await editor.press("Enter");
  const refused = page.getByRole("alert").filter({ hasText: /./ });
  await refused.first().waitFor();
  expect(await editor.inputValue()).toBe("Eight bells");
  await said("Six bells").waitFor();
  await accessible(page);
  await shoot(page, "chat-edit-refused");
  await editor.press("Enter");
  await said("Eight bells").getByText("edited").waitFor();

  expect(await field.inputValue()).toBe("Half a thought");
  await page.route(`**${messages}`, route =>
    route.fulfill({ status: 403, json: { code: "forbidden", detail: "Not today." } }),
  );
  await field.press("Enter");
  await page.getByRole("alert").filter({ hasText: "Not today." }).waitFor();
  expect(await field.inputValue()).toBe("Half a thought");
  await page.unroute(`**${messages}`);
  await field.press("Enter");
  await said("Half a thought").and(page.locator('[data-status="sent"]')).waitFor();
});

test("[E4] [E7] [A7] written offline, reloaded offline: the console is back with what it knew and what waits, sent once", async () => {
  const id = await conversation(`Kept ${run}`, ["ben"]);
  await rest("ben", "POST", `/api/conversations/${id}/messages`, { text: "Known before" });
  const { page, context } = await desk("ana", `chat/${id}`, { origin: proxy().origin, kept: true });
  const kept: string[] = [];
  page.on("response", answer => {
    if (answer.fromServiceWorker()) kept.push(new URL(answer.url()).pathname);
  });
  const ben = await desk("ben", `chat/${id}`);
  for (const one of [page, ben.page]) await live(one);
  await page.getByText("Known before", { exact: true }).waitFor();
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  const connection = (state: string) => page.locator(`[data-testid="connection"][data-state="${state}"]`).waitFor();
  proxy().down = true;
  proxy().cut();
  await context.setOffline(true);
  await connection("offline");
  const field = page.getByRole("textbox", { name: "Message" });
  for (const text of ["one", "two"]) {
    await field.fill(text);
    await field.press("Enter");
  }
  const waiting = page.locator('[data-status="waiting"]');
  await until(async () => (await waiting.count()) === 2);
  await page.getByText("2 to send").waitFor();
  await shoot(page, "chat-offline");

  await page.reload();
  await page.getByText("Known before", { exact: true }).waitFor();
  await until(async () => (await waiting.count()) === 2);
  await page.getByText("2 to send").waitFor();
  await connection("offline");
  // A part that was never loaded.
  await page.goto(page.url().replace(/#.*/, "#/studio"));
  await page.getByRole("heading", { name: "Studio", exact: true }).waitFor();
  await page.goto(page.url().replace(/#.*/, `#/chat/${id}`));
  await until(async () => (await waiting.count()) === 2);

  proxy().down = false;
  await context.setOffline(false);
  await live(page);
  await ben.page.getByText("two", { exact: true }).waitFor();
  await until(async () => (await waiting.count()) === 0);
  const said = ["Known before", "one", "two"].map(text => expect.stringContaining(text));
  for (const one of [page, ben.page]) expect(await one.getByRole("article").allTextContents()).toEqual(said);
  expect(kept).toContain("/");
  expect(kept.filter(path => path !== "/" && !path.startsWith("/assets/"))).toEqual([]);
});

test("[A7] a new version of the console takes over without a reload, and offers one", async () => {
  const { page } = await desk("ana", "chat", { origin: proxy().origin, kept: true });
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  proxy().rewrite = (path, text) =>
    path === "/sw.js"
      ? text.replace(/const PAGE = ".*?"/, 'const PAGE = "/assets/newer.js"').replace(/(KEPT = `[^`]*)/, "$1newer")
      : `${text}<!-- /assets/newer.js -->`;
  await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
  await page.getByText("There is a new version").waitFor();
  await accessible(page);
  await shoot(page, "new-version");
  await page.getByRole("button", { name: "Reload" }).click();
  await page.getByText("There is a new version").waitFor({ state: "detached" });
  await live(page);
  expect(await page.evaluate(() => caches.keys())).toHaveLength(2);
});
