// The extension's own environment: created once, complete or not at all, by one window at a time.

import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  InstallationError,
  installEnvironment,
  type Managed,
  managedServer,
  removeUnused,
} from '../../src/managed/environment';

/** A Python that creates an environment of shell scripts and records its arguments. */
const PYTHON = `#!/bin/sh
echo "$@" >> "$(dirname "$0")/asked"
[ "$3" = venv ] || exit 0
mkdir -p "$4/bin"
cat > "$4/bin/python" <<'PIP'
#!/bin/sh
echo "$@" >> "$(dirname "$0")/../../asked"
[ ! -e "$(dirname "$0")/../../offline" ] || { echo "Failed to establish a new connection" >&2; exit 1; }
sleep 0.2
printf '#!/bin/sh\\necho aloop-ls 1.2.3\\n' > "$(dirname "$0")/aloop-ls"
chmod +x "$(dirname "$0")/aloop-ls"
PIP
chmod +x "$4/bin/python"
`;

interface Machine {
  readonly managed: Managed;
  readonly make: (over?: { withAgent?: boolean; signal?: AbortSignal }) => Promise<void>;
  readonly asked: () => string[];
}

function machine(): Machine {
  const storage = path.join(mkdtempSync(path.join(tmpdir(), 'aloop-unit-')), 'storage');
  mkdirSync(storage);
  const python = path.join(storage, 'python3');
  writeFileSync(python, PYTHON);
  chmodSync(python, 0o755);
  const managed = { storage, bundle: '/bundle', version: '1.2.3' };
  const common = {
    python: { path: python, version: [3, 12], canCreateEnvironments: true },
    withAgent: false,
    signal: new AbortController().signal,
    report: () => undefined,
    log: () => undefined,
  } as const;
  return {
    managed,
    make: (over) => installEnvironment(managed, { ...common, ...over }),
    asked: () => readFileSync(path.join(storage, 'asked'), 'utf8').trim().split('\n'),
  };
}

describe.skipIf(process.platform === 'win32')('installEnvironment', () => {
  it('installs the wheel of this version', async () => {
    const { managed, make, asked } = machine();
    expect(managedServer(managed)).toBeUndefined();
    await make();
    expect(managedServer(managed)).toBe(path.join(managed.storage, 'server-1.2.3/bin/aloop-ls'));
    expect(asked()).toEqual([
      expect.stringContaining('-m venv'),
      expect.stringMatching(/-m pip install .* \/bundle\/aloop_models-1\.2\.3-py3-none-any\.whl$/),
    ]);
  });

  it('adds the agent to an existing environment', async () => {
    const { make, asked } = machine();
    await make();
    await make({ withAgent: true });
    expect(asked()[2]).toMatch(/aloop-models\[agent\] @ file:\/\/\/bundle/);
    expect(asked()).toHaveLength(3);
  });

  it('removes the environment if a step fails', async () => {
    const { managed, make } = machine();
    writeFileSync(path.join(managed.storage, 'offline'), '');
    const failed = await make().catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(InstallationError);
    expect(failed).toMatchObject({ stage: 'pip', output: expect.stringContaining('new connection') });
    expect(readdirSync(managed.storage).sort()).toEqual(['asked', 'offline', 'python3']);
  });

  it('stops on cancel', async () => {
    const { managed, make } = machine();
    const stop = new AbortController();
    const made = make({ signal: stop.signal });
    stop.abort();
    await expect(made).rejects.toMatchObject({ name: 'AbortError' });
    expect(managedServer(managed)).toBeUndefined();
  });

  it('creates it once for two windows', async () => {
    const { managed, make, asked } = machine();
    await Promise.all([make(), make()]);
    expect(asked().filter((line) => line.includes('venv'))).toHaveLength(1);
    expect(managedServer(managed)).toBeDefined();
  });

  it('ignores the lock of a process that has ended', async () => {
    const { managed, make } = machine();
    writeFileSync(path.join(managed.storage, 'server-1.2.3.lock'), '999999999');
    await make();
    expect(managedServer(managed)).toBeDefined();
  });

  it('does not use an incomplete environment', () => {
    const { managed } = machine();
    const scripts = path.join(managed.storage, 'server-1.2.3/bin');
    mkdirSync(scripts, { recursive: true });
    writeFileSync(path.join(scripts, 'aloop-ls'), '', { mode: 0o755 });
    expect(managedServer(managed)).toBeUndefined();
  });

  it('keeps environments of other versions for a month', async () => {
    const { managed, make } = machine();
    await make();
    for (const [name, days] of [
      ['server-1.0.0', 60],
      ['server-1.2.2', 3],
    ] as const) {
      mkdirSync(path.join(managed.storage, name));
      const stamp = path.join(managed.storage, name, 'complete');
      writeFileSync(stamp, '');
      const used = new Date(Date.now() - days * 86_400_000);
      utimesSync(stamp, used, used);
    }
    await removeUnused(managed);
    expect(
      ['1.0.0', '1.2.2', '1.2.3'].map((version) => existsSync(path.join(managed.storage, `server-${version}`))),
    ).toEqual([false, true, true]);
  });
});
