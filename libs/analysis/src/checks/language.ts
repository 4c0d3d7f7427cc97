import type { CheckResult } from '@winnow/contracts';

/** Words that carry grammar, of each language only those that tell it from its neighbours or are among its commonest. */
const functionWords: Readonly<Record<string, string>> = {
  en: 'the and of to is in that it for with this are was but not have you on as at be by from or your',
  de: 'der die das und ist nicht ein eine mit für auf den dem des von zu im auch sich aber sehr wie nach bei aus',
  fr: 'le la les et est une des du pas pour dans que qui sur avec plus ce cette au très mais par nous vous il',
  es: 'el la los las y es una que no con para por del se muy pero como más este esta su lo al está son',
  pt: 'o a os as e é uma que não com para por do da em muito mas como mais este esta seu um são dos',
  it: 'il la lo gli e è una che non con per di del della sono molto ma come più questo questa un si nel dei',
  nl: 'de het een en is niet van met voor op dat die te zijn maar ook aan er zeer bij naar uit wordt deze als',
  sv: 'och att det är en ett som på för med inte av den till men har mycket jag om från kan så vid också',
  da: 'og at det er en et som på for med ikke af den til men har meget jeg om fra kan så ved også',
  pl: 'i w na nie że się z do to jest jak ale po przez dla od ten bardzo są oraz być czy jego tylko lub',
  tr: 've bir bu için ile çok da de ne gibi daha ama olarak olan değil en var her kadar sonra veya iyi',
  fi: 'ja on ei se että oli mutta kun niin myös tai hyvin kuin olen joka tämä sen voi ovat jos vain mitä',
};
const languagesOf = new Map<string, string[]>();
for (const [language, words] of Object.entries(functionWords)) {
  for (const word of words.split(' ')) languagesOf.set(word, [...(languagesOf.get(word) ?? []), language]);
}

const scripts = {
  latin: /\p{Script=Latin}/gu,
  cyrillic: /\p{Script=Cyrillic}/gu,
  greek: /\p{Script=Greek}/gu,
  arabic: /\p{Script=Arabic}/gu,
  hebrew: /\p{Script=Hebrew}/gu,
  japanese: /[\p{Script=Hiragana}\p{Script=Katakana}]/gu,
  korean: /\p{Script=Hangul}/gu,
  chinese: /\p{Script=Han}/gu,
  thai: /\p{Script=Thai}/gu,
  indic: /\p{Script=Devanagari}/gu,
} as const;

const mostRead = 8_000;
const fewestLetters = 12;
const fewestHits = 3;
/** One in so many words has to be a function word of the language, and the next language has to be this far behind. */
const leastShare = 0.1;
const leastLead = 1.35;

const scriptOf = (text: string): string | null => {
  const counts = Object.entries(scripts).map(([name, letters]) => ({ name, n: text.match(letters)?.length ?? 0 }));
  const all = counts.reduce((sum, { n }) => sum + n, 0);
  if (all < fewestLetters) return null;
  const kana = counts.find(({ name }) => name === 'japanese')?.n ?? 0;
  // Japanese is written with Han and kana together; a text without kana is none
  if (kana > all * 0.1) return 'japanese';
  const most = counts.reduce((best, count) => (count.n > best.n ? count : best));
  return most.n > all * 0.6 ? most.name : null;
};

const latinLanguageOf = (text: string): string | null => {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const hits = new Map<string, number>();
  for (const word of words)
    for (const language of languagesOf.get(word) ?? []) hits.set(language, (hits.get(language) ?? 0) + 1);
  const [first, second] = [...hits].sort(([, a], [, b]) => b - a);
  if (first === undefined || first[1] < fewestHits || first[1] < words.length * leastShare) return null;
  return first[1] >= (second?.[1] ?? 0) * leastLead ? first[0] : null;
};

/** The language of a text where its function words give it away, its script where that is enough; null when it could be several. */
export const languageOf = (text: string): string | null => {
  const read = text.slice(0, mostRead);
  const script = scriptOf(read);
  return script === 'latin' ? latinLanguageOf(read) : script;
};

/** Whether the answer is in the input's language. When either could be several languages, nothing is said against it. */
export const language = (answer: string, source: string): CheckResult => {
  const [said, asked] = [languageOf(answer), languageOf(source)];
  return said === null || asked === null || said === asked
    ? { name: 'language', value: 1 }
    : { name: 'language', value: 0, why: `answered in ${said}, asked in ${asked}` };
};
