import { readFile, realpath } from 'node:fs/promises';
import { codeOf } from './file-system-errors.js';

/** File systems whose changes made on another machine send no event here. */
const WITHOUT_EVENTS = /^(nfs\d?|cifs|smb\w*|ncpfs|afs|ceph|lustre|gpfs|9p|virtiofs|davfs|vboxsf|prl_fs|drvfs|fuse(\..+)?)$/;

export function sendsEvents(fileSystem: string | undefined): boolean {
  return fileSystem === undefined || !WITHOUT_EVENTS.test(fileSystem);
}

/** The type of the file system that holds a path (`ext4`, `nfs4`, `cifs`); undefined where the system does not say (no Linux). */
export async function fileSystemOf(path: string, mountsPath = '/proc/mounts'): Promise<string | undefined> {
  try {
    return fileSystemIn(await readFile(mountsPath, 'utf8'), await realpath(path));
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}

/** @param mounts the text of /proc/mounts: device, mount point, type, …; of two mounts on one place the later one counts. */
export function fileSystemIn(mounts: string, path: string): string | undefined {
  let best = { point: '', type: undefined as string | undefined };
  for (const line of mounts.split('\n')) {
    const [, point, type] = line.split(' ');
    if (point === undefined || type === undefined) continue;
    const place = point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
    const isAbove = path === place || path.startsWith(place.endsWith('/') ? place : `${place}/`);
    if (isAbove && place.length >= best.point.length) best = { point: place, type };
  }
  return best.type;
}
