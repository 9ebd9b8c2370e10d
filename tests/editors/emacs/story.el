;;; story.el --- What a person does with models.yaml in Emacs; writes what came of it to $ALOOP_OUTCOME as JSON. -*- lexical-binding: t -*-

(load (getenv "ALOOP_SETUP") nil t)

(require 'json)
(defvar outcome nil)
(defvar first-text nil "The text of the file at first.")
(defun note (name value) (push (cons name value) outcome))

(defmacro wait-for (what condition)
  "Wait until CONDITION gives something, and give that."
  `(let ((end (+ (float-time) 20)) value)
     (while (not (setq value ,condition))
       (when (> (float-time) end) (error "Timed out waiting for %s" ,what))
       (accept-process-output nil 0.02))
     value))

(defun text () (buffer-substring-no-properties (point-min) (point-max)))
(defun tell-changes () (eglot--signal-textDocument/didChange))
(defun put-point-after (text) (goto-char (point-min)) (search-forward text))

(defun problems ()
  "Rule and text of every diagnostic of the newest version."
  (flymake-start)
  (mapcar (lambda (found)
            (vector (plist-get (cdr (assq 'eglot-lsp-diag (flymake-diagnostic-data found))) :code)
                    (buffer-substring-no-properties (flymake-diagnostic-beg found) (flymake-diagnostic-end found))))
          (flymake-diagnostics)))

(defun proposals ()
  "What completion offers at point."
  (tell-changes)
  (let ((table (nth 2 (eglot-completion-at-point))))
    (mapcar #'substring-no-properties (all-completions "" table))))

(defun as-it-was ()
  "The buffer as the file is, and saved."
  (erase-buffer)
  (insert-file-contents (getenv "ALOOP_FILE"))
  (save-buffer))

(defun refusal-of (work)
  (condition-case problem (progn (funcall work) :json-null) (user-error (error-message-string problem))))

(defun story ()
  (setq auto-revert-use-notify nil)     ; batch mode reads no events of the file system: it looks instead
  (find-file (getenv "ALOOP_FILE"))
  (run-hooks 'post-command-hook)        ; batch mode has no commands, after which eglot connects
  (wait-for "the server" (eglot-current-server))
  (wait-for "the state" aloop-state)
  (note 'mode (symbol-name major-mode))
  (note 'reverts (if auto-revert-mode t :json-false))
  (note 'root (project-root (eglot--project (eglot-current-server))))
  (note 'modeLine (string-trim (aloop-mode-line)))
  (note 'problems (wait-for "problems" (problems)))

  (put-point-after "  openai/gpt")
  (let (hover)
    (eglot-hover-eldoc-function (lambda (text &rest _) (setq hover text)))
    (note 'hover (substring-no-properties (wait-for "hover" hover))))

  (put-point-after "default: openai")
  (note 'definition (line-number-at-pos (xref-location-marker
                                         (xref-item-location (car (xref-backend-definitions 'eglot "here"))))))
  (note 'references (length (xref-backend-references 'eglot "here")))
  (note 'outline (prin1-to-string (mapcar #'car (eglot-imenu))))

  (put-point-after "models:\n")
  (insert "  anth\n") (backward-char)
  (note 'providers (proposals))
  (insert "ropic/claude-son")
  (note 'models (proposals))
  (delete-region (line-beginning-position) (1+ (line-end-position)))
  (put-point-after "name: GPT-4o\n")
  (insert "    timeo\n") (backward-char)
  (note 'fields (proposals))
  (delete-region (line-beginning-position) (1+ (line-end-position)))
  (as-it-was)

  (put-point-after "  openia")
  (wait-for "the problem" (problems))
  (wait-for "the rule" (aloop-rule-at-point))
  (call-interactively #'aloop-show-rule)
  (note 'page (with-current-buffer "*aloop rule*" (text)))
  (cl-letf (((symbol-function 'completing-read) (lambda (_prompt items &rest _) (caar items))))
    (let ((last-nonmenu-event t)) (eglot-code-actions (point) (point) "quickfix" t)))
  (note 'fixed (text))
  (as-it-was)

  ;; A quick fix asks for the key.
  (setq first-text (text))
  (put-point-after "api_key: ")
  (delete-region (point) (line-end-position)) (insert "sk-...") (backward-char)
  (save-buffer)
  (wait-for "the placeholder" (seq-find (lambda (found) (equal (aref found 0) "placeholder-api-key")) (problems)))
  (cl-letf (((symbol-function 'completing-read) (lambda (&rest _) "Set API key…"))
            ((symbol-function 'read-passwd)
             (lambda (prompt &rest _) (note 'keyPrompt prompt) (getenv "ALOOP_NEW_KEY"))))
    (let ((last-nonmenu-event t)) (eglot-code-actions (point) (point) "quickfix" t)))
  (wait-for "the key in the file" (equal (with-temp-buffer (insert-file-contents (getenv "ALOOP_FILE")) (text)) (text)))
  (note 'keySet (text))
  (note 'keyMessages (with-current-buffer (messages-buffer) (text)))
  (erase-buffer) (insert first-text) (save-buffer)

  (tell-changes)
  (eglot-format-buffer)
  (note 'formatted (text))
  (as-it-was)

  (put-point-after "  openai/gpt")
  (tell-changes)
  (eglot-rename "openai/gpt-4.1")
  (note 'renamed (text))
  (as-it-was)

  ;; A command from another buffer writes the file, and the buffer follows.
  (let ((models (current-buffer)))
    (with-temp-buffer
      (cl-letf (((symbol-function 'completing-read)
                 (lambda (_prompt items &rest _) (note 'offered items) (cadr items))))
        (note 'switched (plist-get (call-interactively #'aloop-switch-model) :message))))
    (wait-for "the switch" (string-prefix-p " Local Llama" (aloop-mode-line)))
    (note 'modeLineAfter (string-trim (aloop-mode-line)))
    (with-temp-buffer (aloop-set-default-model "ollama/llama2"))
    (with-current-buffer models
      (note 'written (text))
      (note 'modified (if (buffer-modified-p) t :json-false))))
  (note 'refusal (refusal-of (lambda () (aloop-switch-model "openai/gpt-5o"))))

  ;; With unsaved changes the command edits the buffer.
  (goto-char (point-max)) (insert "# mine\n")
  (let* ((buffer (current-buffer))
         ;; The change goes back after an idle moment, which batch mode does not have.
         (timer (run-at-time 0.1 0.1 (lambda () (with-current-buffer buffer (tell-changes)))))
         (result (aloop-add-model "ollama/llama3.1" "")))
    (cancel-timer timer)
    (note 'saved (plist-get result :saved))
    (note 'edited (text)))

  ;; Another program puts a new file into its place.
  (save-buffer)
  (let ((new (concat (getenv "ALOOP_FILE") ".new")) (changed (concat (text) "# theirs\n")))
    (write-region changed nil new nil 'quiet)
    (rename-file new (getenv "ALOOP_FILE") t)
    (wait-for "the other text" (progn (auto-revert-buffers) (equal (text) changed)))
    (note 'reverted t)))

(defun story-with-agents ()
  "One agent runs, then another one; a file tells when."
  (find-file (getenv "ALOOP_FILE"))
  (run-hooks 'post-command-hook)
  (wait-for "the first agent" (= (length (aloop-agents)) 1))
  (note 'terminals (getenv "ALOOP_EDITOR"))
  (note 'one (aloop-mode-line))
  (note 'switched (plist-get (aloop-switch-model "ollama/llama2") :message))
  (wait-for "the switch" (not (equal (aloop-mode-line) (cdr (assq 'one outcome)))))
  (note 'oneAfter (aloop-mode-line))
  (write-region "" nil (concat (getenv "ALOOP_OUTCOME") ".next") nil 'quiet)
  (wait-for "the second agent" (= (length (aloop-agents)) 2))
  (note 'two (aloop-mode-line))
  (note 'refusal (refusal-of (lambda () (aloop-switch-model "ollama/llama2"))))
  (cl-letf (((symbol-function 'completing-read)
             (lambda (prompt rows &rest _)
               (if (string-prefix-p "Switch to model" prompt) "ollama/llama2"
                 (note 'agents (mapcar #'car rows))
                 (caar rows)))))
    (note 'all (plist-get (call-interactively #'aloop-switch-model) :message)))
  (wait-for "the switch of both" (string-prefix-p " Local" (aloop-mode-line)))
  (note 'twoAfter (aloop-mode-line)))

(condition-case problem
    (if (getenv "ALOOP_WITH_AGENTS") (story-with-agents) (story))
  (error (note 'error (error-message-string problem))))
(with-temp-file (getenv "ALOOP_OUTCOME") (insert (json-encode outcome)))
(let ((kill-emacs-hook nil)) (ignore-errors (eglot-shutdown-all)) (kill-emacs 0))
