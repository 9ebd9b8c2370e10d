// The fields of an entry as the JSON Schema describes them, and values as they are typed into a box.

import schema from '../../schema/models.schema.json';

interface FieldSchema {
  readonly type?: readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly writeOnly?: boolean;
  readonly doNotSuggest?: boolean;
  readonly 'x-providers'?: readonly string[];
}

export interface Field {
  readonly name: string;
  readonly description: string;
  readonly types: readonly string[];
  /** The only values it takes; empty where it takes any. */
  readonly choices: readonly string[];
  readonly isSecret: boolean;
}

const SCHEMAS: Readonly<Record<string, FieldSchema>> = schema.definitions.profile.properties;

/** The fields that entries of this model's provider take, in the schema's order. */
export function fieldsOf(modelId: string): Field[] {
  const provider = modelId.split('/', 1)[0] ?? '';
  return Object.entries(SCHEMAS)
    .filter(([, spec]) => spec.doNotSuggest !== true && (spec['x-providers']?.includes(provider) ?? true))
    .map(([name, spec]) => describe(name, spec));
}

/** Any field by its name; one that the schema does not know takes text, typed hidden. */
export function fieldNamed(name: string): Field {
  return describe(name, SCHEMAS[name] ?? { writeOnly: true });
}

function describe(name: string, spec: FieldSchema): Field {
  const types = (spec.type ?? ['string']).filter((type) => type !== 'null');
  const choices =
    types[0] === 'boolean' ? ['true', 'false'] : (spec.enum ?? []).filter((choice) => typeof choice === 'string');
  return { name, description: spec.description ?? '', types, choices, isSecret: spec.writeOnly === true };
}

/** Empty removes the field (null); text that is no value of the field's type stays text, for the server to refuse. */
export function valueFromText(field: Field, typed: string): unknown {
  const text = typed.trim();
  if (text === '') {
    return null;
  }
  if (field.types.includes('string')) {
    return text;
  }
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
