import { createFailpoint } from './failpoint';

describe('failpoints', () => {
  const killed = () => jest.spyOn(process, 'kill').mockReturnValue(true);
  afterEach(() => jest.restoreAllMocks());

  test('an armed point kills the process at the pass it names', () => {
    const kill = killed();
    const failpoint = createFailpoint({ NODE_ENV: 'test', WINNOW_FAILPOINTS: 'relay=2,other=9' });
    failpoint('relay');
    expect(kill).not.toHaveBeenCalled();
    failpoint('relay');
    expect(kill).toHaveBeenCalledWith(process.pid, 'SIGKILL');
  });

  test.each([
    ['outside of tests', { NODE_ENV: 'production', WINNOW_FAILPOINTS: 'relay=1' }],
    ['not armed', { NODE_ENV: 'test' }],
    ['another point', { NODE_ENV: 'test', WINNOW_FAILPOINTS: 'sweep=1' }],
  ])('%s a point does nothing', (_, env) => {
    const kill = killed();
    createFailpoint(env)('relay');
    expect(kill).not.toHaveBeenCalled();
  });
});
