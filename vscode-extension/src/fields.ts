// Facts about the fields of an entry, from the JSON Schema.

import schema from '../../schema/models.schema.json';

interface FieldSchema {
  readonly type?: readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly writeOnly?: boolean;
}

export interface Field {
  readonly description: string;
  /** The allowed values; empty if any value is allowed. */
  readonly choices: readonly string[];
  readonly isSecret: boolean;
}

const SCHEMAS: Readonly<Record<string, FieldSchema>> = schema.definitions.profile.properties;

/** A field by its name; an unknown field may be a secret. */
export function fieldNamed(name: string): Field {
  const spec = SCHEMAS[name] ?? { writeOnly: true };
  const choices = spec.type?.[0] === 'boolean' ? ['true', 'false'] : (spec.enum ?? []);
  return {
    description: spec.description ?? '',
    choices: choices.filter((choice) => typeof choice === 'string'),
    isSecret: spec.writeOnly === true,
  };
}
