// Escapes text for VS Code's user interface, which renders `$(name)` as an icon.

const CONTROL_CHARACTERS = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069]/gu;

export function plainText(text: string): string {
  return text.replace(CONTROL_CHARACTERS, ' ').replace(/\$\(/g, '\\$(');
}

/** Escapes text for a prompt or a validation message, which renders `[text](target)` as a link. */
export function boxText(text: string): string {
  return plainText(text).replaceAll('](', '] (');
}
