import { cpSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import dockerfileAst from 'dockerfile-ast';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { capture, lastLines } from '../../scripts/lib/run.mjs';
import { Fault, timed } from '../../scripts/lib/say.mjs';

/** Without the npm that runs us: the commands of an image know nothing of it. */
const imageEnvironment = () => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(lifecycle|package)_/.test(name))),
  PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
});

const contentOf = (instruction) => instruction.getArgumentsContent()?.replace(/\\\n/g, ' ') ?? '';

const copyInto = (source, target, intoFolder) => {
  const isFolder = statSync(source).isDirectory();
  // As Docker does: the content of a folder, but a file itself.
  cpSync(source, intoFolder && !isFolder ? join(target, basename(source)) : target, {
    recursive: true,
    verbatimSymlinks: true,
  });
};

const copy = (stage, stages, context, instruction) => {
  const from = instruction
    .getFlags()
    .find((flag) => flag.getName() === 'from')
    ?.getValue();
  const words = instruction.getArguments().map((argument) => argument.getValue());
  const target = words.pop();
  const place = target.startsWith('/') ? stage.root : join(stage.root, stage.workdir);
  for (const word of words) {
    const source = join(from ? stages.get(from).root : context, word);
    if (!existsSync(source)) throw new Fault(`COPY ${word}: there is no such file in ${from ?? 'the context'}.`);
    copyInto(source, join(place, target), target.endsWith('/') || words.length > 1);
  }
};

const run = async (stage, content) => {
  const command = content.replace(/^(--mount=\S+\s+)+/, '');
  const cwd = join(stage.root, stage.workdir);
  await timed(`${stage.name}: ${command.replace(/\s+/g, ' ').slice(0, 80)}`, async () => {
    const { code, output } = await capture('sh', ['-c', command], { cwd, env: imageEnvironment() });
    if (code !== 0) throw new Fault(`${stage.name}: ${command}\nended with ${code}:\n${lastLines(output, 30)}`);
  });
};

const environmentOf = (instruction) =>
  instruction.getProperties().map((property) => [property.getName(), property.getValue()]);

const begin = async (folder, stages, instruction) => {
  const name = instruction.getBuildStage();
  const base = stages.get(instruction.getImage());
  const stage = { name, root: join(folder, name), workdir: base?.workdir ?? '/', env: { ...base?.env } };
  mkdirSync(stage.root);
  stages.set(name, stage);
  // cp and not Node's cpSync, which takes minutes for a tree of packages.
  if (base) await capture('cp', ['-a', `${base.root}/.`, stage.root]);
  // The image of Node brings its Node along: here it is the one that runs this.
  else copyInto(process.execPath, join(stage.root, 'usr', 'local', 'bin', 'node'), false);
  return stage;
};

/**
 * Does what deploy/Dockerfile says with folders in place of layers, and hands back the last stage. RUN is left out there:
 * it prepares the system of the image, and here it would reach for the system of this machine.
 */
export const performStages = async (folder, context) => {
  const file = dockerfileAst.DockerfileParser.parse(readFileSync(inRoot('deploy', 'Dockerfile'), 'utf8'));
  const last = file.getFROMs().at(-1).getBuildStage();
  const stages = new Map();
  let stage;
  for (const instruction of file.getInstructions()) {
    const content = contentOf(instruction);
    const keyword = instruction.getKeyword();
    if (keyword === 'FROM') stage = await begin(folder, stages, instruction);
    else if (keyword === 'WORKDIR') mkdirSync(join(stage.root, (stage.workdir = content)), { recursive: true });
    else if (keyword === 'COPY') copy(stage, stages, context, instruction);
    else if (keyword === 'RUN' && stage.name !== last) await run(stage, content);
    else if (keyword === 'ENV') Object.assign(stage.env, Object.fromEntries(environmentOf(instruction)));
    else if (keyword === 'CMD') stage.command = JSON.parse(content);
  }
  return stage;
};
