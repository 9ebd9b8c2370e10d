// Replaces an answered box by the next one. If a box closed first, VS Code would return the focus to the editor, and
// the next box would flicker or lose what is typed.

import type { QuickInput } from 'vscode';

/** How long an answered box waits for the next one, in milliseconds. */
const WAIT_MS = 300;

let closeAnswered: () => void = () => undefined;

/** Shows a box in place of the answered one. */
export function showBox(box: QuickInput): void {
  box.show();
  closeAnswered();
}

/** Closes an answered box as soon as the next one is shown, or after a moment. */
export function leaveBox(box: QuickInput): void {
  closeAnswered();
  box.enabled = false;
  const timer = setTimeout(() => closeAnswered(), WAIT_MS);
  closeAnswered = (): void => {
    closeAnswered = () => undefined;
    clearTimeout(timer);
    box.dispose();
  };
}
