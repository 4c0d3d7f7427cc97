export interface HomeFacts {
  readonly sandbox: boolean;
  readonly docs: boolean;
}

const sandboxNote = `<p class="note"><strong>Sandbox.</strong> No provider key is configured: simulated providers answer, and no money is spent.</p>`;

const links = (docs: boolean): [href: string, name: string, about: string][] => [
  ...(docs ? ([['/docs', 'API documentation', 'every route, with examples']] as [string, string, string][]) : []),
  ['/queues', 'Queues', 'Bull Board, for operators'],
  ['/readyz', 'Readiness', 'what this process depends on'],
  ['/healthz', 'Health', 'whether this process works'],
  ['/problems', 'Problems', 'what each error means'],
];

export const homePage = ({ sandbox, docs }: HomeFacts): string => `<h1>Winnow</h1>
<p>Runs LLM analysis jobs for the least money that still meets the quality and the deadline that were asked for.</p>
${sandbox ? sandboxNote : ''}
<ul>
${links(docs)
  .map(([href, name, about]) => `<li><a href="${href}">${name}</a>: ${about}</li>`)
  .join('\n')}
</ul>`;
