import { CAMERA_ID_PATTERN, CAMERA_ID_RULE } from '@oriel/model';
import type { UnwatchRequest, WatchRequest } from '@oriel/stream-protocol';
import { IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';

export const CAMERA_ID_WORDS = `camera must be a camera id: ${CAMERA_ID_RULE}`;

export class WatchDto implements WatchRequest {
  @Matches(CAMERA_ID_PATTERN, { message: CAMERA_ID_WORDS })
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
  @Matches(CAMERA_ID_PATTERN, { message: CAMERA_ID_WORDS })
  camera!: string;
}
