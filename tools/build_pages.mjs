// Bundles the pages' TypeScript and makes the styles that draw the icons which templates name. `make setup` runs it.
import { readdir, readFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

const WEB = "src/openrounds/web";
const OUT = `${WEB}/static/openrounds/build`;
const FILLED = new Set(["bookmark", "star"]); // as long as their button is pressed

async function templates(folder) {
  const found = await readdir(folder, { recursive: true });
  return Promise.all(found.filter((name) => name.endsWith(".html")).map((name) => readFile(join(folder, name), "utf8")));
}

async function drawing(name) {
  const svg = await readFile(`node_modules/lucide-static/icons/${name}.svg`, "utf8");
  return svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s+/g, " ").trim();
}

// All of them in a row, 8 units apart: one picture is a mask for each, which takes the colour of the words beside it. A page
// with 250 icons is drawn in half the time that as many <use> take.
function row(drawings) {
  const placed = drawings.map((inside, at) => `<g transform="translate(${32 * at + 4} 4)">${inside}</g>`).join("");
  const look = 'fill="none" stroke="#000" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${32 * drawings.length}" height="32" ${look}>${placed}</svg>`;
}

const named = (await templates(`${WEB}/templates`)).flatMap((text) => [...text.matchAll(/{%\s*icon "([a-z0-9-]+)"/g)]);
const icons = [...new Set(named.map((match) => match[1]))].sort();
await mkdir(OUT, { recursive: true });
const drawings = await Promise.all(icons.map(drawing));
const filled = icons.filter((name) => FILLED.has(name));
drawings.push(...filled.map((name) => `<g fill="#000">${drawings[icons.indexOf(name)]}</g>`));
const url = `data:image/svg+xml,${row(drawings).replace(/"/g, "'").replace(/[%#<>]/g, encodeURIComponent)}`;
const rules = [
  "/* Icons: Lucide (ISC licence), https://lucide.dev */",
  `.icon { --icons: url("${url}"); }`,
  ...icons.map((name, at) => `.icon-${name} { --at: ${at}; }`),
  ...filled.map((name, at) => `[aria-pressed="true"] > .icon-${name} { --at: ${icons.length + at}; }`),
];
await writeFile(`${OUT}/icons.css`, `${rules.join("\n")}\n`);
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
