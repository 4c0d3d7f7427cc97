import { existsSync, readFileSync } from 'node:fs';
import { DockerfileParser, type Copy, type Instruction } from 'dockerfile-ast';

const file = DockerfileParser.parse(readFileSync('deploy/Dockerfile', 'utf8'));
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { devDependencies: { node: string } };
const ignored = readFileSync('.dockerignore', 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

const instructions = file.getInstructions();
const names = file.getFROMs().map((from) => from.getBuildStage());
const stageOf = (instruction: Instruction): string =>
  names[file.getFROMs().filter((from) => from.getRange().start.line <= instruction.getRange().start.line).length - 1] ??
  '';
const ofRuntime = (keyword: string) =>
  instructions.filter((each) => each.getKeyword() === keyword && stageOf(each) === 'runtime');
const contentOf = (instruction?: Instruction) => instruction?.getArgumentsContent() ?? '';
const initialArg = (name: string) =>
  file
    .getInitialARGs()
    .map((arg) => arg.getProperty())
    .find((property) => property?.getName() === name)
    ?.getValue();
const sourceStageOf = (copy: Copy): string | undefined =>
  copy
    .getFlags()
    .find((flag) => flag.getName() === 'from')
    ?.getValue() ?? undefined;
const sourcesOf = (copy: Copy): string[] =>
  copy
    .getArguments()
    .slice(0, -1)
    .map((argument) => argument.getValue());

describe('deploy/Dockerfile', () => {
  it('has its stages in order, the last one without a build tool', () => {
    expect(names).toEqual(['base', 'deps', 'build', 'prod', 'runtime']);
    const parents = file.getFROMs().map((from) => from.getImage());
    expect(parents).toEqual(['${NODE_IMAGE}', 'base', 'deps', 'base', '${RUNTIME_IMAGE}']);
  });

  it('builds on named images that a digest can replace, with the Node that the project runs on', () => {
    const major = manifest.devDependencies.node.split('.')[0];
    expect(initialArg('NODE_IMAGE')).toMatch(
      new RegExp(`^node:${major}(\\.[\\d.]+)?-bookworm-slim(@sha256:\\w{64})?$`),
    );
    expect(initialArg('RUNTIME_IMAGE')).toMatch(/^debian:bookworm-slim(@sha256:\w{64})?$/);
  });

  it('runs as a user without rights, reached by signals, and says whether it is alive', () => {
    expect(contentOf(ofRuntime('USER')[0])).toBe('10001:10001');
    expect(contentOf(ofRuntime('STOPSIGNAL')[0])).toBe('SIGTERM');
    expect(JSON.parse(contentOf(ofRuntime('ENTRYPOINT')[0]))).toEqual(['node']);
    expect(JSON.parse(contentOf(ofRuntime('CMD')[0]))).toEqual(['dist/apps/api/main.js']);
    expect(contentOf(ofRuntime('HEALTHCHECK')[0])).toMatch(/CMD \["node", "deploy\/health\.mjs"\]$/);
    expect(existsSync('apps/api/main.ts') && existsSync('deploy/health.mjs')).toBe(true);
  });

  it('describes itself by OCI labels', () => {
    const labels = file.getInstructions().filter((each) => each.getKeyword() === 'LABEL');
    for (const label of ['title', 'description', 'licenses', 'version', 'revision'])
      expect(labels.map(contentOf).join(' ')).toContain(`org.opencontainers.image.${label}=`);
  });

  it('keeps secrets out of what anybody can read in an image', () => {
    const named = instructions.filter((each) => ['ARG', 'ENV'].includes(each.getKeyword())).map(contentOf);
    for (const content of named) expect(content).not.toMatch(/key|token|secret|passw/i);
  });

  it('copies only what there is', () => {
    for (const copy of file.getCOPYs()) {
      const from = sourceStageOf(copy);
      if (from === undefined) for (const source of sourcesOf(copy)) expect(existsSync(source)).toBe(true);
      else expect(names.slice(0, names.indexOf(stageOf(copy)))).toContain(from);
    }
  });

  it('takes into the image what runs, migrates and answers the health check', () => {
    const taken = ofRuntime('COPY').map((each) => sourcesOf(each as Copy)[0]);
    for (const path of ['package.json', 'node_modules', 'prisma', 'scripts', 'deploy', 'dist'])
      expect(taken).toContain(`/app/${path}`);
  });
});

describe('.dockerignore', () => {
  it('begins with everything, and lets in only what there is', () => {
    expect(ignored[0]).toBe('*');
    const letIn = ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    for (const path of letIn) expect([path, existsSync(path)]).toEqual([path, true]);
    for (const path of ['package.json', 'package-lock.json', 'apps', 'libs', 'prisma', 'deploy/health.mjs'])
      expect(letIn).toContain(path);
  });
});
