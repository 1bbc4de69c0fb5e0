import type { CameraView } from '@oriel/stream-protocol';
import { type ConditionInputs, cameraCondition } from './camera-condition.ts';

const condition = (view: Partial<CameraView>, inputs: Partial<ConditionInputs> = {}) =>
  cameraCondition({
    view: { id: 'door', name: 'Door', state: 'live', ...view },
    isWanted: true,
    isConnected: true,
    hasFreshPicture: true,
    hasPicture: true,
    silentMs: 40,
    serverNowMs: 1_000_000,
    ...inputs,
  });

describe('cameraCondition', () => {
  it.each([
    { name: 'pictures come', view: {}, expected: { kind: 'live', label: 'Live' } },
    {
      name: 'the first picture is on its way',
      view: {},
      inputs: { hasFreshPicture: false, silentMs: 200 },
      expected: { kind: 'starting', label: 'Starting' },
    },
    {
      name: 'live without a picture for 3 s',
      view: {},
      inputs: { silentMs: 3_000 },
      expected: { kind: 'frozen', label: 'Frozen', detail: 'No picture for 3 s' },
    },
    {
      name: 'live and no picture for 7.9 s since watching began anew, an old one being there',
      view: {},
      inputs: { hasFreshPicture: false, silentMs: 7_900 },
      expected: { kind: 'frozen', label: 'Frozen', detail: 'No picture for 7 s' },
    },
    {
      name: 'live and never a picture, for however long',
      view: {},
      inputs: { hasFreshPicture: false, hasPicture: false, silentMs: 18_000 },
      expected: { kind: 'starting', label: 'Starting' },
    },
    {
      name: 'stalled as nobody decodes it',
      view: { state: 'stalled', reason: 'No transcoder has taken this camera yet.', reasonCode: 'no-transcoder' },
      inputs: { hasFreshPicture: false, hasPicture: false, silentMs: 18_000 },
      expected: { kind: 'unshown', label: 'No transcoder', detail: 'No transcoder has taken this camera yet.' },
    },
    {
      name: 'stalled for a reason of a later version',
      view: { state: 'stalled', reason: 'The moon is full.', reasonCode: 'full-moon' },
      expected: { kind: 'unshown', label: 'No picture', detail: 'The moon is full.' },
    },
    {
      name: 'stalled as the camera sends nothing at the moment',
      view: { state: 'stalled', reason: 'It sends no pictures at the moment.', reasonCode: 'stalled' },
      expected: { kind: 'stalled', label: 'Stalled', detail: 'It sends no pictures at the moment.' },
    },
    {
      name: 'one picture in five seconds is not frozen after ten',
      view: {},
      inputs: { silentMs: 10_000, usualIntervalMs: 5_000 },
      expected: { kind: 'live', label: 'Live' },
    },
    {
      name: 'offline with a reason and the next try',
      view: { state: 'offline', reason: 'no answer from 10.0.0.7', nextAttemptAtMs: 1_003_200 },
      expected: { kind: 'offline', label: 'Offline', detail: 'No answer from 10.0.0.7.', nextTryInSeconds: 4 },
    },
    {
      name: 'offline, the next try due',
      view: { state: 'offline', nextAttemptAtMs: 999_000 },
      expected: { kind: 'offline', label: 'Offline', detail: 'The camera cannot be reached.', nextTryInSeconds: 0 },
    },
    {
      name: 'offline, gateway’s clock unknown',
      view: { state: 'offline', reason: 'Is it on?', nextAttemptAtMs: 999_000 },
      inputs: { serverNowMs: undefined },
      expected: { kind: 'offline', label: 'Offline', detail: 'Is it on?' },
    },
    {
      name: 'stalled without a reason',
      view: { state: 'stalled' },
      expected: { kind: 'stalled', label: 'Stalled', detail: 'The camera stopped sending.' },
    },
    { name: 'connecting', view: { state: 'connecting' }, expected: { kind: 'connecting', label: 'Connecting' } },
    {
      name: 'the gateway refused',
      view: {},
      inputs: { refusal: 'a viewer watches at most 64 cameras' },
      expected: { kind: 'refused', label: 'Refused', detail: 'A viewer watches at most 64 cameras.' },
    },
    {
      name: 'without connection nothing is known, whatever was last said',
      view: { state: 'offline' },
      inputs: { isConnected: false },
      expected: { kind: 'unknown', label: 'Waiting' },
    },
    {
      name: 'disconnected by the person, whatever else',
      view: { state: 'offline' },
      inputs: { isWanted: false, isConnected: false },
      expected: { kind: 'stopped', label: 'Disconnected', detail: 'You disconnected it on this page.' },
    },
  ] as { name: string; view: Partial<CameraView>; inputs?: Partial<ConditionInputs>; expected: object }[])(
    '$name',
    ({ view, inputs, expected }) => {
      expect(condition(view, inputs)).toEqual(expected);
    },
  );
});
