// What the JSON Schema says of one field: how its value is asked for.

import schema from '../../schema/models.schema.json';

interface FieldSchema {
  readonly type?: readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly writeOnly?: boolean;
}

export interface Field {
  readonly description: string;
  /** The only values it takes; empty where it takes any. */
  readonly choices: readonly string[];
  readonly isSecret: boolean;
}

const SCHEMAS: Readonly<Record<string, FieldSchema>> = schema.definitions.profile.properties;

/** A field by its name; one that the schema does not know takes text, typed hidden. */
export function fieldNamed(name: string): Field {
  const spec = SCHEMAS[name] ?? { writeOnly: true };
  const choices = spec.type?.[0] === 'boolean' ? ['true', 'false'] : (spec.enum ?? []);
  return {
    description: spec.description ?? '',
    choices: choices.filter((choice) => typeof choice === 'string'),
    isSecret: spec.writeOnly === true,
  };
}
