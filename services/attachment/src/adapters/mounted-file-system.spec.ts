import { fileSystemIn, fileSystemOf, sendsEvents } from './mounted-file-system.js';

const mounts = `/dev/vda / ext4 rw 0 0
nas:/vol /mnt/nas nfs4 rw 0 0
//nas/share /mnt/nas/with\\040blank cifs rw 0 0
tmpfs /mnt/over tmpfs rw 0 0
nas:/x /mnt/over nfs rw 0 0
`;

describe('the file system of a path', () => {
  it('is that of the nearest mount above it, and of the last one mounted there', () => {
    expect(fileSystemIn(mounts, '/mnt/nas')).toBe('nfs4');
    expect(fileSystemIn(mounts, '/mnt/nas/a/b')).toBe('nfs4');
    expect(fileSystemIn(mounts, '/mnt/nas/with blank/a')).toBe('cifs');
    expect(fileSystemIn(mounts, '/mnt/nasty')).toBe('ext4');
    expect(fileSystemIn(mounts, '/mnt/over/a')).toBe('nfs');
  });

  it('is unknown where the system does not tell', async () => {
    expect(await fileSystemOf('/', '/no/such/mounts')).toBeUndefined();
  });

  it('sends events when it is local', () => {
    expect(['ext4', 'xfs', 'btrfs', 'tmpfs', 'overlay', undefined].every(sendsEvents)).toBe(true);
    expect(['nfs', 'nfs4', 'cifs', 'smb3', 'smbfs', 'fuse.sshfs', '9p', 'ceph'].some(sendsEvents)).toBe(false);
  });
});
