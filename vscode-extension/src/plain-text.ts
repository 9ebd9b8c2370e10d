// Text from a file as text in VS Code's surfaces, which would render `$(name)` as an icon.

const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g;

export function plainText(text: string): string {
  return text.replace(CONTROL_CHARACTERS, ' ').replace(/\$\(/g, '\\$(');
}
