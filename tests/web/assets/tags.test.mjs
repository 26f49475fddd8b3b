// The counter counts the hashtags that are kept; tests/unit/web/test_kept_tags.py holds the server to the same file.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { build } from "esbuild";

const { outputFiles } = await build({
  entryPoints: ["src/openrounds/web/assets/tags.ts"], bundle: true, format: "esm", write: false,
});
const { withTags } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
const cases = JSON.parse(await readFile("tests/vectors/kept_tags.json", "utf8"));

for (const { text, tags, sent } of cases) {
  test(JSON.stringify(text), () => assert.equal(withTags(text, tags), sent));
}
