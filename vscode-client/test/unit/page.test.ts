import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { it } from "node:test";
import { framed, titleOf } from "../../src/page";

const PAGE = path.join(import.meta.dirname, "..", "..", "..", "..", "adls", "render", "canopy.html");
const html = readFileSync(PAGE, "utf8")
  .replace("{{title}}", "gradient of f&lt;x&gt; · adls")
  .replace("{{script}}", () => 'const text = "$1 <i> $&";');
const subject = { uri: "file:///project/</script><b>.py", function: "f" };
const shown = framed(html, "abc", subject);

it("the page runs its own scripts and styles, and nothing else", () => {
  const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(shown)?.[1];
  assert.equal(policy, "default-src 'none'; style-src 'nonce-abc'; script-src 'nonce-abc'; img-src data:");
  const tags = shown.match(/<(style|script)\b[^>]*>/g) ?? [];
  assert.deepEqual(
    tags.filter((tag) => !tag.includes('nonce="abc"')),
    ['<script type="application/json" id="data">'],
  );
});

it("the page remembers what it is of, whatever that is called, and keeps its own text", () => {
  assert.ok(shown.includes('"file:///project/\\u003c/script>\\u003cb>.py"'));
  assert.ok(shown.includes('const text = "$1 <i> $&";'));
});

it("a page that is not ours is refused", () => {
  assert.throws(() => framed("<p>hello</p>", "abc", subject), /the canopy page has no/);
});

it("the tab says what the page is of", () => {
  assert.equal(titleOf(html), "Gradient of f<x>");
});
