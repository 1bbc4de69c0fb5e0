import { type Reach, WorkReach } from './work-reach.ts';

type Answer = 'yes' | 'no' | 'none' | 'late';

it.each<{ what: string; answers: Answer[]; looks: Reach[] }>([
  { what: 'answers', answers: ['yes', 'yes', 'yes'], looks: ['reachable', 'reachable', 'reachable', 'reachable'] },
  { what: 'refuses', answers: ['yes', 'no', 'no'], looks: ['reachable', 'reachable', 'doubtful', 'cut-off'] },
  { what: 'refuses once', answers: ['no', 'yes', 'yes'], looks: ['reachable', 'doubtful', 'reachable', 'reachable'] },
  { what: 'is silent', answers: ['none', 'none', 'none'], looks: ['reachable', 'doubtful', 'cut-off', 'cut-off'] },
  {
    what: 'never answers one question',
    answers: ['none', 'none', 'yes'],
    looks: ['reachable', 'doubtful', 'cut-off', 'reachable'],
  },
  { what: 'is late', answers: ['late', 'none', 'none'], looks: ['reachable', 'doubtful', 'reachable', 'doubtful'] },
])('tells a peer that $what', async ({ answers, looks }) => {
  let answerLate: () => void = () => undefined;
  const reach = new WorkReach(() => {
    const answer = answers.shift();
    if (answer === 'no') return Promise.reject(new Error('no connection'));
    if (answer === 'yes') return Promise.resolve();
    return new Promise<void>((resolve) => {
      if (answer === 'late') answerLate = resolve;
    });
  });
  const seen: Reach[] = [];
  for (const _ of looks) {
    seen.push(reach.look());
    if (seen.length === 2) answerLate();
    await Promise.resolve();
    await Promise.resolve();
  }
  expect(seen).toEqual(looks);
});
