import { defineConfig } from "vitest/config";

// In Chromium against real nodes; started by src/test/java/io/carillon/web, which sets up a stage for each file that runs at
// the same time. The tests of one file come one after the other: they share a node, and some of them stop it.
const stages = (process.env.CARILLON_STAGE ?? "").split(" ").length;

export default defineConfig({
  test: { include: ["*.test.ts"], maxWorkers: stages, testTimeout: 120_000, hookTimeout: 120_000 },
});
