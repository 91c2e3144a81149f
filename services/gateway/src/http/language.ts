export type Language = 'en' | 'ko';

/** The language of `Accept-Language` that we have and the reader likes best; English where nothing is said. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const wishes = (acceptLanguage ?? '').split(',').map((wish) => {
    const [tag = '', ...parameters] = wish.trim().toLowerCase().split(';');
    const quality = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find((found) => found !== undefined);
    return { language: tag.split('-')[0], quality: Number(quality ?? 1) };
  });
  const wanted = (language: Language) => Math.max(0, ...wishes.filter((wish) => wish.language === language).map((wish) => wish.quality));
  return wanted('ko') > wanted('en') ? 'ko' : 'en';
}
