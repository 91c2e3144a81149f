/** A mail as the emulator parsed and kept it: an independent reading of the MIME that Tank built. */
export interface AcceptedMail {
  messageId: string;
  to: string;
  subject: string;
  html: string;
  text: string;
  attachments: { fileName: string; contentType: string; content: Buffer }[];
}

interface StoredMail {
  messageId: string;
  subject: string;
  destination: { to: string[] };
  body: { html?: string; text?: string };
  attachments: { filename: string; contentType: string; content: string }[];
}

/** All mails that the emulator holds. */
export async function acceptedMails(sesUrl: string): Promise<AcceptedMail[]> {
  const { emails } = (await (await fetch(`${sesUrl}/store`)).json()) as { emails: StoredMail[] };
  return emails.map(({ messageId, subject, destination, body, attachments }) => ({
    messageId,
    subject,
    to: /<([^>]+)>/.exec(destination.to[0] ?? '')?.[1] ?? destination.to[0] ?? '',
    html: body.html ?? '',
    text: body.text ?? '',
    attachments: attachments.map(({ filename, contentType, content }) => ({ fileName: filename, contentType, content: Buffer.from(content, 'base64') })),
  }));
}
