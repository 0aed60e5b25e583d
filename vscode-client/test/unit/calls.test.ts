import assert from "node:assert/strict";
import { it } from "node:test";
import { argumentsOf } from "../../src/calls";

it("the arguments are those of the outermost call", () => {
  const cut = (call: string) => call.slice(...argumentsOf(call));
  assert.equal(cut("loss(init(0), *batch())"), "init(0), *batch()");
  assert.equal(cut("Fit(np.ones(3)).loss({'w': (1, 2)}, [f(x)])"), "{'w': (1, 2)}, [f(x)]");
  assert.equal(cut("energy()"), "");
  assert.deepEqual(argumentsOf("energy"), [6, 6]);
});
