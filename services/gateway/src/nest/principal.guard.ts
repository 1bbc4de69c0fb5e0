import type { IncomingMessage } from 'node:http';
import { type CanActivate, type ExecutionContext, Inject, Injectable, UnauthorizedException } from '@nestjs/common';
import type { Principal } from '../core/requests/access.ts';
import { refusal } from '../core/requests/refusal.ts';
import { GATEWAY_OPTIONS, type GatewayOptions } from './tokens.ts';

export interface WithPrincipal {
  principal: Principal;
}

/** Turns an HTTP request into a principal, as `StreamGateway` does for a socket. */
@Injectable()
export class PrincipalGuard implements CanActivate {
  constructor(@Inject(GATEWAY_OPTIONS) private readonly options: GatewayOptions) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<IncomingMessage & Partial<WithPrincipal>>();
    const principal = await this.options.authenticator.authenticate(request, undefined);
    if (principal === undefined) throw new UnauthorizedException(refusal('unauthorized', 'Sign in first.'));
    request.principal = principal;
    return true;
  }
}
