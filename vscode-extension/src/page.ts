// Shows Markdown as a rendered page whose links may run the commands of this extension that change nothing unasked.

import * as vscode from 'vscode';

/** Commands that a link in a page may run: they only open something, or ask first. */
const COMMANDS = [
  'aloop.addModel',
  'aloop.editModel',
  'aloop.listModels',
  'aloop.openModels',
  'aloop.setDefaultModel',
  'aloop.setKey',
  'aloop.showLog',
  'aloop.showRule',
  'aloop.switchModel',
  'aloop.testModels',
];

const STYLE = `
body { max-width: 50em; padding: 0 2em 2em; line-height: 1.5; }
h1 { font-size: 1.8em; font-weight: 600; }
table { border-collapse: collapse; margin: 1em 0; }
th, td { padding: 0.3em 1.5em 0.3em 0; text-align: left; border-bottom: 1px solid var(--vscode-widget-border, #8884); }
pre { overflow-x: auto; padding: 0.8em; background: var(--vscode-textCodeBlock-background); }
thead:not(:has(th:not(:empty))) { display: none; }
summary { cursor: pointer; }
a[href^="command:"] {
  display: inline-block;
  margin: 0 0.4em 0.4em 0;
  padding: 0.2em 0.9em;
  border-radius: 2px;
  color: var(--vscode-button-secondaryForeground);
  background: var(--vscode-button-secondaryBackground);
  text-decoration: none;
}
a[href^="command:"]:hover { background: var(--vscode-button-secondaryHoverBackground); }
`;

interface Page {
  readonly panel: vscode.WebviewPanel;
  update: () => Promise<void>;
}

/** The open pages by their key. */
const pages = new Map<string, Page>();

/** Opens a page, or the open page with the same key, and renders it again at each change. */
export async function showPage(options: {
  readonly key: string;
  readonly title: string;
  /** Returns Markdown, or undefined to keep what is shown. */
  readonly markdown: () => Promise<string | undefined>;
  /** Calls the function whenever the page may have to change. */
  readonly watch: (update: () => void) => vscode.Disposable;
}): Promise<void> {
  const { key, title, markdown, watch } = options;
  const open = pages.get(key);
  const panel =
    open?.panel ??
    vscode.window.createWebviewPanel('aloop.page', title, vscode.ViewColumn.Active, { enableCommandUris: COMMANDS });
  let shown: string | undefined;
  const update = async (): Promise<void> => {
    const text = await markdown();
    if (text !== undefined && text !== shown && pages.has(key)) {
      shown = text;
      panel.webview.html = await toHtml(text);
    }
  };
  if (open === undefined) {
    const page: Page = { panel, update };
    pages.set(key, page);
    const watching = watch(() => void page.update());
    panel.onDidDispose(() => {
      pages.delete(key);
      watching.dispose();
    });
  } else {
    open.update = update;
    panel.reveal();
  }
  await update();
}

async function toHtml(markdown: string): Promise<string> {
  const body = await vscode.commands.executeCommand<string>('markdown.api.render', markdown);
  return `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>${STYLE}</style>
</head>
<body>${body}</body>
</html>`;
}
