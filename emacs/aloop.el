;;; aloop.el --- Edit .aloop/models.yaml and switch models, with eglot -*- lexical-binding: t -*-

;; Package-Requires: ((emacs "28.1") (eglot "1.9"))
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; A major mode for .aloop/models.yaml that starts the language server aloop-ls, the current model in the mode line,
;; and the commands `aloop-switch-model', `aloop-set-default-model', `aloop-add-model', `aloop-remove-model',
;; `aloop-set-key' and `aloop-show-rule'.  In init.el:
;;
;;   (add-to-list 'load-path "/path/to/aloop-models/emacs")
;;   (require 'aloop)

;;; Code:

(require 'eglot)

(define-derived-mode aloop-models-mode conf-colon-mode "Models" ; or from yaml-mode, if you have it
  "Major mode for .aloop/models.yaml."
  (setq-local indent-line-function #'indent-relative)
  (auto-revert-mode 1))                 ; commands of the server write the file
(add-to-list 'auto-mode-alist '("/\\.aloop/models\\.yaml\\'" . aloop-models-mode))
(add-to-list 'eglot-server-programs
             '(aloop-models-mode . ("aloop-ls" "--stdio" :initializationOptions (:asksQuestions t))))
(add-hook 'aloop-models-mode-hook #'eglot-ensure)

(defvar aloop-state nil
  "The newest state of the models, as (SERVER . STATE); nil before the first one.")
(cl-defmethod eglot-handle-notification (server (_method (eql aloop/modelsChanged)) &rest state)
  (setq aloop-state (cons server state))
  ;; Agents that are started in Emacs connect to this server.
  (setenv "ALOOP_EDITOR" (plist-get (plist-get (eglot--capabilities server) :experimental) :aloopEndpoint))
  (force-mode-line-update t))

(defun aloop-agents ()
  "Return the running agents that can be switched."
  (seq-filter (lambda (agent) (eq (plist-get agent :switchable) t)) (plist-get (cdr aloop-state) :sessions)))

(defun aloop-mode-line ()
  "Return the current model of the agents that run here, else of the next one."
  (let ((label (plist-get (cdr aloop-state) :label)))
    (if (member label '(nil "")) "" (concat " " label))))
(add-to-list 'mode-line-misc-info '(:eval (aloop-mode-line)) t)

(defun aloop-run (command &rest arguments)
  "Run COMMAND of the server with ARGUMENTS, a plist, and show its message."
  (unless aloop-state (user-error "Open a models.yaml first"))
  (condition-case problem
      (let* ((eglot-confirm-server-initiated-edits nil) ; the command asks for the edit
             (result (jsonrpc-request
                      (car aloop-state) :workspace/executeCommand
                      (list :command command :arguments (vector (or arguments (make-hash-table))))
                      :deferred :workspace/executeCommand)))
        (dolist (buffer (and (eq (plist-get result :saved) t) (buffer-list)))
          (with-current-buffer buffer
            (when (and (derived-mode-p 'aloop-models-mode) (not (buffer-modified-p)))
              (revert-buffer t t t))))
        (message "%s" (plist-get result :message))
        result)
    (jsonrpc-error (user-error "%s" (or (alist-get 'jsonrpc-error-message (cddr problem)) problem)))))

(defun aloop-read-new-id (prompt)
  "Read the ID of a new model with PROMPT; the server completes it."
  (let ((complete (lambda (typed)
                    (let ((result (jsonrpc-request (car aloop-state) :workspace/executeCommand
                                                   (list :command "aloop.complete"
                                                         :arguments (vector (list :words ["add"] :word typed))))))
                      (mapcar (lambda (candidate) (plist-get candidate :value)) (plist-get result :candidates))))))
    (completing-read prompt (completion-table-dynamic complete))))

(defun aloop-read-model (prompt)
  "Read the ID of a model of the file with PROMPT."
  (let* ((models (append (plist-get (cdr aloop-state) :models) nil))
         (names (mapcar (lambda (model) (cons (plist-get model :modelId) (plist-get model :displayName))) models))
         (completion-extra-properties
          `(:annotation-function ,(lambda (id) (concat "  " (cdr (assoc id names)))))))
    (completing-read prompt (mapcar #'car names) nil t)))

(defun aloop-read-agent ()
  "Read which agent to switch if several run; return its ID, \"*\" for all, or nil."
  (let ((rows (mapcar (lambda (agent)
                        (cons (format "%s, process %d in %s" (or (plist-get agent :displayName) "no model")
                                      (plist-get agent :pid) (abbreviate-file-name (plist-get agent :folder)))
                              (plist-get agent :id)))
                      (aloop-agents))))
    (when (cdr rows)
      (push '("All of them" . "*") rows)
      (cdr (assoc (completing-read "Switch which agent? " rows nil t) rows)))))

(defun aloop-switch-model (id &optional agent)
  "Switch AGENT, else the agent that runs here, else the next one, to model ID."
  (interactive (list (aloop-read-model "Switch to model: ") (aloop-read-agent)))
  (apply #'aloop-run "aloop.switchModel" :modelId id (and agent (list :session agent))))

(defun aloop-set-default-model (id)
  "Set model ID as the model that new agents start with."
  (interactive (list (aloop-read-model "Default model: ")))
  (aloop-run "aloop.setDefaultModel" :modelId id))

(defun aloop-add-model (id key)
  "Add model ID with API key KEY, or without one if KEY is empty."
  (interactive (list (aloop-read-new-id "Model ID (provider/model): ")
                     (read-passwd "API key (leave empty for none): ")))
  (aloop-run "aloop.addModel" :modelId id :fields (if (string= key "") (make-hash-table) (list :api_key key))))

(defun aloop-remove-model (id)
  "Remove model ID."
  (interactive (list (aloop-read-model "Remove model: ")))
  (aloop-run "aloop.removeModel" :modelId id))

(defun aloop-set-key (id key)
  "Replace the API key of model ID with KEY in every model that shares it."
  (interactive (list (aloop-read-model "Replace API key of model: ") (read-passwd "New API key: ")))
  (aloop-run "aloop.setKey" :modelId id :apiKey key))

(defun aloop-run-fix (arguments)
  "Run a quick fix of an API key with ARGUMENTS of `aloop.setKey'.
The key is hidden while it is typed."
  (let ((given (aref arguments 0)))
    (apply #'aloop-run "aloop.setKey"
           (if (plist-get given :sameKeyAs) given
             (append given (list :apiKey (read-passwd (format "API key for %s: " (plist-get given :modelId)))))))))
(cl-defmethod eglot-execute-command (_server (_command (eql aloop.setKey)) arguments)
  (aloop-run-fix arguments))
(when (fboundp 'eglot-execute)          ; eglot 1.13 and later
  (cl-defmethod eglot-execute :around (_server (action cons))
    (if (equal (plist-get action :command) "aloop.setKey")
        (aloop-run-fix (plist-get action :arguments))
      (cl-call-next-method))))

(defun aloop-rule-at-point ()
  "Return the rule of the problem at point, else of one in the line, or nil."
  (let ((found (and (bound-and-true-p flymake-mode)
                    (or (flymake-diagnostics (point))
                        (flymake-diagnostics (line-beginning-position) (line-end-position))))))
    (seq-some (lambda (problem)
                (let ((code (plist-get (alist-get 'eglot-lsp-diag (flymake-diagnostic-data problem)) :code)))
                  (and code (format "%s" code))))
              found)))

(defun aloop-read-rule ()
  "Read the ID of a rule; the default is the rule of the problem at point."
  (let* ((rules (append (plist-get (aloop-run "aloop.showRule") :rules) nil))
         (names (mapcar (lambda (rule) (cons (plist-get rule :rule) (plist-get rule :title))) rules))
         (completion-extra-properties
          `(:annotation-function ,(lambda (id) (concat "  " (cdr (assoc id names)))))))
    (completing-read "Rule: " (mapcar #'car names) nil t)))

(defun aloop-show-rule (id)
  "Show the page of rule ID, by default of the problem at point."
  (interactive (list (or (aloop-rule-at-point) (aloop-read-rule))))
  (let ((page (plist-get (aloop-run "aloop.showRule" :ruleId id) :markdown)))
    (with-current-buffer (get-buffer-create "*aloop rule*")
      (let ((inhibit-read-only t))
        (erase-buffer)
        (insert page)
        (goto-char (point-min))
        (if (fboundp 'markdown-view-mode) (markdown-view-mode) (special-mode)))
      (display-buffer (current-buffer)))))

(provide 'aloop)
;;; aloop.el ends here
