/**
 * `@Key` declares a configuration key once: its meaning and unit for the documentation, its range for class-validator.
 * Name and default are those of the decorated property.
 */
import { IsIn, IsInt, IsNumber, IsString, Matches, Max, MaxLength, Min, ValidateBy } from 'class-validator';

export type KeyKind =
  | { readonly type: 'integer' | 'number'; readonly min: number; readonly max: number }
  | { readonly type: 'choice'; readonly of: readonly string[] }
  | { readonly type: 'text'; readonly pattern: RegExp; readonly rule: string }
  /** `problem` says what is wrong with the value, without repeating it. */
  | { readonly type: 'checked'; readonly rule: string; readonly problem: (value: string) => string | undefined };

export interface KeyDeclaration {
  readonly meaning: string;
  readonly kind: KeyKind;
  readonly unit?: string;
  /** Can also be read from the file that `<variable>_FILE` names. */
  readonly secret?: true;
}

export function Key(declaration: KeyDeclaration): PropertyDecorator {
  return (prototype, property) => {
    const name = String(property);
    keysByPrototype.set(prototype, new Map([...(keysByPrototype.get(prototype) ?? []), [name, declaration]]));
    for (const decorate of validators(declaration.kind)) decorate(prototype, name);
  };
}

/** The keys of a section, in the order of their declaration. */
export function keysOf(section: object): ReadonlyMap<string, KeyDeclaration> {
  return keysByPrototype.get(Object.getPrototypeOf(section)) ?? new Map();
}

/** The rule for a value in words, for messages and the documentation. */
export function ruleOf(kind: KeyKind): string {
  switch (kind.type) {
    case 'integer':
      return `a whole number from ${kind.min} to ${kind.max}`;
    case 'number':
      return `a number from ${kind.min} to ${kind.max}`;
    case 'choice':
      return kind.of.length === 1 ? `"${kind.of[0]}"` : `one of ${kind.of.map((word) => `"${word}"`).join(', ')}`;
    default:
      return kind.rule;
  }
}

const MAX_TEXT_LENGTH = 4096;
const keysByPrototype = new WeakMap<object, ReadonlyMap<string, KeyDeclaration>>();

function validators(kind: KeyKind): PropertyDecorator[] {
  const message = ({ value }: { value: unknown }) => `must be ${ruleOf(kind)}, not ${foundInstead(value, kind)}`;
  switch (kind.type) {
    case 'integer':
      return [IsInt({ message }), Min(kind.min, { message }), Max(kind.max, { message })];
    case 'number':
      return [IsNumber({}, { message }), Min(kind.min, { message }), Max(kind.max, { message })];
    case 'choice':
      return [
        IsIn([...kind.of], {
          message: ({ value }) =>
            `must be ${ruleOf(kind)}${typeof value === 'string' ? '' : `, not ${foundInstead(value, kind)}`}`,
        }),
      ];
    case 'text':
      return [
        IsString({ message }),
        MaxLength(MAX_TEXT_LENGTH, { message: `must be ${ruleOf(kind)}` }),
        Matches(kind.pattern, {
          message: ({ value }) => (value === '' ? 'must not be empty' : `must be ${ruleOf(kind)}`),
        }),
      ];
    case 'checked':
      return [
        IsString({ message }),
        ValidateBy({
          name: 'checked',
          validator: {
            validate: (value) => typeof value !== 'string' || kind.problem(value) === undefined,
            defaultMessage: (args) => kind.problem(String(args?.value)) ?? '',
          },
        }),
      ];
  }
}

/** Messages never repeat text, nor a number in place of text: it could be a password. */
function foundInstead(value: unknown, kind: KeyKind): string {
  const isNumeric = kind.type === 'integer' || kind.type === 'number';
  if (typeof value === 'number' || typeof value === 'bigint') return isNumeric ? String(value) : 'a number';
  if (typeof value === 'boolean') return String(value);
  if (value === undefined || value === null) return 'nothing';
  if (value === '') return 'an empty text';
  if (typeof value === 'string') return 'text';
  if (value instanceof Date) return 'a date';
  return Array.isArray(value) ? 'a list' : 'a table';
}
