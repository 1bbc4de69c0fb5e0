import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { CAMERA_ID_PATTERN, type CameraState, type VideoCodec } from '@oriel/model';
import type { CameraView, ErrorCode } from '@oriel/stream-protocol';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { CAMERA_ID_WORDS } from './watch.dto.ts';

/** Converts digits to a number. Other spellings, such as `1e2` or `0x20`, stay text and are refused. */
function WholeNumber(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value,
  );
}

export class CameraParams {
  @ApiProperty({ example: 'default', pattern: CAMERA_ID_PATTERN.source })
  @Matches(CAMERA_ID_PATTERN, { message: CAMERA_ID_WORDS })
  id!: string;
}

export class SnapshotQuery {
  @ApiPropertyOptional({ type: 'integer', description: 'Widest picture wanted, in pixels', minimum: 16, maximum: 7680 })
  @IsOptional()
  @WholeNumber()
  @IsInt()
  @Min(16)
  @Max(7680)
  width?: number;

  @ApiPropertyOptional({ type: 'integer', description: 'JPEG quality, IJG scale', minimum: 1, maximum: 100 })
  @IsOptional()
  @WholeNumber()
  @IsInt()
  @Min(1)
  @Max(100)
  quality?: number;
}

export class MjpegQuery extends SnapshotQuery {
  @ApiPropertyOptional({ type: 'integer', description: 'Most frames per second wanted', minimum: 1, maximum: 120 })
  @IsOptional()
  @WholeNumber()
  @IsInt()
  @Min(1)
  @Max(120)
  framerate?: number;
}

/** Documents {@link CameraView} in the API description. */
export class CameraBody implements CameraView {
  @ApiProperty()
  id!: string;
  @ApiProperty()
  name!: string;
  @ApiProperty({ enum: ['connecting', 'live', 'stalled', 'offline'] })
  state!: CameraState;
  @ApiPropertyOptional({ description: 'Plain words, while the state is not `live`' })
  reason?: string;
  @ApiPropertyOptional({ description: 'Stable word behind the reason', example: 'unauthorized' })
  reasonCode?: string;
  @ApiPropertyOptional({ description: 'A remark beside a working picture' })
  warning?: string;
  @ApiPropertyOptional({ description: 'Share of the wanted frames that is shown, while transcoders lack cores' })
  frameShare?: number;
  @ApiPropertyOptional({ enum: ['h264', 'h265'] })
  codec?: VideoCodec;
  @ApiPropertyOptional()
  width?: number;
  @ApiPropertyOptional()
  height?: number;
  @ApiPropertyOptional()
  framerate?: number;
  @ApiPropertyOptional()
  bitrateKbps?: number;
  @ApiPropertyOptional()
  transport?: string;
  @ApiPropertyOptional()
  reconnects?: number;
  @ApiPropertyOptional({ description: 'When the state began, milliseconds since the Unix epoch' })
  sinceMs?: number;
  @ApiPropertyOptional({ description: 'When the next attempt comes, milliseconds since the Unix epoch' })
  nextAttemptAtMs?: number;
}

class ErrorDetails {
  @ApiProperty({ type: 'string', example: 'unknown-camera' })
  code!: ErrorCode;
  @ApiProperty()
  message!: string;
}

export class ErrorBody {
  @ApiProperty()
  error!: ErrorDetails;
}
