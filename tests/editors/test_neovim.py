"""The recipe for Neovim, in the real one, headless."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PATIENCE, ROOT

PROGRAM = """\
import numpy as np


# adls: loss(np.ones((20, 20)), np.ones((30, 20)))
def loss(w, x):
    h = np.tanh(x @ w)
    return (h * h).sum()


def energy(x):
    return np.sum(x ** 2)
"""
SCRIPT = """
local home, python, out = vim.env.ADLS_HOME, vim.env.ADLS_PYTHON, vim.env.ADLS_OUT
local config = dofile(home .. "/editors/neovim/adls.lua")
config.cmd = { python, "-m", "adls", "lsp" }
config.cmd_cwd = home
vim.lsp.config("adls", config)
vim.lsp.enable("adls")
vim.cmd("edit loss.py")
local found = {}
local function wait(what, condition)
  found[what] = vim.wait(60000, condition, 50) or false
end
local function hints()
  return vim.iter(vim.lsp.inlay_hint.get({ bufnr = 0 })):map(function(hint)
    return { hint.inlay_hint.position.line + 1, hint.inlay_hint.label }
  end):totable()
end
local function ask(method, params)
  for _, answer in pairs(vim.lsp.buf_request_sync(0, method, params, 10000) or {}) do
    return answer.result
  end
end
wait("attached", function() return #vim.lsp.get_clients({ bufnr = 0, name = "adls" }) > 0 end)
local client = vim.lsp.get_clients({ bufnr = 0, name = "adls" })[1]
client:notify("workspace/didChangeConfiguration", { settings = { adls = { interpreter = python } } })
vim.api.nvim_win_set_cursor(0, { 6, 4 })
wait("examined", function()
  local place = vim.lsp.util.make_position_params(0, client.offset_encoding)
  return ask("textDocument/hover", place) ~= nil
end)
vim.cmd("AdlsProfile")
wait("hinted", function() return #hints() > 0 end)
found.hints = hints()
found.hover = ask("textDocument/hover", vim.lsp.util.make_position_params(0, client.offset_encoding)).contents.value
local range = vim.lsp.util.make_range_params(0, client.offset_encoding)
range.context = { diagnostics = {}, triggerKind = 1 }
found.actions = vim.iter(ask("textDocument/codeAction", range)):map(function(each) return each.title end):totable()
vim.api.nvim_win_set_cursor(0, { 11, 4 })
found.asked = {}
vim.ui.select = function(items, options, chosen)
  table.insert(found.asked, { options.prompt, (options.format_item(items[1])) })
  chosen(items[1])
end
vim.cmd("AdlsProfile")
wait("inserted", function() return vim.fn.getline(10):match("^# adls: energy") ~= nil end)
vim.api.nvim_win_set_cursor(0, { 6, 4 })
vim.cmd("AdlsPullback")
wait("shown", function() return vim.api.nvim_buf_get_name(0):match("adjoint") ~= nil end)
found.pullback = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\\n")
found.readonly = vim.bo.readonly
vim.fn.writefile({ vim.json.encode(found) }, out)
vim.cmd("qall!")
"""


def neovim() -> str:
    """Neovim 0.11 or newer, of the environment or of the machine."""
    beside = Path(sys.executable).with_name("nvim")
    found = str(beside) if beside.exists() else shutil.which("nvim")
    if found is None:
        assert os.environ.get("CI") != "true", "Neovim has to be there"
        pytest.skip("no Neovim here: the recipe was not tried")
    return found


def test_the_recipe(tmp_path: Path) -> None:
    (tmp_path / "loss.py").write_text(PROGRAM)
    (tmp_path / "script.lua").write_text(SCRIPT)
    home = tmp_path / "home"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("XDG", "PYTHON"))}
    told = {"ADLS_HOME": str(ROOT), "ADLS_PYTHON": sys.executable, "ADLS_OUT": str(tmp_path / "out.json")}
    done = subprocess.run(
        [neovim(), "--headless", "--clean", "-c", f"luafile {tmp_path / 'script.lua'}", "-c", "cquit"],
        cwd=tmp_path,
        env={**environment, **told, "HOME": str(home), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert (tmp_path / "out.json").exists(), done.stderr
    found = json.loads((tmp_path / "out.json").read_text())
    assert all(found[what] for what in ("attached", "examined", "hinted", "inserted", "shown", "readonly")), found
    assert {6, 7} <= {line for line, _ in found["hints"]}
    assert "| this line |" in found["hover"]
    assert "Profile gradient of loss" in found["actions"]
    assert "Show pullback code of loss" in found["actions"]
    assert found["asked"][0] == [
        "energy has no example call. Which call shall be measured?: ",
        "energy(np.linspace(0.1, 1.0, 5)) (made up from its parameters)",
    ]
    assert found["asked"][1][1] == "Insert as Comment"
    assert "def loss__back(" in found["pullback"]
