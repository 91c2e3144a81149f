import { describe, expect, it } from '@jest/globals';
import { markTest } from './mark-test.js';

const mark = (html: string, over: { language?: 'en' | 'ko'; insteadOf?: string | null } = {}) =>
  markTest({ subject: '11월 명세서', html, text: '김하늘 고객님', language: 'ko', insteadOf: 'k***@mail.example', ...over });

describe('a test mail', () => {
  it('says in subject, HTML and text that it is one, and whom the original would go to', () => {
    const { subject, html, text } = mark('<p>김하늘 고객님</p>');
    expect(subject).toBe('[테스트] 11월 명세서');
    expect(html).toMatch(/^<div style="[^"]+">테스트 메일입니다. 실제 메일은 k\*\*\*@mail\.example\(으\)로 발송됩니다\.<\/div><p>김하늘 고객님<\/p>$/);
    expect(text).toBe('*** 테스트 메일입니다. 실제 메일은 k***@mail.example(으)로 발송됩니다. ***\n\n김하늘 고객님');
    expect(mark('x', { language: 'en' })).toMatchObject({ subject: '[TEST] 11월 명세서', text: expect.stringContaining('This is a test. The original would go to k***@mail.example.') });
    expect(mark('x', { language: 'en', insteadOf: null }).text).toContain('no address');
  });

  it.each([
    ['<!DOCTYPE html><html><head><style>p{}</style></head><BODY class="a"><p>x</p></BODY></html>', '<!DOCTYPE html><html><head><style>p{}</style></head><BODY class="a">'],
    ['<body title="a > b" data-x=\'>\'><p>x</p></body>', '<body title="a > b" data-x=\'>\'>'],
    ['<!-- <body> --><body><p>x</p></body>', '<!-- <body> --><body>'],
    ['<p>no body</p>', ''],
    ['<bodyguard>x</bodyguard>', ''],
    ['<!-- <body> never closed', ''],
  ])('has its banner first in the body of %s, where it is seen', (html, before) => {
    expect(mark(html).html.startsWith(`${before}<div style=`)).toBe(true);
    expect(mark(html).html.replace(/<div style=.*?<\/div>/, '')).toBe(html);
  });

  it('takes an address for text and not for HTML', () => {
    expect(mark('x', { insteadOf: '<img src=x>' }).html).toContain('&#60;img src=x&#62;');
  });
});
