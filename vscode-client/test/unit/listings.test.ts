import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { beginningOf, blocks, lineNow } from "../../src/listings";

const LISTING = `import numpy as np


def layer__fwd(x):
    # 4: return x * x
    return x * x, x


def loss__back(residuals, d_value):
    # 9: y = layer(x)
    d_x = d_value
    if d_x:
        d_x = 2.0

    # 4: return x * x
    return d_x`.split("\n");

describe("a listing", () => {
  it("has a block for each head, up to the next one, an empty line, or the end of the function", () => {
    assert.deepEqual(blocks(LISTING), [
      { line: 4, text: "return x * x", first: 4, last: 5 },
      { line: 9, text: "y = layer(x)", first: 9, last: 12 },
      { line: 4, text: "return x * x", first: 14, last: 15 },
    ]);
  });

  it("begins where the functions made from the asked one do", () => {
    assert.equal(beginningOf(LISTING, "Model.loss"), 8);
    assert.equal(beginningOf(["", "def layer_2__fwd(x):"], "layer"), 1);
    assert.equal(beginningOf(LISTING, "nothing"), undefined);
  });
});

describe("the line of a block", () => {
  const block = { line: 3, text: "return x", first: 0, last: 1 };

  it("is where it was while its text is there", () => {
    assert.equal(lineNow(["return x", "", "  return x", "return x"], block), 2);
  });

  it("is the nearest one with its text after an edit", () => {
    assert.equal(lineNow(["", "", "", "", "  return x", "", "", "return x"], block), 4);
    assert.equal(lineNow(["return x"], { ...block, line: 900 }), 0);
  });

  it("is nowhere once the text is gone", () => {
    assert.equal(lineNow(["return y"], block), undefined);
  });
});
