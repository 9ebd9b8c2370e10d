// Rows of the pick lists: order, marks, facts and what is missing.

import { describe, expect, it } from 'vitest';
import { modelGroups, sessionRow, sessionRows } from '../../src/pick-rows';
import { model, session } from './models';

const gpt = model('openai/gpt-4o', { displayName: 'GPT-4o', default: true, facts: '128K · $2.50 / $10' });
const llama = model('ollama/llama2', { current: true });
const sonnet = model('anthropic/sonnet', { ready: false, notReady: 'it has no API key' });
const azure = model('azure/gpt', { ready: false, notReady: 'azure/gpt: api_base is missing' });
const others = ['a/1', 'a/2', 'a/3'].map((id) => model(id));

describe('modelGroups', () => {
  it('marks the current and the default model', () => {
    expect(modelGroups([gpt, llama])).toEqual([
      {
        title: 'Ready',
        rows: [
          { label: '$(check) ollama/llama2', description: 'current', modelId: 'ollama/llama2', actions: [] },
          {
            label: '$(star) GPT-4o',
            description: 'openai/gpt-4o · 128K · $2.50 / $10 · default',
            modelId: 'openai/gpt-4o',
            actions: [],
          },
        ],
      },
    ]);
  });

  it('has one icon in each row, so that the names are aligned', () => {
    const labels = modelGroups([gpt, llama, sonnet, ...others]).flatMap(({ rows }) => rows.map(({ label }) => label));
    expect(labels.map((label) => label.split(' ')[0])).toEqual([
      '$(check)',
      '$(star)',
      '$(blank)',
      '$(blank)',
      '$(blank)',
      '$(warning)',
    ]);
  });

  it('lists the recent models after the current and the default one, then the others', () => {
    const [{ rows } = { rows: [] }] = modelGroups([...others, gpt, llama], {
      recent: ['a/3', 'gone/x', 'a/2'],
    });
    expect(rows.map(({ modelId }) => modelId)).toEqual([llama.modelId, gpt.modelId, 'a/3', 'a/2', 'a/1']);
  });

  it.each([
    [sonnet, 'It has no API key. Select to set it.', 'setKey'],
    [azure, 'api_base is missing. Select to open the entry.', 'openEntry'],
    [
      model('a/b', { ready: false, notReady: 'its api_key is not text (quote it)' }),
      'Its api_key is not text (quote it). Select to set it.',
      'setKey',
    ],
    [model('a/b', { ready: false }), 'Its entry has an error. Select to open the entry.', 'openEntry'],
  ])('says in full what is missing, and how it is repaired: $modelId', (broken, detail, repair) => {
    const [ready, attention] = modelGroups([broken, llama], { repairs: true });
    expect([ready?.title, attention?.title]).toEqual(['Ready', 'Needs attention']);
    expect(attention?.rows).toMatchObject([{ label: `$(warning) ${broken.modelId}`, detail, repair }]);
  });

  it('does not offer a repair where selecting a model does something else', () => {
    expect(modelGroups([sonnet])[0]?.rows[0]?.detail).toBe('It has no API key.');
  });

  it('offers no default for the default model, nor for one that is not ready', () => {
    const rows = modelGroups([gpt, llama, sonnet], { actions: ['setDefault', 'setKey'] }).flatMap(
      (group) => group.rows,
    );
    expect(rows.map(({ actions }) => actions)).toEqual([['setDefault', 'setKey'], ['setKey'], ['setKey']]);
  });

  it('shows an icon in a name as text', () => {
    expect(modelGroups([model('openai/x', { displayName: '$(check) x' })])[0]?.rows[0]?.label).toBe(
      '$(blank) \\$(check) x',
    );
  });
});

describe('sessionRows', () => {
  const sessions = [
    session(11, 'openai/gpt-4o', { displayName: 'GPT-4o' }),
    session(12, 'ollama/llama2', { folder: '/other' }),
  ];
  const placeOf = ({ pid }: { pid: number }) =>
    pid === 11
      ? { name: 'aloop', hasTerminal: true, isInFront: true }
      : { name: 'agent 12', hasTerminal: false, isInFront: false };

  it('names each agent by its terminal, model and folder, and offers all of them last', () => {
    expect(sessionRows(sessions, placeOf)).toEqual([
      { label: '$(terminal) aloop', description: 'GPT-4o · active terminal', detail: '/work', session: 's11' },
      { label: '$(server-process) Agent 12', description: 'ollama/llama2', detail: '/other', session: 's12' },
      { label: '$(layers) All of them', description: '2 agents', session: '*' },
    ]);
  });

  it('shows an icon in the name of a terminal as text', () => {
    const place = { name: '$(zap) zsh', hasTerminal: true, isInFront: false };
    expect(sessionRow(session(11, 'a/b'), () => place).label).toBe('$(terminal) \\$(zap) zsh');
  });
});
