/** The folders that the tests open. */

import * as fs from "node:fs/promises";
import * as path from "node:path";
import { SAMPLES } from "./workbench";

const MODEL = `import numpy as np


def layer(x, w):
    hidden = x @ w
    return np.tanh(hidden)


def penalty(w):
    return 0.1 * np.sum(w * w)
`;

const LOSS = `import numpy as np

from model import layer, penalty


def data():
    rng = np.random.default_rng(0)
    return rng.normal(size=(200, 200)), rng.normal(size=(200, 200))


# adls: loss(*data())
def loss(w, x):
    out = layer(x, w)
    return np.mean(out**2) + penalty(w) + penalty(w[0])


# adls: plain(*data())
def plain(w, x):
    return np.sum(np.exp(w * x))
`;

const RAISING = `import numpy as np


# adls: broken(np.ones(3))
def broken(x):
    y = x * 2.0
    raise ValueError("the data is bad")
`;

const ENDLESS = `import os
import pathlib

import numpy as np


# adls: endless(np.ones(3))
def endless(x):
    pathlib.Path("pid").write_text(str(os.getpid()))
    while True:
        x = x + 1.0
    return np.sum(x)
`;

const ENERGY = `import numpy as np


def energy(x, strength=2.0):
    return strength * np.sum(np.cos(x))


if __name__ == "__main__":
    print(energy(np.linspace(0.0, 1.0, 50000)))
`;

const TESTS = `import numpy as np
from energy import energy


def test_energy():
    assert energy(np.zeros(7), strength=3.0) == 21.0
`;

const ANNOTATED = `import numpy as np
from numpy.typing import NDArray


def spread(values: NDArray[np.float64], scale: float) -> float:
    centred = values - np.mean(values)
    return float(np.sum(centred**2) * scale)


class Fit:
    def __init__(self, data):
        self.data = data

    def loss(self, weights):
        return np.sum((self.data @ weights - 1.0) ** 2)
`;

const SCRIPTED = `import numpy as np


# adls: total(np.ones(1000))
def total(x):
    return np.sum(np.sin(x))
`;

/** The samples. */
export async function ordinary(folder: string): Promise<void> {
  await fs.cp(SAMPLES, folder, { recursive: true, filter: (name) => !name.includes("__pycache__") });
}

/** A program of two files, one with a bug, and one without an end. */
export async function twoFiles(folder: string): Promise<void> {
  await write(folder, {
    "model.py": MODEL,
    "loss_of_model.py": LOSS,
    "raising.py": RAISING,
    "endless.py": ENDLESS,
  });
}

const CALLBACK = `import numpy as np


def integrate(field, state, dt, steps):
    for n in range(steps):
        state = state + dt * field(n * dt, state)
    return np.sum(state)
`;

/** Programs that have never heard of adls. */
export async function foreign(folder: string): Promise<void> {
  await write(folder, {
    "energy.py": ENERGY,
    "test_energy.py": TESTS,
    "annotated.py": ANNOTATED,
    "scripted.py": SCRIPTED,
    "callback.py": CALLBACK,
  });
}

async function write(folder: string, files: Record<string, string>): Promise<void> {
  await fs.mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await fs.writeFile(path.join(folder, name), text);
}

const VICTIM = `import numpy as np


# adls: loss(np.ones((3, 3)))
def loss(x):
    y = np.tanh(x)
    return np.sum(y * y)
`;

/** A folder in which everything that runs leaves a mark: modules named as ours, a Python, and settings that name it. */
export async function hostile(folder: string, marks: string): Promise<void> {
  const bin = path.join(folder, ".venv", "bin");
  await fs.mkdir(bin, { recursive: true });
  await fs.mkdir(path.join(folder, ".vscode"), { recursive: true });
  await fs.mkdir(marks, { recursive: true });
  await fs.writeFile(path.join(folder, "model.py"), VICTIM);
  const modules = [
    "cattrs",
    "attrs",
    "numpy",
    "sitecustomize",
    "usercustomize",
    "pygls",
    "adls",
    "json",
    "typing",
  ];
  for (const name of modules) {
    const mark = JSON.stringify(path.join(marks, name));
    await fs.writeFile(path.join(folder, `${name}.py`), `open(${mark}, "w").close()\n`);
  }
  const script = `#!/bin/sh\ntouch '${path.join(marks, "python")}'\nexec python3 "$@"\n`;
  for (const name of ["python", "python3"]) await fs.writeFile(path.join(bin, name), script, { mode: 0o755 });
  await fs.writeFile(path.join(folder, ".venv", "pyvenv.cfg"), `home = ${bin}\n`);
  const settings = {
    "adls.interpreter": path.join(bin, "python"),
    "python.defaultInterpreterPath": path.join(bin, "python"),
  };
  await fs.writeFile(path.join(folder, ".vscode", "settings.json"), JSON.stringify(settings));
}
