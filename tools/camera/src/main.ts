#!/usr/bin/env node
import { createInterface } from 'node:readline';
import { runCommand } from './commands.ts';
import { scheduleFaults } from './fault-schedule.ts';
import { HELP, type ProgramRequest, parseProgramOptions } from './program-options.ts';
import { startCamera } from './start-camera.ts';

const EXIT_USAGE = 2;

async function main(): Promise<void> {
  let request: ProgramRequest;
  try {
    request = parseProgramOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\nTry --help.\n`);
    process.exitCode = EXIT_USAGE;
    return;
  }
  if (request.type === 'help') {
    process.stdout.write(HELP);
    return;
  }
  const camera = await startCamera(request.camera);
  for (const path of camera.paths) process.stdout.write(`Ready: ${camera.url(path)}\n`);

  // Reading from its terminal would stop a background job, so a terminal is read only on request.
  const commands =
    (request.control ?? !process.stdin.isTTY)
      ? createInterface({ input: process.stdin }).on('line', (line) => {
          if (line.trim() !== '') process.stdout.write(`${runCommand(camera, line)}\n`);
        })
      : undefined;
  const stopSchedule = scheduleFaults(camera, request.scheduled, (line) => process.stdout.write(`${line}\n`));
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    stopSchedule();
    commands?.close();
    process.stdin.unref?.();
    camera.close().catch((error: unknown) => {
      process.stderr.write(`camera: ${String(error)}\n`);
      process.exitCode = 1;
    });
  };
  process.on('SIGINT', end).on('SIGTERM', end);
}

main().catch((error: unknown) => {
  process.stderr.write(`camera: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
