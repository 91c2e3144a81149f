import { z } from 'zod';

/** Of what several people edit: its owner raises it with every change. */
export const revisionSchema = z.int().positive();
