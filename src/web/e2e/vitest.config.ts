import { defineConfig } from "vitest/config";

// In Chromium against a real node; started by src/test/java/io/carillon/web, which sets up the stage.
export default defineConfig({ test: { include: ["*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000 } });
