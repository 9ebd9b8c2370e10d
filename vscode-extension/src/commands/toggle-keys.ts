// aloop.toggleKeys: shows or hides API keys in the editors of this window.

import type { KeyHider } from '../hide-keys';

export const toggleKeys = {
  id: 'aloop.toggleKeys',
  run: (hider: KeyHider): void => hider.toggle(),
};
