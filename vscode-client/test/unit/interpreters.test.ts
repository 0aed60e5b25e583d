import assert from "node:assert/strict";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { serverInterpreter } from "../../src/interpreters";
import { liesIn } from "../../src/places";

let root: string;
let folder: string;
let marks: string;
const outside = process.env.PATH;

before(async () => {
  root = await fs.realpath(await fs.mkdtemp(path.join(os.tmpdir(), "adls-interpreters-")));
  folder = path.join(root, "work");
  marks = path.join(root, "marks");
  await fs.mkdir(path.join(folder, "bin"), { recursive: true });
});

after(async () => {
  process.env.PATH = outside;
  await fs.rm(root, { recursive: true });
});

beforeEach(async () => {
  await fs.rm(marks, { recursive: true, force: true });
  await fs.mkdir(marks);
});

/** An interpreter that says that it is of a version, and leaves a mark. */
async function python(file: string, version: string): Promise<string> {
  const mark = path.join(marks, path.basename(file));
  const script = `#!/bin/sh\n: > '${mark}'\necho ${version}\n`;
  await fs.mkdir(path.dirname(file), { recursive: true });
  await fs.writeFile(file, script, { mode: 0o755 });
  return file;
}

describe("the interpreter of the server", () => {
  const workspace = () => ({ folders: [folder], trusted: true });

  it("is the chosen one where that is new enough", async () => {
    const chosen = await python(path.join(root, "new", "python3"), "3 12");
    assert.deepEqual(await serverInterpreter(chosen, workspace(), root), { path: chosen, refused: [] });
  });

  it("is another one where the chosen one is too old, and says why", async () => {
    const chosen = await python(path.join(root, "old", "python3"), "3 10");
    process.env.PATH = path.dirname(await python(path.join(root, "path", "python3"), "3 11"));
    const found = await serverInterpreter(chosen, workspace(), root);
    assert.equal(found.path, path.join(root, "path", "python3"));
    assert.deepEqual(found.refused, [`${chosen}: it is Python 3.10`]);
  });

  it("is never one in the workspace while there is another", async () => {
    const inside = await python(path.join(folder, "bin", "python-inside"), "3 12");
    process.env.PATH = path.dirname(await python(path.join(root, "path", "python3"), "3 11"));
    assert.equal((await serverInterpreter(inside, workspace(), root)).path, path.join(root, "path", "python3"));
    assert.deepEqual(await fs.readdir(marks), ["python3"]);
  });

  it("is not one outside that is a link into the workspace, and no relative name", async () => {
    const inside = await python(path.join(folder, "bin", "python-inside"), "3 12");
    const link = path.join(root, "link");
    await fs.symlink(inside, link);
    process.env.PATH = path.dirname(await python(path.join(root, "path", "python3"), "3 11"));
    for (const chosen of [link, "bin/python-inside"]) {
      const found = await serverInterpreter(chosen, { folders: [folder], trusted: false }, folder);
      assert.equal(found.path, path.join(root, "path", "python3"));
    }
    assert.deepEqual(await fs.readdir(marks), ["python3"]);
  });
});

describe("what lies in a folder", () => {
  it("lies there by its name, or by what its links lead to", async () => {
    const target = path.join(folder, "bin", "target");
    await fs.writeFile(target, "");
    const link = path.join(root, "outside-link");
    await fs.symlink(target, link);
    const away = path.join(folder, "bin", "away");
    await fs.symlink(path.join(root, "somewhere"), away);
    for (const file of [target, link, away]) assert.equal(await liesIn([folder], file), true, file);
    assert.equal(await liesIn([folder], `${folder}-other/python`), false);
    assert.equal(await liesIn([], target), false);
  });
});
