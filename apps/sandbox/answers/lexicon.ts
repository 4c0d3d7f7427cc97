// Weights run from 1 (mild) to 3 (strong). Words are grouped so that a reader can judge each group at a glance.
const words = (weight: number, list: string): [string, number][] =>
  list
    .trim()
    .split(/\s+/)
    .map((word) => [word, weight]);

export const WEIGHTS: ReadonlyMap<string, number> = new Map([
  ...words(
    3,
    `amazing awesome best brilliant excellent exceptional fantastic flawless incredible love loved loves outstanding
     perfect perfectly phenomenal stunning superb wonderful excelente incrível perfeito maravilhoso perfecto increíble 😍 ❤`,
  ),
  ...words(
    2,
    `beautiful beautifully comfortable comfy delicious delighted durable easy effective elegant enjoy enjoyed enjoying fast
     favorite favourite good great gorgeous happy helpful impressed impressive nice pleased quick recommend recommended
     reliable satisfied smooth solid sturdy super thrilled useful well worth bom boa ótimo ótima gostei adorei bueno buena
     👍 😊`,
  ),
  ...words(
    1,
    `accurate adequate affordable bright clean clear compact convenient cute decent fine fresh glad handy light like liked
     lightweight neat okay pleasant practical pretty quiet sharp soft works worked lindo útil`,
  ),
  ...words(
    -1,
    `bulky complicated dim expensive flimsy hard heavy itchy late loud messy missing noisy overpriced plain slow small
     smaller sticky stiff tight tiny unclear weak weird wrong wobbly caro lento pequeno`,
  ),
  ...words(
    -2,
    `annoying bad bent blurry break breaks cheaply complaint cracked crashes damaged defective difficult dirty disappoint
     disappointed disappointing disappointment dull dies failed fails fault faulty frustrating hate issue issues leak
     leaked leaking leaks mediocre peeled peeling poor poorly problem problems refund return returned returning rust rusty
     scratched scratches smell smells smelly stopped stuck tore torn uncomfortable unhappy unreliable regret ruim mau defeito
     malo mala 👎 😞`,
  ),
  ...words(
    -3,
    `atrocious awful broke broken dangerous disgusting dreadful garbage hated horrible junk nightmare pathetic ripoff scam
     terrible trash unacceptable unusable useless worst worthless horrível péssimo pésimo 😡`,
  ),
]);

export const NEGATIONS: ReadonlySet<string> = new Set(
  `not no never none nothing hardly barely without cannot can't cant won't wont don't dont doesn't doesnt didn't didnt isn't
   isnt wasn't wasnt aren't arent weren't couldn't wouldn't shouldn't ain't lacks lacking não nunca nem sin`.split(
    /\s+/,
  ),
);

export const BOOSTS: ReadonlyMap<string, number> = new Map([
  ...words(
    1.4,
    'very really extremely absolutely totally super incredibly so too highly completely muito extremamente muy demasiado',
  ),
  ...words(0.6, 'slightly somewhat fairly rather quite bit little kinda mildly mostly pouco'),
]);

/** After one of these the weight of a review lies on what follows. */
export const TURNS: ReadonlySet<string> = new Set(
  'but however although though except yet unfortunately mas porém pero'.split(' '),
);

export const ASPECTS: ReadonlySet<string> = new Set(
  `app assembly bag band battery bottle box bluetooth box build button buttons cable camera case charger charging cloth
   color colors colour comfort connection cover customer delivery design display durability engine fabric feature features
   filter finish fit flavor flavour food handle heat instructions keyboard lens lid light lights manual material materials
   microphone motor noise packaging package paint performance photo photos picture plastic port power price print product
   quality ring room scent screen seal seam service setup shipping shoes size sleeve smell software sole sound speaker
   speed staff stitching strap straps support taste texture value volume warranty weight wheel wheels wifi zipper
   bateria entrega preço qualidade tamanho tela`.split(/\s+/),
);
