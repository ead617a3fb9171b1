import { expect, test } from "vitest";
import { accessible, live, passes, read, rest, run, shoot, shown, theatre, watched } from "./console.ts";
import { stage, until } from "./stage.ts";

const { desk, proxy } = theatre();

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
  // The list is gone when what opened it has the keyboard again.
  await page
    .getByRole("button", { name: /Idioma/ })
    .and(page.locator(":focus"))
    .waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { name: "Aprovações" }).waitFor();
  await page.waitForFunction(() => document.documentElement.lang === "pt-BR");
  await page.reload();
  await page.getByRole("heading", { name: "Aprovações" }).waitFor();
});

test("[A2] [A4] [C8] the connection is shown on every page: polling, reconnecting, lost, Retry", async () => {
  const { page } = await desk("ana", "approvals", { origin: proxy().origin });
  const shows = await watched(page);
  await shows(/^connected/);
  proxy().socketsBlocked = true;
  proxy().streamsBlocked = true;
  proxy().cut();
  await shows(/^polling/);
  proxy().socketsBlocked = false;
  await shows(/^connected/);
  await stage.stop();
  await shows(/^reconnecting: .*Reconnecting \d+ of 10/);
  await shows(/^failed: .*Connection lost/);
  await accessible(page);
  await shoot(page, "lost");
  // While nobody answers nothing else begins to count anew.
  await page.getByRole("button", { name: "Retry" }).click();
  await shows(/^reconnecting/);
  await stage.start();
  await shows(/^connected/);
});

test("[C1] [C10] an approval arrives on two screens; decided on one, it is decided on both, and shows so at once", async () => {
  const [ana, cora, olga] = [
    await desk("ana", "approvals"),
    await desk("cora", "approvals"),
    await desk("olga", "approvals"),
  ];
  for (const { page } of [ana, cora, olga]) {
    await live(page);
    await read(page);
  }
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
  await rest("cora", "POST", `/api/agents/ringer-${run}/heartbeat`, { status: "idle" });
  await agent.getByText("Idle").waitFor();
  await rest("cora", "POST", `/api/agents/ringer-${run}/events`, { type: "ai.peal.rung", data: { changes: 5040 } });
  await page.getByText("changes: 5040").waitFor();
  await accessible(page);
  await shoot(page, "agents");
});

test("[C2] what cannot be shown takes no other page with it, and comes back by Retry", async () => {
  const { page, errors } = await desk("cora", "agents");
  await live(page);
  let broken = true;
  await page.route("**/api/agents?*", async route => {
    const response = await route.fetch();
    const answer = await response.json();
    for (const agent of broken ? answer.items : []) agent.name = { not: "a name" };
    await route.fulfill({ response, json: answer });
  });
  await page.reload();
  await page.getByRole("heading", { name: "This page could not be shown" }).waitFor();
  await accessible(page);
  await shoot(page, "broken");
  await until(async () => errors.join().includes("React error #31"));
  errors.splice(0);
  await page.getByRole("link", { name: "Approvals" }).first().click();
  await page.getByRole("heading", { name: "Approvals" }).waitFor();
  await page.goBack();
  await page.getByRole("heading", { name: "This page could not be shown" }).waitFor();
  await until(async () => errors.join().includes("React error #31"));
  errors.splice(0);
  broken = false;
  await page.getByRole("button", { name: "Retry" }).click();
  await page.getByRole("list", { name: "Agents" }).getByRole("button").first().waitFor();
});

test("[C3] the badge counts up and down on all devices of one user, and of nobody else", async () => {
  const [first, second, other] = [
    await desk("ben", "notifications"),
    await desk("ben", "agents"),
    await desk("ana", "agents"),
  ];
  for (const { page } of [first, second, other]) await live(page);
  const badge = (page: typeof first.page) => page.getByTestId("badge");
  const unread = await rest("ben", "GET", "/api/notifications?unread=true&limit=100");
  const before = ((await unread.json()) as { items: unknown[] }).items.length;
  for (const title of ["Noon", "Vespers"]) {
    await rest("cora", "POST", "/api/notifications", {
      audience: "user",
      target: "ben",
      title,
      body: "The bell rings.",
    });
  }
  const counts = async (count: number) => {
    for (const { page } of [first, second]) {
      await page.waitForFunction(
        wanted => Number.parseInt(document.querySelector('[data-testid="badge"]')?.textContent ?? "0", 10) === wanted,
        count,
      );
    }
  };
  await counts(before + 2);
  await first.page.getByRole("listitem").filter({ hasText: "Vespers" }).first().waitFor();
  await accessible(first.page);
  await shoot(first.page, "notifications");
  await first.page.getByRole("button", { name: "Mark as read: Vespers" }).first().click();
  await counts(before + 1);
  await first.page.getByRole("button", { name: "Mark all as read" }).click();
  for (const { page } of [first, second]) await until(async () => (await badge(page).count()) === 0);
  expect(await other.page.getByText("Vespers").count()).toBe(0);
});

test("[A1] [A9] [F1] the playground: a table, a write by page and by SQL, and every message", async () => {
  const { page } = await desk("ana", "playground");
  await live(page);
  const note = (text: string) => page.getByRole("listitem").filter({ hasText: text });
  const frames = page.getByRole("list", { name: "Messages sent and received" });
  // Its own connection follows the notes, and they were read: what is written from now on is heard.
  await frames
    .getByText(/^answer to \d+: ok, at/)
    .first()
    .waitFor();
  await read(page);
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
  await stage.sql("select carillon.rule('gauges')");
  await stage.sql("select carillon.conflate('gauges')");
  const { page } = await desk("olga", "operations");
  await live(page);
  await page.getByText("The next events of approvals appear here.").waitFor();
  const told = page.getByRole("button", { name: /approval.created/ }).first();
  // Live does not say that the channel is followed yet, and only what comes after that is shown.
  for (let n = 1; !(await told.isVisible()); n++) {
    await rest("ana", "POST", "/api/approvals", { title: `Followed ${n} (${run})` });
    await told.waitFor({ timeout: 3_000 }).catch(() => {});
  }
  await told.click();
  await page.getByText("Seen by the node").waitFor();
  const sockets = page.getByRole("table", { name: "Connections that follow the channel" });
  await sockets.getByRole("row", { name: /olga .*has it/ }).waitFor();
  await page.getByRole("img", { name: /From commit to socket.*99 %: [\d.]+ ms/ }).waitFor();
  await page.getByRole("region", { name: "Nodes" }).getByText("answers", { exact: true }).waitFor();
  await page.getByRole("region", { name: "Limits" }).getByText("acme, class default", { exact: false }).waitFor();
  await accessible(page);
  await shoot(page, "operations");
  await page.getByRole("textbox", { name: "Channel" }).fill("gauges");
  await page.getByRole("button", { name: "Follow it" }).click();
  const latest = page.getByRole("button", { name: /stage.said/ }).first();
  for (let n = 1; !(await latest.isVisible()); n++) {
    await stage.emit("gauges", n);
    await latest.waitFor({ timeout: 3_000 }).catch(() => {});
  }
  await latest.click();
  await sockets.getByRole("row", { name: /olga .*has it or a later one/ }).waitFor();
  // Whoever is sent away comes back by itself, and the page goes on.
  const ana = await desk("ana", "approvals");
  await live(ana.page);
  await page.getByRole("textbox", { name: "User" }).fill("ana");
  const said = passes(page, "Disconnected. It may come back by itself.");
  await page.getByRole("button", { name: "Disconnect ana" }).first().click();
  await said;
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

test("[A2] [A5] signing in with a token; when it is over and there is no other, the page says so and takes a new one", async () => {
  const { page } = await desk(null, "approvals");
  await page.route("**/api/demo/users", route => route.fulfill({ status: 404, json: {} }));
  await page.reload();
  const field = page.getByRole("textbox", { name: "Token" });
  const submit = page.getByRole("button", { name: "Sign in" });
  await field.fill("not.a.token");
  await submit.click();
  await page.getByRole("alert").filter({ hasText: /./ }).waitFor();
  await accessible(page);
  await shoot(page, "sign-in-token");
  // Where this machine pauses for longer than a token is good, there is another one.
  const signIn = async (seconds: number) => {
    for (let taken = false; !taken; ) {
      await field.fill(await stage.token("ana", seconds));
      const answer = page.waitForResponse("**/api/me");
      await submit.click();
      taken = (await answer).ok();
    }
  };
  await watched(page);
  const dialog = page.getByRole("dialog", { name: "Signed out" });
  do {
    await signIn(3);
    await dialog.waitFor();
  } while (!(await shown(page)).some(state => state.startsWith("connected")));
  await page.locator('[data-testid="connection"][data-state="failed"]').waitFor();
  await accessible(page);
  await shoot(page, "signed-out");
  await signIn(600);
  await live(page);
  await page.getByRole("heading", { name: "Approvals" }).waitFor();
});
