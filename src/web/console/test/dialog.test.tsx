// @vitest-environment happy-dom
import { act, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { DialogButton, DialogEnd } from "../src/ui/dialog.tsx";
import { page, pass } from "./page.tsx";

const press = async (name: string) => {
  await act(async () => screen.getByRole("button", { name }).click());
  await pass(500);
};

test("a dialog opens by its button, named alike, and goes by its foot; the other word there sends its form", async () => {
  let sent = 0;
  page(
    <DialogButton label="Ask" icon="?">
      {close => (
        <form
          onSubmit={event => {
            event.preventDefault();
            sent++;
            close();
          }}
        >
          <DialogEnd close={close} does="Send" />
        </form>
      )}
    </DialogButton>,
  );
  await press("? Ask");
  screen.getByRole("dialog", { name: "Ask" });
  await press("Cancel");
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(sent).toBe(0);
  await press("? Ask");
  await press("Send");
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(sent).toBe(1);
});

test("a dialog that does nothing has a foot that closes it", async () => {
  page(
    <DialogButton label="Look" icon="?">
      {close => <DialogEnd close={close} />}
    </DialogButton>,
  );
  await press("? Look");
  expect(screen.getAllByRole("button").map(({ textContent }) => textContent)).toContain("Close");
  await press("Close");
  expect(screen.queryByRole("dialog")).toBeNull();
});
