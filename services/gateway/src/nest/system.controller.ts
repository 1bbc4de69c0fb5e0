import { Controller, Get, Inject, Req, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Instance, RedisInstanceBoard } from '@oriel/control';
import { CameraDirectory } from '../core/cameras/camera-directory.ts';
import { saysNotCarried } from '../core/cameras/carriers.ts';
import { PrincipalGuard, type WithPrincipal } from './principal.guard.ts';

interface SystemBody {
  readonly instances: readonly Instance[];
  /** Cameras that no ingest service reads, and watched ones that no transcoder decodes. */
  readonly uncarried: readonly UncarriedCamera[];
}

interface UncarriedCamera {
  readonly cameraId: string;
  readonly reasonCode: string;
  /** Says why, and what to do. */
  readonly reason: string;
}

@ApiTags('system')
@UseGuards(PrincipalGuard)
@Controller('api/system')
export class SystemController {
  constructor(
    @Inject(RedisInstanceBoard) private readonly instanceBoard: RedisInstanceBoard,
    @Inject(CameraDirectory) private readonly directory: CameraDirectory,
  ) {}

  /** Instances that sent a heartbeat within the last 3 s, and cameras that none of them works on. */
  @Get()
  @ApiOkResponse({
    description: 'Every running instance: health, load, version; and the cameras that nobody works on, with the reason',
  })
  async system(@Req() { principal }: WithPrincipal): Promise<SystemBody> {
    const instances = await this.instanceBoard.all();
    const uncarried = this.directory
      .views()
      .filter(({ id, reasonCode }) => principal.maySee(id) && saysNotCarried(reasonCode))
      .map(({ id, reasonCode = '', reason = '' }) => ({ cameraId: id, reasonCode, reason }));
    return {
      instances: instances.toSorted((a, b) => compare(a.service, b.service) || compare(a.id, b.id)),
      uncarried,
    };
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
