/** The syntax tree of pug-parser 6, as far as templates may use it. */
interface At {
  line: number;
  column?: number;
}
export interface PugBlock extends At { type: 'Block'; nodes: PugNode[] }
export interface PugText extends At { type: 'Text'; val: string; isHtml?: boolean }
export interface PugCode extends At { type: 'Code'; val: string; buffer: boolean; mustEscape: boolean }
export interface PugAttribute extends At { name: string; val: string | boolean; mustEscape: boolean }
export interface PugTag extends At {
  type: 'Tag';
  name: string;
  selfClosing: boolean;
  attrs: PugAttribute[];
  attributeBlocks: At[];
  block: PugBlock;
}
export interface PugConditional extends At { type: 'Conditional'; test: string; consequent: PugBlock; alternate: PugBlock | PugConditional | null }
export interface PugWhen extends At { type: 'When'; expr: string; block?: PugBlock }
export interface PugCase extends At { type: 'Case'; expr: string; block: { nodes: PugWhen[] } }
export interface PugEach extends At { type: 'Each'; obj: string; val: string; key: string | null; block: PugBlock; alternate?: PugBlock | null }
export interface PugEachOf extends At { type: 'EachOf'; obj: string; val: string; block: PugBlock }
export interface PugMixin extends At {
  type: 'Mixin';
  name: string;
  args: string | null;
  call: boolean;
  block: PugBlock | null;
  attrs?: PugAttribute[];
  attributeBlocks?: At[];
}
export interface PugMixinBlock extends At { type: 'MixinBlock' }
export interface PugDoctype extends At { type: 'Doctype'; val: string }
/** Read, and refused by name. */
export interface PugRefused extends At {
  type: 'While' | 'InterpolatedTag' | 'Filter' | 'Include' | 'RawInclude' | 'Extends' | 'NamedBlock' | 'YieldBlock' | 'BlockComment' | 'Comment' | 'FileReference' | 'IncludeFilter';
}
export type PugNode =
  | PugBlock | PugText | PugCode | PugTag | PugConditional | PugCase | PugWhen | PugEach | PugEachOf | PugMixin | PugMixinBlock | PugDoctype | PugRefused;
