// `npm start`: from a fresh clone to a running Tank. What is started, and how, is in embedded/start.ts.
import { join } from 'node:path';
import { ensureInstalled, projectNode, root, run } from './bootstrap.mjs';

try {
  await ensureInstalled((line) => console.log(`· ${line}`));
  const node = projectNode();
  const built = await run(node, [join(root, 'scripts', 'build.mjs')]);
  process.exitCode = built || (await run(node, [join(root, 'embedded', 'start.ts'), ...process.argv.slice(2)], { tie: true }));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
