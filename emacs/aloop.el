;;; aloop.el --- The models of .aloop/models.yaml, with eglot -*- lexical-binding: t -*-

;; Package-Requires: ((emacs "28.1") (eglot "1.9"))
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; A mode for .aloop/models.yaml that starts the server aloop-ls, the model in the mode line, and commands:
;; `aloop-switch-model', `aloop-set-default-model', `aloop-add-model', `aloop-remove-model' and `aloop-set-key'.
;; In init.el:
;;
;;   (add-to-list 'load-path "/path/to/aloop-models/emacs")
;;   (require 'aloop)

;;; Code:

(require 'eglot)

(define-derived-mode aloop-models-mode conf-colon-mode "Models" ; or from yaml-mode, where you have it
  "The models of .aloop/models.yaml."
  (setq-local indent-line-function #'indent-relative)
  (auto-revert-mode 1))                 ; commands write the file
(add-to-list 'auto-mode-alist '("/\\.aloop/models\\.yaml\\'" . aloop-models-mode))
(add-to-list 'eglot-server-programs '(aloop-models-mode . ("aloop-ls" "--stdio")))
(add-hook 'aloop-models-mode-hook #'eglot-ensure)

(defvar aloop-state nil "The server that told the state of the models last, and that state.")
(cl-defmethod eglot-handle-notification (server (_method (eql aloop/modelsChanged)) &rest state)
  (setq aloop-state (cons server state))
  ;; Agents that are started from here find this server by it.
  (setenv "ALOOP_EDITOR" (plist-get (plist-get (eglot--capabilities server) :experimental) :aloopEndpoint))
  (force-mode-line-update t))

(defun aloop-agents ()
  "The running agents that a switch can mean."
  (seq-filter (lambda (agent) (eq (plist-get agent :switchable) t)) (plist-get (cdr aloop-state) :sessions)))

(defun aloop-mode-line ()
  "The model of the agents that run here, else of the next one."
  (let ((label (plist-get (cdr aloop-state) :label)))
    (if (member label '(nil "")) "" (concat " " label))))
(add-to-list 'mode-line-misc-info '(:eval (aloop-mode-line)) t)

(defun aloop-run (command &rest arguments)
  "Run COMMAND of the server with ARGUMENTS, a plist, and show what it says."
  (unless aloop-state (user-error "Open a models.yaml first"))
  (condition-case problem
      (let* ((eglot-confirm-server-initiated-edits nil) ; you asked for the edit
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
  "Ask for the id of a new model, with PROMPT; the server completes it."
  (let ((offered (lambda (typed)
                   (let ((result (jsonrpc-request (car aloop-state) :workspace/executeCommand
                                                  (list :command "aloop.complete"
                                                        :arguments (vector (list :words ["add"] :word typed))))))
                     (mapcar (lambda (candidate) (plist-get candidate :value)) (plist-get result :candidates))))))
    (completing-read prompt (completion-table-dynamic offered))))

(defun aloop-read-model (prompt)
  "Ask for the id of a model of the file."
  (let* ((models (append (plist-get (cdr aloop-state) :models) nil))
         (names (mapcar (lambda (model) (cons (plist-get model :modelId) (plist-get model :displayName))) models))
         (completion-extra-properties
          `(:annotation-function ,(lambda (id) (concat "  " (cdr (assoc id names)))))))
    (completing-read prompt (mapcar #'car names) nil t)))

(defun aloop-read-agent ()
  "Ask which agent is meant, where several run."
  (let ((rows (mapcar (lambda (agent)
                        (cons (format "%s, process %d in %s" (or (plist-get agent :displayName) "no model")
                                      (plist-get agent :pid) (abbreviate-file-name (plist-get agent :folder)))
                              (plist-get agent :id)))
                      (aloop-agents))))
    (when (cdr rows)
      (push '("All of them" . "*") rows)
      (cdr (assoc (completing-read "Switch which agent? " rows nil t) rows)))))

(defun aloop-switch-model (id &optional agent)
  "Use model ID in AGENT, else in the one that runs here, else in the next one."
  (interactive (list (aloop-read-model "Switch to model: ") (aloop-read-agent)))
  (apply #'aloop-run "aloop.switchModel" :modelId id (and agent (list :session agent))))

(defun aloop-set-default-model (id)
  "Start new agents with model ID."
  (interactive (list (aloop-read-model "Default model: ")))
  (aloop-run "aloop.setDefaultModel" :modelId id))

(defun aloop-add-model (id key)
  "Add model ID with KEY; an empty KEY is left out."
  (interactive (list (aloop-read-new-id "Model id, provider/model: ") (read-passwd "API key (empty: none): ")))
  (aloop-run "aloop.addModel" :modelId id :fields (if (string= key "") (make-hash-table) (list :api_key key))))

(defun aloop-remove-model (id)
  "Remove model ID."
  (interactive (list (aloop-read-model "Remove model: ")))
  (aloop-run "aloop.removeModel" :modelId id))

(defun aloop-set-key (id key)
  "Replace the key of model ID by KEY in every entry that shares it."
  (interactive (list (aloop-read-model "Key of model: ") (read-passwd "New API key: ")))
  (aloop-run "aloop.setKey" :modelId id :apiKey key))

(provide 'aloop)
;;; aloop.el ends here
