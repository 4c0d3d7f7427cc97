import { readTable, type ShippedModel } from './read-table';

export type { ShippedModel } from './read-table';

/**
 * The models that are priced, in the order in which a tier tries them. Dollars per million tokens as the providers' price pages state them.
 * A price never changes under its date: a new price is a new line with a later `from`.
 *
 * - read, write   cached tokens: `-` where the provider has no price for them, then they cost what input costs
 * - batch         share of the price that a batch pays; `+` where the discount of cached tokens holds in it too
 * - flex, priority  input/read/output of these service tiers
 * - context, most tokens for which the price holds, and of one answer
 * - prefix        shortest prefix that is cached
 * - on            whether it is routed to. Off are the retired ones, which replays and baselines still need, and those that think before they
 *                 answer: an answer's bound would be used up by thoughts. An operator may switch them.
 */
const table = `
provider    model                      from        input   read    write   output  batch  flex               priority          context  most    prefix on
openai      gpt-4o-mini                2024-07-18  0.15    0.075   -       0.60    0.5    -                  0.25/0.125/1      128000   16384   1024   on
groq        openai/gpt-oss-20b         2025-08-05  0.075   0.0375  -       0.30    0.5    -                  -                 131072   32768   128    on
openai      gpt-4.1-nano               2025-04-14  0.10    0.025   -       0.40    0.5    -                  0.20/0.05/0.80    1047576  32768   1024   on
gemini      gemini-2.5-flash-lite      2025-07-22  0.10    0.01    -       0.40    0.5    -                  -                 1048576  65535   2048   on
groq        openai/gpt-oss-120b        2025-08-05  0.15    0.075   -       0.60    0.5    -                  -                 131072   32766   128    on
openrouter  openai/gpt-4.1-nano        2025-04-14  0.10    0.025   -       0.40    -      -                  -                 1047576  32768   1024   on
openai      gpt-5-nano                 2025-08-07  0.05    0.005   -       0.40    0.5    0.025/0.0025/0.20  -                 272000   128000  1024   off
groq        llama-3.1-8b-instant       2024-07-23  0.05    -       -       0.08    0.5    -                  -                 128000   8192    -      off
openai      gpt-5.4-nano               2026-03-17  0.20    0.02    -       1.25    0.5    0.10/0.01/0.625    -                 1050000  128000  1024   on
gemini      gemini-3.1-flash-lite      2026-07-24  0.25    0.025   -       1.50    0.5    0.125/0.0125/0.75  0.45/0.045/2.70   1048576  65536   2048   off
anthropic   claude-3-haiku             2024-03-13  0.25    0.03    0.30    1.25    0.5+   -                  -                 200000   4096    2048   off
anthropic   claude-3-haiku-20240307    2024-03-13  0.25    0.03    0.30    1.25    0.5+   -                  -                 200000   4096    2048   off
openai      gpt-4.1-mini               2025-04-14  0.40    0.10    -       1.60    0.5    -                  0.70/0.175/2.80   1047576  32768   1024   on
gemini      gemini-2.5-flash           2025-06-17  0.30    0.03    -       2.50    0.5    -                  -                 1048576  65535   1024   on
groq        llama-3.3-70b-versatile    2024-12-06  0.59    -       -       0.79    0.5    -                  -                 128000   32768   -      off
openrouter  openai/gpt-4.1-mini        2025-04-14  0.40    0.10    -       1.60    -      -                  -                 1047576  32768   1024   on
openai      gpt-3.5-turbo              2024-01-25  0.50    -       -       1.50    0.5    -                  -                 16385    4096    -      off
openai      gpt-5-mini                 2025-08-07  0.25    0.025   -       2.00    0.5    0.125/0.0125/1     0.45/0.045/3.60   272000   128000  1024   off
openai      gpt-4o                     2024-08-06  2.50    1.25    -       10      0.5    -                  4.25/2.125/17     128000   16384   1024   on
openrouter  openai/gpt-4o              2024-08-06  2.50    2.50    -       10      -      -                  -                 128000   4096    -      on
anthropic   claude-haiku-4-5           2025-10-01  1       0.10    1.25    5       0.5+   -                  -                 200000   64000   4096   on
openai      gpt-5.4-mini               2026-03-17  0.75    0.075   -       4.50    0.5    0.375/0.0375/2.25  1.50/0.15/9       1050000  128000  1024   on
openai      gpt-4.1                    2025-04-14  2       0.50    -       8       0.5    -                  3.50/0.875/14     1047576  32768   1024   on
openrouter  anthropic/claude-haiku-4.5 2025-10-01  1       0.10    1.25    5       -      -                  -                 200000   200000  4096   on
gemini      gemini-2.5-pro             2025-06-17  1.25    0.125   -       10      0.5    -                  -                 200000   65535   4096   off
gemini      gemini-3.6-flash           2026-07-24  1.50    0.15    -       7.50    0.5    0.75/0.075/3.75    2.70/0.27/13.50   1048576  65536   4096   off
openai      gpt-5                      2025-08-07  1.25    0.125   -       10      0.5    0.625/0.0625/5     2.50/0.25/20      272000   128000  1024   off
openai      gpt-5.1                    2025-11-13  1.25    0.125   -       10      0.5    -                  2.50/0.25/20      272000   128000  1024   off
openai      gpt-5.2                    2025-12-11  1.75    0.175   -       14      0.5    -                  3.50/0.35/28      272000   128000  1024   off
openai      gpt-5.6-luna               2026-07-24  1       0.10    1.25    6       0.5    0.50/0.05/3        2/0.20/12         272000   128000  1024   off
anthropic   claude-sonnet-5            2026-07-24  2       0.20    2.50    10      0.5+   -                  -                 1000000  128000  1024   off
anthropic   claude-sonnet-4-5          2025-09-29  3       0.30    3.75    15      0.5+   -                  -                 200000   64000   1024   on
openai      gpt-5.4                    2026-03-05  2.50    0.25    -       15      0.5    1.25/0.13/7.50     5/0.50/30         272000   128000  1024   off
openai      gpt-5.5                    2026-04-23  5       0.50    -       30      0.5    2.50/0.25/15       10/1/60           272000   128000  1024   off
anthropic   claude-opus-4-5            2025-11-01  5       0.50    6.25    25      0.5+   -                  -                 200000   64000   4096   on
anthropic   claude-opus-5              2026-07-24  5       0.50    6.25    25      0.5+   -                  -                 1000000  128000  512    off
`;

export const shippedModels: readonly ShippedModel[] = readTable(table);
