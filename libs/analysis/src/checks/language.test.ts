import { language, languageOf } from './language';

test.each([
  ['en', 'The battery is good, but it dies after two hours of use and that is not enough for the price.'],
  ['de', 'Der Akku ist gut, aber er hält nicht lange und das ist für den Preis sehr schade.'],
  ['fr', 'La batterie est bonne, mais elle ne tient pas plus de deux heures avec cette lampe, et le prix est élevé.'],
  ['es', 'La batería es buena, pero no dura mucho y el precio es muy alto para lo que se ofrece con este modelo.'],
  ['pt', 'A bateria é boa, mas não dura muito e o preço é alto para o que se oferece com este modelo.'],
  ['it', 'La batteria è buona, ma non dura molto e il prezzo è alto per quello che si offre con questo modello.'],
  ['nl', 'De batterij is goed, maar het gaat niet lang mee en dat is voor de prijs van een lamp te weinig.'],
  ['sv', 'Batteriet är bra men det räcker inte så länge och det är för dyrt för att jag ska köpa den.'],
  ['da', 'Batteriet er godt, men det holder ikke så længe, og det er for dyrt til at jeg vil have den af dem.'],
  ['pl', 'Bateria jest dobra, ale nie trzyma długo i to jest bardzo mało jak na cenę, ale do domu się nada.'],
  ['tr', 'Pil çok iyi ama bu fiyat için daha uzun süre dayanan bir ürün olarak değil, kadar iyi ve hızlı.'],
  ['fi', 'Akku on hyvä mutta se ei kestä pitkään ja tämä on kallis, kun hinta on niin korkea että ei kannata.'],
  ['cyrillic', 'Батарея хорошая, но держит недолго.'],
  ['japanese', 'バッテリーは良いですが、長持ちしません。'],
  ['chinese', '电池很好但是用不了多久就没电了真可惜'],
  ['korean', '배터리는 좋지만 오래가지 않아요 정말 아쉽네요'],
  ['arabic', 'البطارية جيدة لكنها لا تدوم طويلا'],
  [null, 'Stainless steel water bottle 750 ml'],
  [null, 'ok'],
  [null, ''],
])('%s: %s', (known, text) => expect(languageOf(text)).toBe(known));

const english = 'The bottle is light and it keeps the water cold for the whole day.';
test.each([
  ['the same', english, 'It is a good bottle for the road, and it is light.', 1],
  ['another', english, 'Die Flasche ist leicht und hält das Wasser den ganzen Tag kalt.', 0],
  ['another script', english, 'Бутылка лёгкая и держит воду холодной', 0],
  ['an input that could be any', 'Bottle 750 ml', 'Die Flasche ist leicht und hält das Wasser kalt.', 1],
  ['an answer that could be any', english, 'Bottle 750 ml', 1],
])('%s', (_name, source, answer, value) => expect(language(answer, source)).toMatchObject({ name: 'language', value }));

test('a reason says both', () =>
  expect(language('Die Flasche ist leicht und hält das Wasser kalt.', english).why).toBe(
    'answered in de, asked in en',
  ));
