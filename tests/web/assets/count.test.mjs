// The composer counts as the server does; tests/unit/core/test_text_vectors.py holds the server to the same file.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { build } from "esbuild";

const { outputFiles } = await build({
  entryPoints: ["src/openrounds/web/assets/count.ts"], bundle: true, format: "esm", write: false,
});
const { count } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
const cases = JSON.parse(await readFile("tests/vectors/count.json", "utf8"));

for (const { text, warning, count: expected } of cases) {
  test(JSON.stringify(text), () => assert.equal(count(text, warning), expected));
}
