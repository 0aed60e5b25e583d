-- adls in Neovim 0.11 or newer: put this file into ~/.config/nvim/lsp/adls.lua and say
--     vim.lsp.enable("adls")
-- Then: figures stand at line ends (inlay hints), `K` shows a line's table, `gra` lists what can be done,
-- and :AdlsProfile, :AdlsPullback, :AdlsCanopy, :AdlsClear work on the function under the cursor.

local function subject(bufnr)
  -- The server names functions by their qualified names; its code actions carry the one under the cursor.
  local params = vim.lsp.util.make_range_params(0, "utf-8")
  params.context = { diagnostics = {}, triggerKind = 1 }
  local answers = vim.lsp.buf_request_sync(bufnr, "textDocument/codeAction", params, 2000) or {}
  for _, answer in pairs(answers) do
    for _, action in ipairs(answer.result or {}) do
      local command = type(action.command) == "table" and action.command or action
      if command.arguments and vim.startswith(command.command, "adls.") then
        return command.arguments[1]
      end
    end
  end
  return { uri = vim.uri_from_bufnr(bufnr), ["function"] = "" }
end

local function command(client, name)
  return function()
    local bufnr = vim.api.nvim_get_current_buf()
    client:exec_cmd({ title = name, command = name, arguments = { subject(bufnr) } }, { bufnr = bufnr })
  end
end

return {
  cmd = { "adls", "lsp" },
  filetypes = { "python" },
  root_markers = { "pyproject.toml", "setup.py", ".git" },
  on_attach = function(client, bufnr)
    vim.lsp.inlay_hint.enable(true, { bufnr = bufnr })
    local commands = {
      AdlsProfile = "adls.profile",
      AdlsPullback = "adls.showPullback",
      AdlsCanopy = "adls.showCanopy",
      AdlsClear = "adls.clear",
    }
    for name, id in pairs(commands) do
      vim.api.nvim_buf_create_user_command(bufnr, name, command(client, id), {})
    end
  end,
}
