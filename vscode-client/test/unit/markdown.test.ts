import assert from "node:assert/strict";
import { it } from "node:test";
import { airy } from "../../src/markdown";

it("puts air between the columns of a table, and nowhere else", () => {
  const table = "| | forward | kept |\n|:--|--:|--:|\n| this line | 1.2 ms (5.0 %) | 0 |";
  assert.equal(
    airy(`a | b\n\n${table}\n\nafter`),
    "a | b\n\n| |&emsp;forward|&emsp;kept|\n|:--|--:|--:|\n| this line |&emsp;1.2 ms (5.0 %)|&emsp;0|\n\nafter",
  );
});

it("rules off a table that comes after code", () => {
  assert.equal(airy("```python\nd_x = g\n```\n\n| | a |"), "```python\nd_x = g\n```\n\n---\n\n| |&emsp;a|");
  assert.equal(airy("```python\nd_x = g\n```\n\nand"), "```python\nd_x = g\n```\n\nand");
});

it("leaves a bar that is part of a cell alone", () => {
  assert.equal(airy("| `x \\| y` | 1 | 2 |"), "| `x \\| y` |&emsp;1|&emsp;2|");
});
