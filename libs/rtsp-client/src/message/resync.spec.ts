/** Garbage is skipped within limits and never taken for a frame (docs/rtsp-interop.md#garbage). */
import fc from 'fast-check';
import { frame, Recorder, RTP } from './testing-parser.ts';

describe('item 41: garbage', () => {
  const good = frame(0, RTP);
  it.each([
    { name: 'before a reply', text: 'xyzzyRTSP/1.0 200 OK\r\n\r\n', log: ['skipped 5', '200 OK [] ""'] },
    {
      name: 'with a $ in it (Canon VB-H47, gortsplib#653)',
      text: `\x01$\x00\x05\x01ab${good}${good}`,
      log: ['skipped 7', `$0 ${RTP}`, `$0 ${RTP}`],
    },
    {
      name: 'with $ and a wrong payload type',
      text: `\x01$\x00\x00\x10\x80\x01${good}${good}`,
      log: ['skipped 7', `$0 ${RTP}`, `$0 ${RTP}`],
    },
    {
      name: 'request words in the middle of a line',
      text: `\x01PLAY x\n${good}${good}`,
      log: ['skipped 8', `$0 ${RTP}`, `$0 ${RTP}`],
    },
  ])('item 41, device 4: is skipped $name, without a false frame', ({ text, log }) => {
    for (const size of [text.length, 1, 7]) {
      const recorder = new Recorder();
      const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
        text.slice(index * size, (index + 1) * size),
      );
      recorder.push(...chunks);
      expect(recorder.log).toEqual(log);
    }
  });

  it('item 41, device 3: is skipped after a frame cut short (moonfire#302): one false frame, then only good ones', () => {
    const recorder = new Recorder();
    // Only 293 of 1000 declared bytes come. The next frames fill the gap, and the rest begins in the middle of a frame.
    recorder.push(`$\x00\x03\xe8\x80\x60${'z'.repeat(291)}${good.repeat(80)}`);
    const [first, skipped, ...rest] = recorder.log;
    expect(first).toMatch(/^\$0 80607a7a/);
    expect(skipped).toBe('skipped 13');
    expect(rest).toEqual(Array(44).fill(`$0 ${RTP}`));
  });

  it('item 41, device 4: 1 to 500 random bytes with $ inside, then good frames: never a false frame', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 500 }), (noise) => {
        noise[0] = 0x01;
        const recorder = new Recorder({}, [0]);
        recorder.push(noise, `${good}${good}`);
        expect(recorder.log.filter((line) => !line.startsWith('skipped'))).toEqual([`$0 ${RTP}`, `$0 ${RTP}`]);
      }),
      { numRuns: 500 },
    );
  });

  it('more than the limit is a failure', () => {
    const recorder = new Recorder({ garbageBytes: 1_000 });
    expect(recorder.push('\x01'.repeat(900))).toBeUndefined();
    expect(recorder.push('\x01'.repeat(200))).toBe('garbage-limit');
    expect(recorder.push('RTSP/1.0 200 OK\r\n\r\n')).toBe('garbage-limit');
    expect(recorder.log).toEqual([]);
  });

  it('for longer than 2 s is a failure, a pause without bytes is not', () => {
    const recorder = new Recorder();
    recorder.push('\x01\x01');
    recorder.nowMs += 5_000;
    expect(recorder.push('RTSP/1.0 200 OK\r\n\r\n')).toBeUndefined();
    recorder.push('\x01\x01');
    recorder.nowMs += 2_001;
    expect(recorder.push('\x01\x01')).toBe('garbage-limit');
  });

  it('eleven times within a minute is a failure, spread out it is not', () => {
    const flood = new Recorder();
    for (let time = 0; time < 10; time++) expect(flood.push(`\x01\x01RTSP/1.0 200 OK\r\n\r\n`)).toBeUndefined();
    expect(flood.push('\x01')).toBe('too-many-resyncs');

    const spread = new Recorder();
    for (let time = 0; time < 30; time++) {
      expect(spread.push(`\x01\x01RTSP/1.0 200 OK\r\n\r\n`)).toBeUndefined();
      spread.nowMs += 7_000;
    }
  });

  it.each([
    { name: 'HTTP', text: 'HTTP/1.1 400 Bad Request\r\n\r\n', failure: 'speaks-http' },
    { name: 'TLS', text: '\x15\x03\x01\x00\x02\x02\x46', failure: 'speaks-tls' },
  ])('tells a port that speaks $name', ({ text, failure }) => {
    expect(new Recorder().push(text)).toBe(failure);
  });
});
