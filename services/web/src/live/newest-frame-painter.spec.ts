import { NewestFramePainter } from './newest-frame-painter.ts';

/** A painter whose decoder and animation frames the test controls. Each event adds a word to `log`. */
function painter() {
  const log: string[] = [];
  const decodes: { name: string; finish: (ok?: boolean) => Promise<void> }[] = [];
  let repaint: (() => void) | undefined;
  let repaintRequests = 0;
  const newest = new NewestFramePainter<string, { name: string; width: number; height: number; close(): void }>({
    decode: (data) => {
      const name = new TextDecoder().decode(data);
      return new Promise((resolve, reject) => {
        const finish = async (ok = true) => {
          if (ok) resolve({ name, width: 1, height: 1, close: () => log.push(`close ${name}`) });
          else reject(new Error('not a JPEG'));
          await Promise.resolve();
          await Promise.resolve();
        };
        decodes.push({ name, finish });
      });
    },
    draw: ({ name }) => log.push(`draw ${name}`),
    requestFrame: (callback) => {
      repaint = callback;
      repaintRequests++;
    },
    onDrawn: (name) => log.push(`drawn ${name}`),
    onReplaced: (name) => log.push(`replaced ${name}`),
    onUndecodable: (name) => log.push(`undecodable ${name}`),
  });
  return {
    log,
    decodes,
    newest,
    offer: (name: string) =>
      newest.offer({ info: name, data: new TextEncoder().encode(name), answer: () => log.push(`answer ${name}`) }),
    repaint: () => {
      const callback = repaint;
      repaint = undefined;
      callback?.();
    },
    repaintRequests: () => repaintRequests,
    decodesInFlight: () => decodes.map(({ name }) => name),
  };
}

describe('NewestFramePainter', () => {
  it('draws in the next animation frame, frees the bitmap, then answers', async () => {
    const { offer, decodes, repaint, log } = painter();
    offer('a');
    await decodes[0]?.finish();
    expect(log).toEqual([]);
    repaint();
    expect(log).toEqual(['draw a', 'close a', 'answer a', 'drawn a']);
  });

  it('decodes one at a time; of those that wait only the newest stays, and each is answered', async () => {
    const { offer, decodes, decodesInFlight, repaint, log } = painter();
    for (const name of ['a', 'b', 'c', 'd']) offer(name);
    expect(decodesInFlight()).toEqual(['a']);
    expect(log).toEqual(['answer b', 'replaced b', 'answer c', 'replaced c']);
    await decodes[0]?.finish();
    expect(decodesInFlight()).toEqual(['a', 'd']);
    repaint();
    expect(log.slice(4)).toEqual(['draw a', 'close a', 'answer a', 'drawn a']);
    await decodes[1]?.finish();
    repaint();
    expect(log.slice(8)).toEqual(['draw d', 'close d', 'answer d', 'drawn d']);
  });

  it('draws only the newer of two decoded before a repaint', async () => {
    const { offer, decodes, repaint, repaintRequests, log } = painter();
    offer('a');
    offer('b');
    await decodes[0]?.finish();
    await decodes[1]?.finish();
    expect(repaintRequests()).toBe(1);
    repaint();
    expect(log).toEqual(['close a', 'answer a', 'replaced a', 'draw b', 'close b', 'answer b', 'drawn b']);
  });

  it('answers a picture that cannot be decoded and goes on with the next', async () => {
    const { offer, decodes, repaint, log } = painter();
    offer('torn');
    offer('b');
    await decodes[0]?.finish(false);
    expect(log).toEqual(['answer torn', 'undecodable torn']);
    await decodes[1]?.finish();
    repaint();
    expect(log).toContain('drawn b');
  });

  it('on a hidden page answers at once and decodes nothing', () => {
    const { newest, offer, decodesInFlight, log } = painter();
    newest.setHidden(true);
    offer('a');
    expect(log).toEqual(['answer a']);
    expect(decodesInFlight()).toEqual([]);
  });

  it('answers all that is on its way when the page is hidden, and closes what is still being decoded', async () => {
    const { newest, offer, decodes, repaint, log } = painter();
    offer('a');
    await decodes[0]?.finish();
    offer('b');
    offer('c');
    newest.setHidden(true);
    expect(log).toEqual(['answer c', 'answer b', 'answer a', 'close a']);
    await decodes[1]?.finish();
    repaint();
    expect(log.slice(4)).toEqual(['close b']);
  });

  it('draws again once the page is shown, also when a repaint had been due', async () => {
    const { newest, offer, decodes, repaint, log } = painter();
    offer('a');
    await decodes[0]?.finish();
    newest.setHidden(true);
    newest.setHidden(false);
    offer('b');
    await decodes[1]?.finish();
    repaint();
    expect(log).toEqual(['answer a', 'close a', 'draw b', 'close b', 'answer b', 'drawn b']);
  });

  it('a decode that fails after a clear is nobody’s business', async () => {
    const { newest, offer, decodes, log } = painter();
    offer('a');
    newest.clear();
    await decodes[0]?.finish(false);
    expect(log).toEqual(['answer a']);
  });
});
