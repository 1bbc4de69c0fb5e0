import { Controller, Get, Inject, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Instance, RedisInstanceBoard } from '@oriel/control';
import { PrincipalGuard } from './principal.guard.ts';

@ApiTags('system')
@UseGuards(PrincipalGuard)
@Controller('api/system')
export class SystemController {
  constructor(@Inject(RedisInstanceBoard) private readonly instanceBoard: RedisInstanceBoard) {}

  /** Every instance of every service that has sent a heartbeat within the last 3 s. */
  @Get()
  @ApiOkResponse({ description: 'Every running instance: health, load, version' })
  async system(): Promise<{ readonly instances: readonly Instance[] }> {
    const instances = await this.instanceBoard.all();
    return { instances: instances.toSorted((a, b) => compare(a.service, b.service) || compare(a.id, b.id)) };
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
