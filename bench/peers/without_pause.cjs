// Preloaded into yaml-language-server: makes it validate immediately, not 200 ms after the last change.
"use strict";

const path = require("node:path");

const root = path.join(__dirname, "..", "node_modules", "yaml-language-server", "out", "server", "src");
const { ValidationHandler } = require(path.join(root, "languageserver", "handlers", "validationHandlers.js"));

if (typeof ValidationHandler.prototype.validate !== "function") {
  throw new Error("yaml-language-server has changed: ValidationHandler.validate does not exist");
}
ValidationHandler.prototype.validate = function validate(document) {
  this.cleanPendingValidation(document);
  void this.validateTextDocument(document);
};
