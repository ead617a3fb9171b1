// Fails the build when what pages load first grows over its budget, compressed as browsers get it.
// `node ../build/budget.js client` in the workspace that was built.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const zipped = file => gzipSync(readFileSync(file), { level: 9 }).length;

/** What the console's page asks for before anything is shown: its script, what that imports, and the styles. */
function first() {
  const manifest = JSON.parse(readFileSync("dist/manifest.json", "utf8"));
  const files = new Set(["index.html"]);
  const add = name => {
    const { file, css = [], imports = [] } = manifest[name];
    if (files.has(file)) return;
    for (const one of [file, ...css]) files.add(one);
    imports.forEach(add);
  };
  add("index.html");
  const html = readFileSync("dist/index.html", "utf8");
  for (const [, file] of html.matchAll(/(?:href|src)="\/(assets\/[^"]+)"/g)) files.add(file);
  return [...files].map(file => `dist/${file}`);
}

const BUDGETS = {
  client: { most: 15_000, files: () => ["dist/client.js"] },
  console: { most: 250_000, files: first },
};

const name = process.argv[2];
const { most, files } = BUDGETS[name];
const size = files().reduce((sum, file) => sum + zipped(file), 0);
const said = `${name}: ${size} bytes compressed at first load, of ${most}`;
if (size > most) {
  console.error(`${said}: over the budget`);
  process.exit(1);
}
console.log(said);
