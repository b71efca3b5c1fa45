import { describe, expect, it } from 'vitest';
import { MANY_IDS, UserWithIds } from '../../support/user-with-ids.js';

describe('an ordinary user with ids in /etc/subuid', () => {
  it('is root of a container, in which there are others, and groups', async (test) => {
    using user = new UserWithIds(test, MANY_IDS);
    const { stdout, stderr } = await user.run(
      `tslab run --rm busybox sh -c 'tr -s " " < /proc/self/uid_map; cat /proc/self/setgroups'
      tslab run --rm -u 33:44 --group-add 55 busybox id
      tslab run -d --name box -u 33 busybox sh -c 'mkdir /tmp/mine && touch /tmp/mine/page && chmod 700 /tmp/mine; echo told; exec sleep 1000' > /dev/null
      tslab exec -u 34 box sh -c 'until [ -d /tmp/mine ]; do sleep 0.1; done; id -u'
      stat -c %u $TSLAB_STATE/containers/*/upper/tmp/mine
      until tslab logs box | grep told; do sleep 0.1; done
      tslab restart -t 0 box
      tslab rm -f box
      ls $TSLAB_STATE/containers`,
    );
    const ids = ' 0 65534 1\n 1 200000 65536\nallow\nuid=33 gid=44 groups=44,55'.trim();
    expect([stdout, stderr]).toEqual([`${ids}\n34\n200032\ntold\nbox\nbox`, '']);
  });

  it('reaches what others of a container have for themselves, while it runs and when it does not', async (test) => {
    using user = new UserWithIds(test, MANY_IDS);
    const { stdout, stderr } = await user.run(
      `tslab run -d --name box -u 33 busybox sh -c 'mkdir /tmp/mine && echo text > /tmp/mine/page && chmod 700 /tmp/mine; exec sleep 1000' > /dev/null
      until tslab export box 2> /dev/null | tar tv --numeric-owner | grep -o '^.* 33/0 .*mine/page'; do sleep 0.1; done | tail -n 1 | cut -d ' ' -f 1-2
      tslab cp box:/tmp/mine $HOME/running && cat $HOME/running/page && stat -c %u $HOME/running
      tslab kill box && tslab wait box
      tslab cp $HOME/running/page box:/tmp/mine/more && tslab cp box:/tmp/mine - | tar tv --numeric-owner | cut -d ' ' -f 1-2
      tslab rm box
      ls $TSLAB_STATE/containers`,
    );
    const archive = ['drwx------ 33/0', '-rw-r--r-- 0/0', '-rw-r--r-- 33/0'];
    const lines = stdout.split('\n').map((line) => line.trim());
    expect([lines, stderr]).toEqual([['-rw-r--r-- 33/0', 'text', '65534', 'box', '137', ...archive, 'box'], '']);
  });

  it('is told of a range that no map can have', async (test) => {
    using user = new UserWithIds(test, 'nobody:200000:4294967295\n');
    const { stderr } = await user.run('tslab run --rm busybox true');
    expect(stderr).toContain('linux.uidMappings: the range 1 200000 4294967295 ends above 4294967294');
  });

  it('has one user where there are none, which files are not told; -u and --group-add say what is missing', async (test) => {
    using user = new UserWithIds(test, '');
    const { stdout, stderr } = await user.run(
      'tslab run --rm busybox tr -s " " < /dev/null; tslab run --rm -u 33 busybox id',
    );
    expect(stderr.split('\n')).toHaveLength(3);
    expect(stdout).toBe('');
    expect(stderr).toContain('-u 33: without root a container has one user, who is root inside and you outside');
    expect(stderr).toContain("echo 'nobody:100000:65536' | sudo tee -a /etc/subuid /etc/subgid");
  });
});
