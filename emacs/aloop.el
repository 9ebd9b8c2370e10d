;;; aloop.el --- Edit .aloop/models.yaml and switch models, with eglot -*- lexical-binding: t -*-

;; Package-Requires: ((emacs "28.1") (eglot "1.9"))
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; A major mode for .aloop/models.yaml that starts the language server aloop-ls and hides API keys, the current model in
;; the mode line, and commands: `aloop-add-model', `aloop-discover-models', `aloop-switch-model',
;; `aloop-set-default-model', `aloop-edit-model', `aloop-remove-model', `aloop-copy-model', `aloop-show-model',
;; `aloop-list-models', `aloop-set-key', `aloop-check-models', `aloop-format-models', `aloop-show-rule' and `aloop-toggle-keys'.  In init.el:
;;
;;   (add-to-list 'load-path "/path/to/aloop-models/emacs")
;;   (require 'aloop)

;;; Code:

(require 'eglot)
(require 'tabulated-list)

;;;; The mode

(define-derived-mode aloop-models-mode conf-colon-mode "Models" ; or from yaml-mode, if you have it
  "Major mode for .aloop/models.yaml."
  (setq-local indent-line-function #'indent-relative)
  (auto-revert-mode 1)                  ; commands of the server write the file
  (aloop-hide-keys-mode 1))
(add-to-list 'auto-mode-alist '("/\\.aloop/models\\.yaml\\'" . aloop-models-mode))
(add-to-list 'eglot-server-programs
             '(aloop-models-mode . ("aloop-ls" "--stdio" :initializationOptions (:asksQuestions t))))
(add-hook 'aloop-models-mode-hook #'eglot-ensure)

(defvar aloop-state nil
  "The newest state of the models, as (SERVER . STATE); nil before the first one.")
(cl-defmethod eglot-handle-notification (server (_method (eql aloop/modelsChanged)) &rest state)
  "Keep the STATE that SERVER sends."
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

;;;; Hidden keys

(defconst aloop--secret-name
  "\\(?:key\\|token\\|secret\\|passw\\|credential\\|auth\\|\\`aws_external_id\\'\\)"
  "Matches the name of a field that contains a secret.")
(defconst aloop--public-name
  "\\(?:tokens\\|_file\\|_url\\)\\'\\|\\`\\(?:prompt_cache_key\\|azure_scope\\)\\'"
  "Matches a name that only looks like that of a secret.")
(defconst aloop--value
  (concat "\\([[:alnum:]_-]+\\)[\"']?[ \t]*:[ \t]+\\(?:[&!][^ \t\n]+[ \t]+\\)?"
          "\\(\"[^\"\n]*\"?\\|'[^'\n]*'?\\|[^][ \t\n#\"'{}|>&*!,][^\n]*?\\)[ \t]*\\(?:[ \t]#\\|[,}]\\|$\\)")
  "Matches a field and its value.")

(defvar aloop-keys-shown nil "Whether API keys are shown in every line.")
(defvar-local aloop--hidden nil "The text version and line for which keys were hidden last.")
(defvar-local aloop--tokens nil "Secrets that only the server finds, as (VERSION . RANGES).")

(defun aloop--secrets-by-text ()
  "Return the ranges that look like secrets, as (BEG . END)."
  (save-excursion
    (goto-char (point-min))
    (let ((case-fold-search t) found)
      (while (re-search-forward aloop--value nil t)
        (let ((name (match-string-no-properties 1)) (range (cons (match-beginning 2) (match-end 2))))
          (goto-char (if (and (save-match-data (string-match-p aloop--secret-name name))
                              (not (save-match-data (string-match-p aloop--public-name name))))
                         (progn (push range found) (cdr range))
                       (match-beginning 2)))))
      found)))

(defun aloop--request-tokens ()
  "Ask the server for secrets that are in no known field."
  (let* ((server (eglot-current-server))
         (capabilities (and server (jsonrpc-running-p server) (eglot--capabilities server)))
         (legend (plist-get (plist-get capabilities :semanticTokensProvider) :legend))
         (bit (seq-position (plist-get legend :tokenModifiers) "secret"))
         (buffer (current-buffer)) (version (buffer-chars-modified-tick)))
    (when bit
      (setq aloop--tokens (cons version (cdr aloop--tokens)))
      (eglot--signal-textDocument/didChange)
      (jsonrpc-async-request
       server :textDocument/semanticTokens/full (list :textDocument (eglot--TextDocumentIdentifier))
       :success-fn (lambda (answer)
                     (when (buffer-live-p buffer)
                       (with-current-buffer buffer
                         (when (= version (buffer-chars-modified-tick))
                           (setq aloop--tokens (cons version (aloop--secret-tokens (plist-get answer :data) bit))
                                 aloop--hidden nil)
                           (aloop--update-hidden)))))))))

(defun aloop--secret-tokens (data bit)
  "Return the ranges of the tokens in DATA whose modifiers have BIT."
  (let ((line 0) (start 0) found)
    (dolist (token (seq-partition data 5) found)
      (pcase-let ((`(,down ,right ,length ,_ ,modifiers) (append token nil)))
        (setq line (+ line down) start (if (zerop down) (+ start right) right))
        (unless (zerop (logand modifiers (ash 1 bit)))
          (push (cons (eglot--lsp-position-to-point (list :line line :character start))
                      (eglot--lsp-position-to-point (list :line line :character (+ start length))))
                found))))))

(defun aloop--update-hidden ()
  "Show dots in place of keys, except in the line of point."
  (let ((now (list (buffer-chars-modified-tick) (line-beginning-position) aloop-keys-shown)))
    (unless (equal now aloop--hidden)
      (setq aloop--hidden now)
      (save-restriction
        (widen)
        (remove-overlays (point-min) (point-max) 'aloop-key t)
        (unless aloop-keys-shown
          (unless (eql (car aloop--tokens) (car now)) (aloop--request-tokens))
          (dolist (range (append (aloop--secrets-by-text) (cdr aloop--tokens)))
            (unless (or (and (<= (car range) (line-end-position)) (>= (cdr range) (line-beginning-position)))
                        (seq-some (lambda (overlay) (overlay-get overlay 'aloop-key))
                                  (overlays-in (car range) (cdr range))))
              (let ((overlay (make-overlay (car range) (cdr range) nil t)))
                (overlay-put overlay 'aloop-key t)
                (overlay-put overlay 'evaporate t)
                ;; The number of dots does not show the length of the key.
                (overlay-put overlay 'display "••••••••")))))))))

(define-minor-mode aloop-hide-keys-mode
  "Show dots in place of API keys, except in the line of point."
  :lighter nil
  (if aloop-hide-keys-mode
      (progn (add-hook 'post-command-hook #'aloop--update-hidden nil t)
             (add-hook 'eglot-managed-mode-hook #'aloop--hide-soon nil t)
             (aloop--hide-again))
    (remove-hook 'post-command-hook #'aloop--update-hidden t)
    (remove-overlays (point-min) (point-max) 'aloop-key t)))

(defun aloop--hide-again ()
  "Hide keys as if the text were new: the server may find more of them."
  (setq aloop--hidden nil)
  (setcar (or aloop--tokens (setq aloop--tokens (list nil))) nil)
  (aloop--update-hidden))

(defun aloop--hide-soon ()
  "Hide keys again when eglot has opened the file in the server."
  (let ((buffer (current-buffer)))
    (run-at-time 0 nil (lambda ()
                         (when (buffer-live-p buffer) (with-current-buffer buffer (aloop--hide-again)))))))

(defun aloop-toggle-keys ()
  "Show the API keys of every models.yaml, or hide them again."
  (interactive)
  (setq aloop-keys-shown (not aloop-keys-shown))
  (dolist (buffer (buffer-list))
    (with-current-buffer buffer
      (when (bound-and-true-p aloop-hide-keys-mode) (aloop--update-hidden))))
  (message (if aloop-keys-shown "API keys are shown." "API keys are hidden.")))

;;;; Commands of the server

(defun aloop--request (command arguments)
  "Run COMMAND of the server with ARGUMENTS, a plist, and return its result."
  (unless aloop-state (user-error "Open a models.yaml first"))
  (let ((eglot-confirm-server-initiated-edits nil)) ; the command asks for the edit
    (jsonrpc-request (car aloop-state) :workspace/executeCommand
                     (list :command command :arguments (vector (or arguments (make-hash-table))))
                     :deferred :workspace/executeCommand)))

(defun aloop--own-words (message)
  "Return MESSAGE with commands of Emacs in place of those of a terminal."
  (let ((text (replace-regexp-in-string "aloop models \\([a-z]+\\), or /model[ a-z]*" "aloop models \\1" message)))
    (dolist (names '(("list" . "list-models") ("import" . "import") ("rule" . "show-rule") ("format" . "format-models"))
                   text)
      (setq text (replace-regexp-in-string (concat "aloop models " (car names) "\\b")
                                           (concat "M-x aloop-" (cdr names)) text)))))

(defun aloop--refuse (problem)
  "Signal the error PROBLEM of the server in its own words."
  (user-error "%s" (aloop--own-words (or (alist-get 'jsonrpc-error-message (cddr problem)) (format "%s" problem)))))

(defun aloop--revert ()
  "Show in every unmodified models.yaml what a command wrote."
  (dolist (buffer (buffer-list))
    (with-current-buffer buffer
      (when (and (derived-mode-p 'aloop-models-mode) (not (buffer-modified-p)))
        (revert-buffer t t t)))))

(defun aloop--request-asking (command arguments)
  "Return the result of COMMAND with ARGUMENTS; ask what the command needs first."
  (condition-case problem
      (aloop--request command (append arguments '(:ask t)))
    (jsonrpc-error
     (let ((question (plist-get (alist-get 'jsonrpc-error-data (cddr problem)) :question)))
       (if question
           (aloop--request-asking command (aloop--answer question arguments))
         (aloop--refuse problem))))))

(defun aloop-run (command &rest arguments)
  "Run COMMAND of the server with ARGUMENTS, a plist, and show its message.
Ask what the command needs first."
  (let ((result (aloop--request-asking command arguments)))
    (when (eq (plist-get result :saved) t) (aloop--revert))
    (message "%s" (aloop--own-words (plist-get result :message)))
    result))

(defun aloop--put (arguments field value)
  "Return ARGUMENTS with VALUE in FIELD, which may be a field of the entry."
  (let ((arguments (copy-sequence arguments)))
    (if (string-prefix-p "fields." field)
        (let ((fields (copy-sequence (plist-get arguments :fields))))
          (plist-put arguments :fields (plist-put fields (intern (concat ":" (substring field 7))) value)))
      (plist-put arguments (intern (concat ":" field)) value))))

(defun aloop--problem (arguments field text)
  "Check TEXT as the value of FIELD for ARGUMENTS and return the server's answer."
  (ignore-errors
    (aloop--request "aloop.checkField"
                    (append (list :modelId (or (plist-get arguments :modelId) (plist-get arguments :provider) "")
                                  :field field :value text)
                            (and (plist-get arguments :fields) (list :fields (plist-get arguments :fields)))))))

(defun aloop--read-value (arguments field prompt secret initial)
  "Read the value of FIELD for ARGUMENTS with PROMPT until it has no error.
If SECRET, hide it while it is typed; else INITIAL is in the minibuffer."
  (let ((problem nil) (text nil))
    (while (progn
             (setq text (let ((prompt (concat (and problem (concat problem " ")) prompt ": ")))
                          (string-trim (if secret (read-passwd prompt) (read-string prompt initial)))))
             (let ((checked (and (not (equal text "")) (aloop--problem arguments field text))))
               (setq problem (and (equal (plist-get checked :severity) "error") (plist-get checked :problem)))
               (unless secret (setq initial (or (plist-get checked :suggestion) text)))
               problem)))
    text))

(defun aloop--answer (question arguments)
  "Ask QUESTION and return ARGUMENTS with the answer."
  (let* ((field (plist-get question :field))
         (secret (eq (plist-get question :secret) t))
         (required (eq (plist-get question :required) t))
         (help (plist-get question :help))
         (example (and (not (plist-get question :initial)) (plist-get question :placeholder)))
         (prompt (concat (plist-get question :prompt)
                         (and example (format " (such as %s)" example))
                         (and help (format " (%s: %s)" (plist-get help :title) (plist-get help :url)))))
         (choice (eq (plist-get question :choice) t))
         (rows (mapcar (lambda (candidate)
                         (let ((value (plist-get candidate :value)) (detail (plist-get candidate :detail)))
                           (cons (cond (secret (format "Use the key of %s" (or detail value)))
                                       (choice (format "%s: %s" (plist-get candidate :label) detail))
                                       (t value))
                                 candidate)))
                       (plist-get question :candidates)))
         (others (cond (choice nil) (secret '("Enter another key")) (t '("Enter another value"))))
         (picked (and rows (completing-read (concat prompt (if choice " " ": "))
                                            (append (mapcar #'car rows) others) nil t nil nil
                                            (and choice (caar rows)))))
         (candidate (cdr (assoc picked rows))))
    (if candidate
        (aloop--put arguments (or (plist-get candidate :field) field) (plist-get candidate :value))
      (let ((text (aloop--read-value arguments field prompt secret (plist-get question :initial))))
        (when (and required (equal text "")) (user-error "No %s entered.  Nothing was changed" (if secret "key" field)))
        (aloop--put arguments field (if (equal text "") nil text))))))

;;;; Reading models

(defun aloop--candidates (words word)
  "Return the server's completions of WORD after WORDS as (VALUE . CANDIDATE)."
  (mapcar (lambda (candidate) (cons (plist-get candidate :value) candidate))
          (plist-get (aloop--request "aloop.complete" (list :words (vconcat words) :word word)) :candidates)))

(defun aloop--annotation (candidate)
  "Return what is known of CANDIDATE, to be shown after its value."
  (let ((parts (delete "" (list (or (plist-get candidate :label) "") (or (plist-get candidate :detail) "")))))
    (if parts (concat "  " (string-join (delete-dups parts) " · ")) "")))

(defun aloop--matches (string table predicate _point)
  "Return every candidate of TABLE for STRING: the server matches and orders them.
PREDICATE is passed on."
  (all-completions string table predicate))
(defun aloop--try (string table predicate _point)
  "Return the only candidate of TABLE for STRING, else STRING.
PREDICATE is passed on."
  (let ((found (all-completions string table predicate)))
    (cond ((null found) nil)
          ((equal found (list string)) t)
          ((null (cdr found)) (cons (car found) (length (car found))))
          (t (cons string (length string))))))
(add-to-list 'completion-styles-alist
             '(aloop aloop--try aloop--matches "The order of the aloop server."))
(add-to-list 'completion-category-defaults '(aloop-new-model (styles aloop)))

(defun aloop--new-models (string _predicate action)
  "Complete STRING to the IDs of new models for ACTION, as a completion table does."
  (cond ((eq action 'metadata)
         `(metadata (category . aloop-new-model)
                    (display-sort-function . identity) (cycle-sort-function . identity)
                    (annotation-function
                     . ,(lambda (id) (aloop--annotation (get-text-property 0 'aloop-candidate id))))))
        ((eq action t)
         (mapcar (lambda (found) (propertize (car found) 'aloop-candidate (cdr found)))
                 (aloop--candidates '("add") string)))
        ((eq action 'lambda) t)
        ((null action) (car (aloop--try string #'aloop--new-models nil 0)))))

(defun aloop-read-new-id (prompt &optional initial)
  "Read the ID of a new model with PROMPT: words that are searched for, or an ID.
INITIAL is in the minibuffer."
  (let* ((words (string-trim (minibuffer-with-setup-hook
                                 (lambda ()
                                   ;; A space is a part of the words.
                                   (use-local-map (make-composed-keymap (let ((map (make-sparse-keymap)))
                                                                          (define-key map " " #'self-insert-command)
                                                                          map)
                                                                        (current-local-map))))
                               (completing-read prompt #'aloop--new-models nil nil initial)))))
    (cond ((equal words "") (user-error "No model entered"))
          ((string-suffix-p "/" words)
           (aloop-read-new-id (format "Model of %s: " (string-remove-suffix "/" words)) words))
          ((string-match-p "\\`[^ ]+/[^ ]+\\'" words) words)
          (t (let ((found (mapcar #'car (aloop--candidates '("add") words))))
               (unless found (user-error "No model found.  Type other words, or a full ID: provider/model"))
               (let ((id (completing-read "Add which model: " (aloop--table found (aloop--candidates '("add") words))
                                          nil t nil nil (car found))))
                 (if (string-suffix-p "/" id) (aloop-read-new-id prompt id) id)))))))

(defun aloop--table (ids candidates)
  "Return a completion table of IDS in their order, annotated from CANDIDATES."
  (lambda (string predicate action)
    (if (eq action 'metadata)
        `(metadata (display-sort-function . identity) (cycle-sort-function . identity)
                   (annotation-function . ,(lambda (id) (aloop--annotation (cdr (assoc id candidates))))))
      (complete-with-action action ids string predicate))))

(defun aloop-read-model (prompt)
  "Read the ID of a model of the file with PROMPT."
  (let ((candidates (and aloop-state (aloop--candidates '("default") ""))))
    (completing-read prompt (aloop--table (mapcar #'car candidates) candidates) nil t)))

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

;;;; Commands

(defun aloop-switch-model (id &optional agent)
  "Switch AGENT to model ID; without it, the only running agent or the next one."
  (interactive (list (aloop-read-model "Switch to model: ") (aloop-read-agent)))
  (condition-case problem
      (let ((result (aloop--request "aloop.switchModel" (append (list :modelId id) (and agent (list :session agent))))))
        (message "%s" (plist-get result :message))
        result)
    (jsonrpc-error (aloop--refuse problem))))

(defun aloop-set-default-model (id)
  "Set model ID as the model that new agents start with."
  (interactive (list (aloop-read-model "Default model: ")))
  (aloop-run "aloop.setDefaultModel" :modelId id))

(defun aloop-add-model (id &optional fields)
  "Add model ID with FIELDS, a plist; ask what its provider needs.
An ID that is probably a mistake is added if you confirm it."
  (interactive (list (aloop-read-new-id "Provider or model, such as claude son: ")))
  (let ((arguments (append (list :modelId id) (and fields (list :fields fields)))))
    (condition-case problem
        (apply #'aloop-run "aloop.addModel" arguments)
      (user-error
       (let ((checked (aloop--problem (list :fields fields) "modelId" id)))
         (if (and (equal (plist-get checked :severity) "warning")
                  (yes-or-no-p (format "%s Add %s anyway? " (plist-get checked :problem) id)))
             (apply #'aloop-run "aloop.addModel" (append arguments '(:allowUnusualId t)))
           (signal (car problem) (cdr problem))))))))

(defun aloop-edit-model (id)
  "Set or remove a field of model ID; fields that are set come first."
  (interactive (list (aloop-read-model "Edit model: ")))
  (let* ((present (plist-get (aloop--request "aloop.showModel" (list :modelId id)) :fields))
         (known (mapcar (lambda (found) (cons (string-remove-suffix "=" (car found)) (cdr found)))
                        (aloop--candidates (list "edit" id) "")))
         (set (cl-loop for (name value) on present by #'cddr
                       collect (cons (substring (symbol-name name) 1) (format "%s" value))))
         (names (delete-dups (append (mapcar #'car set) (mapcar #'car known))))
         (field (completing-read
                 (format "Field of %s: " id)
                 (lambda (string predicate action)
                   (if (eq action 'metadata)
                       `(metadata (display-sort-function . identity) (cycle-sort-function . identity)
                                  (annotation-function
                                   . ,(lambda (name)
                                        (let ((value (cdr (assoc name set))))
                                          (if value (concat " = " value)
                                            (aloop--annotation (cdr (assoc name known))))))))
                     (complete-with-action action names string predicate)))
                 nil nil))
         (candidate (cdr (assoc field known)))
         ;; The value of a field that the server does not know can be a secret.
         (secret (or (null candidate) (eq (plist-get candidate :secret) t)))
         (values (append (plist-get candidate :values) nil))
         (before (cdr (assoc field set)))
         (prompt (if before (format "%s (empty to %s)" field (if secret "keep it" "remove it")) field))
         (text (if values (completing-read (concat prompt ": ") values nil (not before))
                 (aloop--read-value (list :modelId id) field prompt secret (and (not secret) before)))))
    (if (and (equal text "") (or secret (not before)))
        (user-error "Nothing was changed")
      (let* ((words (vector "edit" id (concat field "=" text)))
             (parsed (plist-get (aloop-run-quietly "aloop.parse" :words words) :argument)))
        (apply #'aloop-run "aloop.editModel" parsed)))))

(defun aloop-run-quietly (command &rest arguments)
  "Return the result of COMMAND with ARGUMENTS; a refusal is a `user-error'."
  (condition-case problem (aloop--request command arguments) (jsonrpc-error (aloop--refuse problem))))

(defun aloop-remove-model (id)
  "Remove model ID."
  (interactive (list (aloop-read-model "Remove model: ")))
  (aloop-run "aloop.removeModel" :modelId id))

(defun aloop-copy-model (id)
  "Copy model ID to the file for all projects, or from that file to the project."
  (interactive (list (aloop-read-model "Copy model: ")))
  (aloop-run "aloop.copyModel" :modelId id))

(defun aloop-set-key (id)
  "Replace the API key of model ID in every model that shares it."
  (interactive (list (aloop-read-model "Replace API key of model: ")))
  (aloop-run "aloop.setKey" :modelId id))

(defun aloop-format-models ()
  "Format models.yaml."
  (interactive)
  (aloop-run "aloop.formatModels"))

(defun aloop--page (name insert)
  "Show a buffer NAME that the function INSERT fills; `q' closes it."
  (with-current-buffer (get-buffer-create name)
    (let ((inhibit-read-only t))
      (erase-buffer)
      (funcall insert)
      (goto-char (point-min))
      (if (fboundp 'markdown-view-mode) (markdown-view-mode) (special-mode)))
    (display-buffer (current-buffer))))

(defun aloop-show-model (id)
  "Show model ID, with its API key masked."
  (interactive (list (aloop-read-model "Show model: ")))
  (let ((model (aloop-run-quietly "aloop.showModel" :modelId id)))
    (aloop--page "*aloop model*"
                 (lambda ()
                   (insert "# " (plist-get model :displayName) "\n\n" (plist-get model :modelId) " · "
                           (plist-get model :detail) "\n\n")
                   (cl-loop for (name value) on (plist-get model :fields) by #'cddr
                            do (insert (format "- %s: %s\n" (substring (symbol-name name) 1)
                                               (if (eq value :json-false) "false" (if (eq value t) "true" value)))))))))

(defun aloop-check-models ()
  "List every problem of models.yaml in a buffer in which you can jump to them."
  (interactive)
  (let ((result (aloop-run-quietly "aloop.checkModels")))
    (with-current-buffer (get-buffer-create "*aloop check*")
      (let ((inhibit-read-only t))
        (erase-buffer)
        (seq-do (lambda (found)
                  (insert (format "%s:%d:%d: %s: %s [%s]\n" (plist-get result :file) (plist-get found :line)
                                  (plist-get found :column) (plist-get found :severity) (plist-get found :message)
                                  (plist-get found :rule))))
                (plist-get result :findings))
        (goto-char (point-min))
        (compilation-mode))
      (display-buffer (current-buffer)))
    (message "%s" (plist-get result :message))
    result))

;;;; Quick fixes and rules

(defun aloop-run-fix (arguments)
  "Run a quick fix of an API key with ARGUMENTS of `aloop.setKey'.
The key is hidden while it is typed."
  (apply #'aloop-run "aloop.setKey" (aref arguments 0)))
(cl-defmethod eglot-execute-command (_server (_command (eql aloop.setKey)) arguments)
  "Run the quick fix with ARGUMENTS."
  (aloop-run-fix arguments))
(when (fboundp 'eglot-execute)          ; eglot 1.13 and later
  (cl-defmethod eglot-execute :around (_server (action cons))
    "Run ACTION here if it is a quick fix that asks for a key."
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
  (let* ((rules (append (plist-get (aloop-run-quietly "aloop.showRule") :rules) nil))
         (names (mapcar (lambda (rule) (cons (plist-get rule :rule) (plist-get rule :title))) rules))
         (completion-extra-properties
          `(:annotation-function ,(lambda (id) (concat "  " (cdr (assoc id names)))))))
    (completing-read "Rule: " (mapcar #'car names) nil t)))

(defun aloop-show-rule (id)
  "Show the page of rule ID, by default of the problem at point."
  (interactive (list (or (aloop-rule-at-point) (aloop-read-rule))))
  (let ((page (plist-get (aloop-run-quietly "aloop.showRule" :ruleId id) :markdown)))
    (aloop--page "*aloop rule*" (lambda () (insert page)))))

;;;; The list

(defvar aloop-list-mode-map
  (let ((map (make-sparse-keymap)))
    (set-keymap-parent map tabulated-list-mode-map)
    (define-key map (kbd "RET") #'aloop-list-open)
    (define-key map "s" #'aloop-list-switch)
    (define-key map "d" #'aloop-list-set-default)
    (define-key map "e" #'aloop-list-edit)
    (define-key map "a" #'aloop-add-model)
    map)
  "Keys of the list of models.")

(define-derived-mode aloop-list-mode tabulated-list-mode "Models"
  "Major mode for the list of models."
  (setq tabulated-list-format [("Model" 36 nil) ("Details" 0 nil)])
  (add-hook 'tabulated-list-revert-hook #'aloop--fill-list nil t)
  (tabulated-list-init-header))

(defun aloop--fill-list ()
  "Fill the list: models that are ready first, then those that need attention."
  (let* ((result (aloop-run-quietly "aloop.listModels"))
         (details (aloop--candidates '("switch") ""))
         (rows (mapcar
                (lambda (model)
                  (let* ((id (plist-get model :modelId)) (ready (eq (plist-get model :ready) t))
                         (detail (or (plist-get (cdr (assoc id details)) :detail) "")))
                    (list (if ready 0 1)
                          id (vector (if ready id (propertize id 'face 'warning))
                                     (if ready detail (format "%s: %s" detail (plist-get model :notReady)))))))
                (plist-get result :models))))
    (setq tabulated-list-entries (mapcar #'cdr (seq-sort-by #'car #'< rows)))))

(defun aloop-list-models ()
  "List the models of the file with context window and price.
In the list, RET opens the entry, s switches to it, d makes it the default,
e edits it, a adds another one, g reads the file again and q closes the list."
  (interactive)
  (with-current-buffer (get-buffer-create "*aloop models*")
    (aloop-list-mode)
    (aloop--fill-list)
    (tabulated-list-print)
    (display-buffer (current-buffer))))

(defun aloop--list-id ()
  "Return the model in the line of point."
  (or (tabulated-list-get-id) (user-error "No model in this line")))

(defun aloop-list-open ()
  "Open the entry of the model in the line of point."
  (interactive)
  (let ((id (aloop--list-id)) (file (plist-get (cdr aloop-state) :file)))
    (find-file-other-window file)
    (goto-char (point-min))
    (when (re-search-forward (format "^[ \t]*[\"']?%s[\"']?[ \t]*:" (regexp-quote id)) nil t)
      (back-to-indentation))))

(defun aloop-list-switch ()
  "Switch to the model in the line of point."
  (interactive)
  (aloop-switch-model (aloop--list-id) (aloop-read-agent))
  (revert-buffer))

(defun aloop-list-set-default ()
  "Make the model in the line of point the default."
  (interactive)
  (aloop-set-default-model (aloop--list-id))
  (revert-buffer))

(defun aloop-list-edit ()
  "Edit the model in the line of point."
  (interactive)
  (aloop-edit-model (aloop--list-id))
  (revert-buffer))

;;;; Local servers

(defun aloop--models-text (ids rows)
  "Return the entries of ROWS with these IDS as the text of a models.yaml."
  (let ((models (make-hash-table :test #'equal)))
    (dolist (id ids)
      (puthash id (plist-get (cdr (assoc id rows)) :fields) models))
    (json-serialize (list :models models))))

(defun aloop-discover-models ()
  "Add models of local servers such as Ollama.
`aloop models discover' asks them, because the language server opens no network
connection."
  (interactive)
  (unless aloop-state (user-error "Open a models.yaml first"))
  (let* ((command (process-command (jsonrpc--process (car aloop-state))))
         (program (expand-file-name "aloop" (file-name-directory (or (executable-find (car command)) (car command)))))
         (report (with-temp-buffer
                   (unless (zerop (call-process program nil '(t nil) nil "models" "discover" "--json"))
                     (user-error "Cannot run `aloop models discover'"))
                   (goto-char (point-min))
                   (json-parse-buffer :object-type 'plist :array-type 'list :false-object :json-false)))
         (rows (cl-loop for server in (plist-get report :servers)
                        append (cl-loop for model in (plist-get server :models)
                                        when (eq (plist-get model :configured) :json-false)
                                        collect (cons (plist-get model :modelId)
                                                      (append model (list :label (plist-get server :name))))))))
    (if (null rows)
        (message "%s" (plist-get report :message))
      (let ((ids (completing-read-multiple "Add local models (several with commas): "
                                           (aloop--table (mapcar #'car rows) rows) nil t)))
        (when ids
          (aloop-run "aloop.importModels" :text (aloop--models-text ids rows)))))))

(provide 'aloop)
;;; aloop.el ends here
