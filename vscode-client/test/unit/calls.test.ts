import assert from "node:assert/strict";
import { it } from "node:test";
import { argumentsOf, commentOf } from "../../src/calls";

it("the arguments are those of the outermost call", () => {
  const cut = (call: string) => call.slice(...argumentsOf(call));
  assert.equal(cut("loss(init(0), *batch())"), "init(0), *batch()");
  assert.equal(cut("Fit(np.ones(3)).loss({'w': (1, 2)}, [f(x)])"), "{'w': (1, 2)}, [f(x)]");
  assert.equal(cut("energy()"), "");
  assert.equal(cut("[argnums=(0, 2)]: newton(f, x0)"), "f, x0");
  assert.deepEqual(argumentsOf("energy"), [6, 6]);
});

it("a call is written as a comment, with what is differentiated", () => {
  assert.equal(commentOf("loss(1.0)"), "# adls: loss(1.0)");
  assert.equal(commentOf("[argnums=1]: loss(f, 1.0)"), "# adls[argnums=1]: loss(f, 1.0)");
});
