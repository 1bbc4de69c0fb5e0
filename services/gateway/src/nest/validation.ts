/** Checks what comes from outside against a DTO, and says in one line which field is wrong. */
import { BadRequestException, type PipeTransform, type ValidationError, ValidationPipe } from '@nestjs/common';
import { WsException } from '@nestjs/websockets';
import { refusal } from '../core/requests/refusal.ts';

/** Longest message sent back: an unknown property's name is the client's own text. */
const MAX_MESSAGE_CHARACTERS = 300;

const RULES = {
  transform: true,
  whitelist: true,
  stopAtFirstError: true,
  validationError: { target: false, value: false },
} as const;

/** For Socket.IO payloads. Throws a WsException that holds the reply. */
export const socketValidation = new ValidationPipe({
  ...RULES,
  forbidNonWhitelisted: true,
  exceptionFactory: (errors) => invalid(describe(errors)),
});

/**
 * For HTTP. Texts of the query become numbers where the DTO says so. Parameters that are not known are passed over: pages and
 * dashboards add one of their own, such as `?t=123`, against caches.
 */
export const httpValidation = new ValidationPipe({
  ...RULES,
  exceptionFactory: (errors) => new BadRequestException(refusal('invalid', describe(errors))),
});

/**
 * A payload has to be one plain object; stands before {@link socketValidation}. No field of any takes an object or a list: what is in
 * one is left out here, as class-transformer would follow it to whatever depth it has.
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
