import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Inject,
  NotFoundException,
} from '@nestjs/common';
import { allowedMethods, type Routes } from './allowed-methods.ts';
import { GATEWAY_OPTIONS, type GatewayOptions } from './tokens.ts';

/** Gives every HTTP error the shape `{error: {code, message}}`. Health keeps Terminus' own, which names the failing parts. */
@Catch()
export class HttpErrorsFilter implements ExceptionFilter {
  constructor(@Inject(GATEWAY_OPTIONS) private readonly options: GatewayOptions) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<ServerResponse>();
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const request = host.switchToHttp().getRequest<RoutedRequest>();
    // Nest answers 404 for unknown methods too, not only for unknown addresses.
    if (exception instanceof NotFoundException && answerOtherMethod(request, response)) return;
    const { status, code, message } = this.#describe(exception);
    const isHealth = exception instanceof HttpException && request.url?.startsWith('/health/');
    send(response, status, isHealth ? exception.getResponse() : { error: { code, message } });
  }

  #describe(exception: unknown): { status: number; code: string; message: string } {
    const status = statusOf(exception);
    if (status >= 500 && !(exception instanceof HttpException)) {
      this.options.logger.error({ err: exception }, 'a request failed');
      return { status, code: 'internal', message: 'The gateway could not do this; its log says why.' };
    }
    const body: unknown = exception instanceof HttpException ? exception.getResponse() : undefined;
    if (hasError(body)) return { status, ...body.error };
    return {
      status,
      code: CODES[status] ?? 'invalid',
      message: MESSAGES[status] ?? 'This request cannot be answered.',
    };
  }
}

type RoutedRequest = IncomingMessage & { readonly app: Routes; readonly path: string };

/** Answers OPTIONS and methods that this address does not take. @returns false when there is no such address */
function answerOtherMethod({ method, app, path }: RoutedRequest, response: ServerResponse): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  const allowed = allowedMethods(app, path);
  if (allowed === undefined) return false;
  response.setHeader('Allow', allowed);
  if (method === 'OPTIONS') response.writeHead(204).end();
  else send(response, 405, { error: { code: 'invalid', message: `This address takes ${allowed}.` } });
  return true;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(body));
}

const CODES: Readonly<Record<number, string>> = { 401: 'unauthorized', 403: 'unauthorized', 404: 'not-found' };
const MESSAGES: Readonly<Record<number, string>> = { 404: 'There is nothing at this address.' };

/** Express's own errors, e.g. for a malformed address, carry a status too. */
function statusOf(exception: unknown): number {
  if (exception instanceof HttpException) return exception.getStatus();
  const status = exception instanceof Error && 'status' in exception ? exception.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}

function hasError(body: unknown): body is { error: { code: string; message: string } } {
  if (typeof body !== 'object' || body === null || !('error' in body)) return false;
  const { error } = body;
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error;
}
