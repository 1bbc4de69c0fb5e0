/** Checks what comes from outside against a DTO, and says in one line which field is wrong. */
import { BadRequestException, type PipeTransform, type ValidationError, ValidationPipe } from '@nestjs/common';
import { WsException } from '@nestjs/websockets';
import { refusal } from '../core/viewer-session.ts';

/** Longest message sent back: an unknown property's name is the client's own text. */
const MAX_MESSAGE_CHARACTERS = 300;

const RULES = {
  transform: true,
  whitelist: true,
  forbidNonWhitelisted: true,
  stopAtFirstError: true,
  validationError: { target: false, value: false },
} as const;

/** For Socket.IO payloads. Throws a WsException that holds the reply. */
export const socketValidation = new ValidationPipe({
  ...RULES,
  exceptionFactory: (errors) => invalid(describe(errors)),
});

/** For HTTP. Texts of the query become numbers where the DTO says so. */
export const httpValidation = new ValidationPipe({
  ...RULES,
  exceptionFactory: (errors) => new BadRequestException(refusal('invalid', describe(errors))),
});

/** A payload has to be one plain object; stands before {@link socketValidation}. */
export class OneObjectPipe implements PipeTransform<unknown, object> {
  transform(value: unknown): object {
    if (value === undefined || value === null) throw invalid('payload is missing: one object is expected');
    if (typeof value !== 'object' || Array.isArray(value) || ArrayBuffer.isView(value)) {
      throw invalid('payload must be one object, such as {"camera": "default"}');
    }
    return value;
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
