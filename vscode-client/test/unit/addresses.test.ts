import assert from "node:assert/strict";
import { it } from "node:test";
import { namedBy } from "../../src/addresses";

it("an address names a function of a file in the first folder, in another one, or elsewhere", () => {
  const loss = { function: "Model.loss" };
  assert.deepEqual(namedBy("/src/a b.py/Model.loss.py", 1), { ...loss, folder: 0, file: "src/a b.py" });
  assert.deepEqual(namedBy("/@1/src/m.py/Model.loss.py", 2), { ...loss, folder: 1, file: "src/m.py" });
  assert.deepEqual(namedBy("/~/tmp/m.py/Model.loss.py", 1), { ...loss, folder: undefined, file: "/tmp/m.py" });
  assert.deepEqual(namedBy("/tmp/m.py/Model.loss.py", 0), { ...loss, folder: undefined, file: "/tmp/m.py" });
});

it("other paths name nothing", () => {
  for (const path of ["/", "/loss.py", "/src/m.py/loss", "/@7/m.py/loss.py"])
    assert.equal(namedBy(path, 2), undefined);
});
