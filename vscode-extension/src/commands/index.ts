// All commands, in the order of package.json.

import { addModel } from './add-model';
import { checkModels } from './check-models';
import { compareModels } from './compare-models';
import { copyModel } from './copy-model';
import { discoverModels } from './discover-models';
import { editModel } from './edit-model';
import {
  copyEntry,
  editEntry,
  removeEntry,
  setAsDefault,
  setEntryKey,
  testEntry,
  useThisModel,
} from './entry-commands';
import { formatModels, protectFile, reloadModels } from './file-commands';
import { getStarted } from './get-started';
import { importModels } from './import-models';
import { listModels } from './list-models';
import { listSessions } from './list-sessions';
import { openModels } from './open-models';
import type { RegisteredCommand } from './registered';
import { removeModel } from './remove-model';
import { restartServer } from './restart-server';
import { setDefaultModel } from './set-default-model';
import { setKey } from './set-key';
import { showLog } from './show-log';
import { showModel } from './show-model';
import { showRule } from './show-rule';
import { startAgent } from './start-agent';
import { switchModel } from './switch-model';
import { testModels } from './test-models';
import { whyThisModel } from './why-this-model';

export const COMMANDS: readonly RegisteredCommand[] = [
  switchModel,
  addModel,
  discoverModels,
  editModel,
  removeModel,
  copyModel,
  setDefaultModel,
  setKey,
  protectFile,
  showModel,
  listModels,
  listSessions,
  checkModels,
  showRule,
  formatModels,
  importModels,
  openModels,
  startAgent,
  compareModels,
  testModels,
  getStarted,
  useThisModel,
  setAsDefault,
  setEntryKey,
  editEntry,
  testEntry,
  copyEntry,
  removeEntry,
  reloadModels,
  whyThisModel,
  restartServer,
  showLog,
];
export { disableRule } from './disable-rule';
export { setUpServer } from './set-up-server';
export { toggleKeys } from './toggle-keys';
