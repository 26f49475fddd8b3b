// Bundles the pages' TypeScript and makes the sprite of the icons that templates name. `make setup` runs it.
import { readdir, readFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

const WEB = "src/openrounds/web";
const OUT = `${WEB}/static/openrounds/build`;

async function templates(folder) {
  const found = await readdir(folder, { recursive: true });
  return Promise.all(found.filter((name) => name.endsWith(".html")).map((name) => readFile(join(folder, name), "utf8")));
}

async function symbol(name) {
  const svg = await readFile(`node_modules/lucide-static/icons/${name}.svg`, "utf8");
  const inside = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s+/g, " ").trim();
  return `<symbol id="${name}" viewBox="0 0 24 24">${inside}</symbol>`;
}

const named = (await templates(`${WEB}/templates`)).flatMap((text) => [...text.matchAll(/{%\s*icon "([a-z0-9-]+)"/g)]);
const icons = [...new Set(named.map((match) => match[1]))].sort();
await mkdir(OUT, { recursive: true });
const symbols = await Promise.all(icons.map(symbol));
const licence = "<!-- Icons: Lucide (ISC licence), https://lucide.dev -->";
await writeFile(`${OUT}/icons.svg`, `${licence}\n<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
await build({
  entryPoints: [`${WEB}/assets/pages.ts`],
  outfile: `${OUT}/pages.js`,
  bundle: true,
  format: "esm",
  minify: true,
  target: ["chrome109", "firefox115", "safari16.4"],
  legalComments: "linked",
  logLevel: "warning",
});
