// Writes the console's service worker: worker.js with the names of what was built. Run in the workspace `console`.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const text = file => readFileSync(file, "utf8");

const files = readdirSync("dist/assets")
  .sort()
  .map(name => `/assets/${name}`);
const page = `/${JSON.parse(text("dist/manifest.json"))["index.html"].file}`;
const source = text("worker.js");
const version = createHash("sha256")
  .update(JSON.stringify([files, text("dist/index.html"), source]))
  .digest("hex")
  .slice(0, 16);

const worker = source
  .replace('["FILES"]', () => JSON.stringify(files))
  .replace('"PAGE"', () => JSON.stringify(page))
  .replace("VERSION`", () => `${version}\``)
  .replace(/^\/\/.*\n/gm, "");
writeFileSync("dist/sw.js", worker);
