import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { it } from "node:test";

const CLIENT = path.join(import.meta.dirname, "..", "..", "..");
const read = (name: string) => readFileSync(path.join(CLIENT, name), "utf8");
const { contributes } = JSON.parse(read("package.json")) as {
  contributes: {
    commands: { command: string; title: string }[];
    configuration: { properties: Record<string, unknown> };
    walkthroughs: { steps: { description: string; media: { markdown: string } }[] }[];
  };
};

it("the README names every command and every setting", () => {
  const readme = read("README.md");
  for (const { title } of contributes.commands) assert.ok(readme.includes(`| ${title} |`), title);
  for (const name of Object.keys(contributes.configuration.properties))
    assert.ok(readme.includes(`| \`${name}\` |`), name);
});

it("the walkthrough's buttons run commands that there are, and its pages exist", () => {
  const known = new Set(contributes.commands.map((each) => each.command));
  for (const { description, media } of contributes.walkthroughs.flatMap((each) => each.steps)) {
    for (const [, command] of description.matchAll(/\(command:([\w.]+)\)/g)) assert.ok(known.has(command ?? ""));
    assert.ok(read(media.markdown));
  }
});
