declare module 'pug-parser' {
  export default function parse(tokens: object[], options: { filename?: string; src?: string }): unknown;
}
