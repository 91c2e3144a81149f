import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import { STATEMENT_MONTH, type DemoCustomer } from './customers.ts';

// The last glyph of the font is an empty one at the very end of the file, behind which fontkit reads two bytes.
const font = Buffer.concat([readFileSync(createRequire(import.meta.url).resolve('@expo-google-fonts/nanum-gothic/400Regular/NanumGothic_400Regular.ttf')), Buffer.alloc(16)]);
const won = new Intl.NumberFormat('ko-KR');
const INK = '#1f2933';
const PALE = '#7b8794';

/** A customer's statement as a PDF of one page; the same customer gives the same bytes. */
export async function drawStatement(customer: DemoCustomer): Promise<Buffer> {
  const document = new PDFDocument({ size: 'A4', margin: 64, info: { Title: '이용대금 명세서', CreationDate: new Date('2026-11-01T00:00:00Z') } });
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve) => document.on('end', resolve));
  document.font(font);
  drawHeading(document, customer);
  drawLines(document, customer);
  document.fillColor(PALE).fontSize(9).text('이 명세서는 Tank 데모용으로 만들어졌으며 실제 거래가 아닙니다.', 64, 720);
  document.end();
  await ended;
  return Buffer.concat(chunks);
}

function drawHeading(document: PDFKit.PDFDocument, { name, customerId }: DemoCustomer): void {
  document.fillColor(PALE).fontSize(10).text('한빛카드 (데모)');
  document.moveDown(0.4).fillColor(INK).fontSize(22).text(`${STATEMENT_MONTH.slice(0, 4)}년 ${STATEMENT_MONTH.slice(4)}월 이용대금 명세서`);
  document.moveDown(1).fontSize(13).text(`${name} 님`);
  document.moveDown(0.2).fillColor(PALE).fontSize(10).text(`고객번호 ${customerId}`);
  document.moveDown(1.5);
}

function drawLines(document: PDFKit.PDFDocument, { amount, dueDate, points }: DemoCustomer): void {
  const lines = [['청구 금액', `${won.format(amount)}원`], ['결제일', dueDate ?? '-'], ['적립 포인트', `${won.format(points)}점`]];
  for (const [label, value] of lines) {
    const { y } = document;
    document.fillColor(PALE).fontSize(11).text(label!, 64, y).fillColor(INK).text(value!, 220, y, { width: 311, align: 'right' });
    document.moveTo(64, y + 20).lineTo(531, y + 20).lineWidth(0.5).strokeColor('#cbd2d9').stroke();
    document.y = y + 30;
  }
}
