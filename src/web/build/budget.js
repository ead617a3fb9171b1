// Fails the build when what pages load first grows over its budget, compressed as browsers get it.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGETS = { "dist/client.js": 15_000 };

for (const [file, most] of Object.entries(BUDGETS)) {
  const size = gzipSync(readFileSync(file), { level: 9 }).length;
  const said = `${file}: ${size} bytes compressed, of ${most}`;
  if (size > most) {
    console.error(`${said}: over the budget`);
    process.exit(1);
  }
  console.log(said);
}
