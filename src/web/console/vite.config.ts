import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// A node serves `dist` at its root. `npm run dev -w console` serves it with the API of CARILLON_NODE behind it.
const node = process.env.CARILLON_NODE ?? "http://localhost:8080";
const passed = ["/api", "/events", "/realtime", "/ws", "/openapi", "/asyncapi", "/health"];

export default defineConfig({
  resolve: {
    alias: { "@carillon/client": at("../client/src/index.ts"), "@carillon/react": at("../react/src/index.ts") },
    dedupe: ["react", "react-dom", "@tanstack/react-query"],
  },
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    manifest: "manifest.json",
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      // "use client" is for servers that render React, of which there is none here.
      onLog: (level, log, tell) => log.code !== "MODULE_LEVEL_DIRECTIVE" && tell(level, log),
    },
  },
  server: { proxy: Object.fromEntries(passed.map(path => [path, { target: node, ws: true }])) },
});
