/** Validates input against a DTO and names the wrong fields in one line. */
import { BadRequestException, type PipeTransform, type ValidationError, ValidationPipe } from '@nestjs/common';
import { WsException } from '@nestjs/websockets';
import { refusal } from '../core/requests/refusal.ts';

/** Caps the message, because it repeats names of unknown properties, which the client chose. */
const MAX_MESSAGE_CHARACTERS = 300;

const RULES = {
  transform: true,
  whitelist: true,
  stopAtFirstError: true,
  validationError: { target: false, value: false },
} as const;

/** Validates Socket.IO payloads. Throws a WsException that holds the reply. */
export const socketValidation = new ValidationPipe({
  ...RULES,
  forbidNonWhitelisted: true,
  exceptionFactory: (errors) => invalid(describe(errors)),
});

/**
 * Validates HTTP requests. Converts query strings to numbers where the DTO asks for them. Ignores unknown parameters: pages and
 * dashboards add their own against caches, such as `?t=123`.
 */
export const httpValidation = new ValidationPipe({
  ...RULES,
  exceptionFactory: (errors) => new BadRequestException(refusal('invalid', describe(errors))),
});

/**
 * Requires the payload to be one plain object; runs before {@link socketValidation}. No DTO field takes an object or a list, so nested values
 * are emptied here: class-transformer would follow them to any depth.
 */
export class OneObjectPipe implements PipeTransform<unknown, object> {
  transform(value: unknown): object {
    if (value === undefined || value === null) throw invalid('payload is missing: one object is expected');
    if (typeof value !== 'object' || Array.isArray(value) || ArrayBuffer.isView(value)) {
      throw invalid('payload must be one object, such as {"camera": "default"}');
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, field]) => [key, typeof field === 'object' && field !== null ? {} : field]),
    );
  }
}

export function invalid(message: string): WsException {
  return new WsException(refusal('invalid', message));
}

function describe(errors: readonly ValidationError[]): string {
  const messages = errors.flatMap((error) =>
    Object.values(error.constraints ?? { unknown: `${error.property} is invalid` }),
  );
  const text = messages.join('; ');
  return text.length <= MAX_MESSAGE_CHARACTERS ? text : `${text.slice(0, MAX_MESSAGE_CHARACTERS)}…`;
}
