import type { UnwatchRequest, WatchRequest } from '@oriel/stream-protocol';
import { IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';

export const CAMERA_ID = /^[a-z0-9-]{1,64}$/;
export const CAMERA_ID_WORDS = 'camera must be a camera id: 1 to 64 of a-z, 0-9 and "-"';

export class WatchDto implements WatchRequest {
  @Matches(CAMERA_ID, { message: CAMERA_ID_WORDS })
  camera!: string;

  @IsOptional()
  @IsIn(['jpeg', 'h264'])
  format?: 'jpeg' | 'h264';

  @IsOptional()
  @IsInt()
  @Min(16)
  @Max(7680)
  maxWidth?: number;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(120)
  maxFramerate?: number;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100)
  quality?: number;
}

export class UnwatchDto implements UnwatchRequest {
  @Matches(CAMERA_ID, { message: CAMERA_ID_WORDS })
  camera!: string;
}
