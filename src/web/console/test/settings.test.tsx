// @vitest-environment happy-dom
import { act, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { useSettings } from "../src/settings.ts";
import { node, page, pass } from "./page.tsx";

interface Values {
  version: number;
  open: boolean;
}

let reads = 0;
let kept: Values = { version: 1, open: false };

function Settings() {
  const { values, edit } = useSettings<Values>("/api/settings", "desk", "setting");
  return (
    <button type="button" onClick={() => void edit({ open: true })}>
      {values?.version} {String(values?.open)}
    </button>
  );
}

const shown = () => screen.getByRole("button").textContent;

async function open(): Promise<void> {
  reads = 0;
  kept = { version: 1, open: false };
  node.rest = (method, path, body) => {
    if (path !== "/api/settings") return undefined;
    if (method === "GET") reads++;
    else if (kept.version > 1) return Response.json({ code: "stale", detail: "stale" }, { status: 412 });
    else kept = { ...kept, ...(body as Partial<Values>), version: 2 };
    return Response.json(kept);
  };
  page(<Settings />);
  await pass(1_000);
  reads = 0;
}

test("[E7] a burst of changes of the settings is read once, and what is told of other tables not at all", async () => {
  await open();
  for (let version = 2; version < 22; version++) {
    kept = { version, open: version % 2 === 1 };
    node.emit("desk", {}, undefined, "setting.updated");
    node.emit("desk", {}, undefined, "ticket.updated");
    await pass(5);
  }
  await pass(1_000);
  expect(shown()).toBe("21 true");
  expect(reads).toBe(1);
  node.emit("desk", {}, undefined, "ticket.updated");
  await pass(1_000);
  expect(reads).toBe(1);
});

test("[C10] an edit of settings that somebody else has changed is refused, and theirs are shown", async () => {
  await open();
  kept = { version: 7, open: false };
  await act(async () => screen.getByRole("button").click());
  await pass(1_000);
  expect(shown()).toBe("7 false");
  expect(reads).toBe(1);
});
