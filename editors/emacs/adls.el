;;; adls.el --- Gradients of Python, with their time and memory on each line  -*- lexical-binding: t -*-

;; With eglot (Emacs 29 and newer): load this file, then M-x eglot in a Python buffer. Figures stand at line ends
;; (eglot-inlay-hints-mode); M-x eglot-code-actions profiles the gradient of the function at point and shows its
;; pullback code. A buffer has one server in eglot: this one is for buffers in which you work on gradients.

;;; Code:

(require 'eglot)

(add-to-list 'eglot-server-programs '((python-mode python-ts-mode) . ("adls" "lsp")))

(defun adls--execute (command)
  "Execute COMMAND of adls for the function at point."
  (let* ((server (eglot-current-server))
         (function (or (add-log-current-defun) "")))
    (eglot-execute-command server command
                           (vector (list :uri (eglot--path-to-uri (buffer-file-name)) :function function)))))

(defun adls-profile () "Profile the gradient of the function at point." (interactive) (adls--execute "adls.profile"))
(defun adls-pullback () "Show the adjoint of the function at point." (interactive) (adls--execute "adls.showPullback"))
(defun adls-canopy () "Show the canopy of the function at point." (interactive) (adls--execute "adls.showCanopy"))
(defun adls-clear () "Forget the figures of the function at point." (interactive) (adls--execute "adls.clear"))

(provide 'adls)
;;; adls.el ends here
