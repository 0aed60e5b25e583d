;;; adls.el --- Gradients of Python, with their time and memory on each line  -*- lexical-binding: t -*-

;; With eglot (it comes with Emacs 29): load this file, then M-x eglot in a Python buffer. M-x adls-profile takes the
;; gradient of the function at point; its figures stand at line ends, and the echo area says more of a line.
;; M-x adls-pullback shows the adjoint, M-x adls-canopy the chart; M-x eglot-code-actions has the same.
;; Tried with Emacs 28 (eglot 1.9, which has no figures at line ends) and Emacs 30. A buffer has one server in eglot: this one is for buffers in which you work on gradients.

;;; Code:

(require 'cl-lib)
(require 'eglot)

(add-to-list 'eglot-server-programs '((python-mode python-ts-mode) . ("adls" "lsp")))

(defun adls--run (server command arguments)
  "Have SERVER run COMMAND with ARGUMENTS, and go on: a profile may take long."
  (let ((buffer (current-buffer)))
    (jsonrpc-async-request
     server :workspace/executeCommand (list :command (format "%s" command) :arguments arguments)
     :success-fn (lambda (_) (adls--show-figures buffer))
     :error-fn (lambda (problem) (message "adls: %s" (plist-get problem :message)))
     :timeout nil)))

(defun adls--show-figures (buffer)
  "Have BUFFER ask for its hints anew: eglot does not when the server asks it to."
  (when (buffer-live-p buffer)
    (with-current-buffer buffer
      (when (bound-and-true-p eglot-inlay-hints-mode)
        (dolist (window (get-buffer-window-list nil nil t))
          (eglot--update-hints-1 (window-start window) (window-end window t)))))))

;; Its diagnostics come each time a text was examined: figures that depend on it may be stale now, in other buffers too.
(cl-defmethod eglot-handle-notification :after (server (_method (eql textDocument/publishDiagnostics)) &rest _)
  (when (seq-contains-p (plist-get (plist-get (eglot--capabilities server) :executeCommandProvider) :commands)
                        "adls.profile")
    (mapc #'adls--show-figures (eglot--managed-buffers server))))

;; Code actions come here as well: `eglot-execute' from Emacs 30 on, `eglot-execute-command' before.
(when (fboundp 'eglot-execute)
  (cl-defmethod eglot-execute :around (server action)
    (let* ((inner (plist-get action :command))
           (command (if (stringp inner) action inner)))
      (if (string-prefix-p "adls." (or (plist-get command :command) ""))
          (adls--run server (plist-get command :command) (plist-get command :arguments))
        (cl-call-next-method)))))

(cl-defmethod eglot-execute-command :around (server command arguments)
  (if (string-prefix-p "adls." (format "%s" command))
      (adls--run server command arguments)
    (cl-call-next-method)))

(defun adls--execute (command)
  "Run COMMAND for the function at point."
  (let* ((server (or (eglot-current-server) (user-error "No language server here: M-x eglot starts it")))
         (uri (plist-get (eglot--TextDocumentIdentifier) :uri))
         (found (jsonrpc-request server :adls/functions (list :uri uri :line (line-number-at-pos nil t)))))
    (adls--run server command (vector (list :uri uri :function (plist-get found :here))))))

(defun adls-profile () "Profile the gradient of the function at point." (interactive) (adls--execute "adls.profile"))
(defun adls-pullback () "Show the adjoint of the function at point." (interactive) (adls--execute "adls.showPullback"))
(defun adls-canopy () "Show the canopy of the function at point." (interactive) (adls--execute "adls.showCanopy"))
(defun adls-clear () "Forget the figures of the function at point." (interactive) (adls--execute "adls.clear"))

(provide 'adls)
;;; adls.el ends here
