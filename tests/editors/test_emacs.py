"""The recipe for Emacs, in the real one, without a screen; with whatever eglot it has."""

from __future__ import annotations

import json
import os
import re
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
"""
SCRIPT = """
(require 'json)
(defvar found nil)
(defun note (name value) (push (cons name value) found))
(defun wait (condition)
  (let ((left 600) value)
    (while (and (not (setq value (funcall condition))) (> left 0))
      (accept-process-output nil 0.1)
      (setq left (1- left)))
    value))
(defun ask (method &optional more)
  (jsonrpc-request (eglot-current-server) method (append (eglot--TextDocumentPositionParams) more)))
(defun said () (with-current-buffer "*Messages*" (buffer-string)))
(defun figures ()
  (let ((text (plist-get (plist-get (ask :textDocument/hover) :contents) :value)))
    (and text (string-match "this line" text) text)))
(defun hints ()
  (delq nil (mapcar (lambda (each)
                      (let ((text (or (overlay-get each 'before-string) (overlay-get each 'after-string))))
                        (and text (overlay-get each 'eglot--inlay-hint) (substring-no-properties text))))
                    (overlays-in (point-min) (point-max)))))
(defun adjoint ()
  (if (string-match "The adjoint of loss is in \\\\(.*\\\\)" (said))
      (with-temp-buffer (insert-file-contents (match-string 1 (said))) (buffer-string))
    (let ((shown (seq-find (lambda (each) (string-match "adjoint" (buffer-name each))) (buffer-list))))
      (and shown (with-current-buffer shown (and buffer-read-only (buffer-string)))))))

(setq eglot-sync-connect 60 eglot-connect-timeout 60)
(load (concat (getenv "ADLS_HOME") "/editors/emacs/adls.el") nil t)
(setq eglot-server-programs (list (list 'python-mode (getenv "ADLS_PYTHON") "-m" "adls" "lsp")))
(setq-default eglot-workspace-configuration (list :adls (list :interpreter (getenv "ADLS_PYTHON"))))
(find-file "loss.py")
(python-mode)
(apply #'eglot (eglot--guess-contact))
(goto-char (point-min))
(search-forward "np.tanh")
(adls-profile)
(note "hover" (wait #'figures))
(when (fboundp 'eglot-inlay-hints-mode)
  (eglot-inlay-hints-mode 1)
  (eglot--update-hints-1 (point-min) (point-max))
  (note "hints" (vconcat (wait #'hints)))
  (goto-char (point-min))
  (search-forward "(h * h).sum()")
  (insert " + 1.0")
  (eglot--signal-textDocument/didChange)
  (note "edited" (vconcat (wait (lambda () (seq-filter (lambda (each) (string-match "stale" each)) (hints))))))
  (delete-char -6)
  (goto-char (point-min))
  (search-forward "np.tanh"))
(let* ((place (list :start (eglot--pos-to-lsp-position) :end (eglot--pos-to-lsp-position)))
       (actions (ask :textDocument/codeAction (list :range place :context (list :diagnostics [] :triggerKind 1)))))
  (note "actions" (vconcat (mapcar (lambda (each) (plist-get each :title)) actions))))
(adls-pullback)
(note "pullback" (wait #'adjoint))
(note "messages" (said))
(write-region (json-encode found) nil (getenv "ADLS_OUT"))
(kill-emacs)
"""


def emacs() -> str:
    """Emacs with eglot: 29 or newer, or an older one that eglot was installed for."""
    found = shutil.which("emacs")
    if found is None:
        pytest.skip("no Emacs here: the recipe was not tried")
    tried = subprocess.run([found, "--batch", "-q", "--eval", "(require 'eglot)"], capture_output=True, check=False)
    if tried.returncode:
        pytest.skip("this Emacs has no eglot: the recipe was not tried")
    return found


def test_the_recipe(tmp_path: Path) -> None:
    program = emacs()
    (tmp_path / "loss.py").write_text(PROGRAM)
    (tmp_path / "script.el").write_text(SCRIPT)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("XDG", "PYTHON"))}
    told = {"ADLS_HOME": str(ROOT), "ADLS_PYTHON": sys.executable, "ADLS_OUT": str(tmp_path / "out.json")}
    done = subprocess.run(
        [program, "--batch", "-q", "-l", "script.el"],
        cwd=tmp_path,
        env={**environment, **told, "HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert (tmp_path / "out.json").exists(), done.stderr
    found = json.loads((tmp_path / "out.json").read_text())
    assert re.match(r"(.+\n)*?this line: forward [\d.]+ .s \(.*\) · backward .* · kept 4\.80 kB", found["hover"]), found
    assert "Profile gradient of loss" in found["actions"]
    assert "Show pullback code of loss" in found["actions"]
    assert "def loss__back(" in found["pullback"]
    if "hints" in found:
        assert all(re.search(r"\d ?(ns|µs|ms) · ", hint) and "stale" not in hint for hint in found["hints"])
        assert found["edited"]
