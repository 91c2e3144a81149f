import { describe, expect, it } from '@jest/globals';
import { EnvironmentProblems, readSettings } from './environment.ts';

function problemsOf(env: Record<string, string>, args: string[] = []): string {
  try {
    readSettings(env, args);
  } catch (error) {
    if (error instanceof EnvironmentProblems) return error.message;
    throw error;
  }
  return '';
}

describe('the environment of npm start', () => {
  it('needs nothing: every part is embedded', () => {
    expect(readSettings({ PATH: '/bin' }, ['--once'])).toMatchObject({ once: true, ses: undefined, natsUrl: undefined, logsDbUrl: undefined, natsPrefix: undefined });
  });

  it.each(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE', 'SES_ACCESS_KEY', 'SES_SECRET_KEY'])(
    'is refused with %s and no SES_ENDPOINT, in Korean and English and without the value',
    (name) => {
      const message = problemsOf({ [name]: 'the-value' });
      expect(message).toMatch(/거부합니다/);
      expect(message).toMatch(/refuses to start beside real credentials/);
      expect(message).toContain(`unset ${name}`);
      expect(message).not.toContain('the-value');
    },
  );

  it.each(['https://email.ap-northeast-2.amazonaws.com', 'http://127.0.0.1@evil.example', 'http://localhost.evil.example', 'http://0.0.0.0:8005', 'http://10.0.0.7', 'http://127.0.0.1.evil.example'])(
    'is refused with SES_ENDPOINT=%s, which is not this machine',
    (endpoint) => {
      expect(problemsOf({ SES_ENDPOINT: endpoint })).toMatch(/보내지 않습니다[\s\S]*sends to nothing but this machine/);
    },
  );

  it.each(['http://127.0.0.1:8005', 'http://localhost:1', 'http://[::1]:8005', 'http://0x7f.1:8005'])('takes the local emulator at %s, even beside credentials', (endpoint) => {
    expect(readSettings({ SES_ENDPOINT: endpoint, AWS_PROFILE: 'work' }, []).ses?.endpoint).toBe(endpoint);
  });

  it('never hands credentials of AWS on to a service', () => {
    const { inherited } = readSettings({ SES_ENDPOINT: 'http://127.0.0.1:1', AWS_PROFILE: 'work', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', TZ: 'Asia/Seoul' }, []);
    expect(inherited).toEqual({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', TZ: 'Asia/Seoul' });
  });

  it('reaches the demo customer as PostgreSQL unless told otherwise', () => {
    expect([readSettings({}, []).source, readSettings({}, ['--once', '--source=oracle-net']).source, readSettings({}, ['--source=postgres']).source]).toEqual(['postgres', 'oracle-net', 'postgres']);
    expect(problemsOf({}, ['--source=oracle'])).toContain('argument --source=oracle: is not known; there are only --once, --source=postgres, --source=oracle-net');
  });

  it('says all its problems in one message', () => {
    const message = problemsOf(
      { LOGS_DB_URL: 'mysql://x', NATS_URL: 'nowhere', FILE_ROOT_PATH: '/does/not/exist', PORT: '70000', TANK_REPLICAS: 'sender=0,mailer=2', TANK_STATE_DIR: 'relative', SES_ENDPOINT: 'https://email.us-east-1.amazonaws.com' },
      ['--onse'],
    );
    for (const name of ['LOGS_DB_URL', 'NATS_URL', 'FILE_ROOT_PATH', 'PORT', 'TANK_STATE_DIR', 'sender=0', 'mailer=2', 'SES_ENDPOINT', '--onse']) expect(message).toContain(name);
  });

  it('reads how many of each service to start', () => {
    expect(readSettings({ TANK_REPLICAS: 'sender=3, renderer=2' }, []).replicas).toEqual({ scheduler: 1, dbio: 1, attachment: 1, renderer: 2, sender: 3, logs: 1, gateway: 1 });
  });

  it('takes a folder for its state that is there or not yet, but no file', () => {
    expect(readSettings({ TANK_STATE_DIR: '/not/there/yet' }, []).stateDir).toBe('/not/there/yet');
    expect(readSettings({ TANK_STATE_DIR: import.meta.dirname }, []).stateDir).toBe(import.meta.dirname);
    expect(problemsOf({ TANK_STATE_DIR: import.meta.filename })).toContain('TANK_STATE_DIR: is not the absolute path of a folder');
  });

  it('takes an administrator, or has one made', () => {
    expect(readSettings({}, []).administrator).toEqual({ name: 'admin', password: undefined });
    expect(readSettings({ ADMIN_NAME: 'kim', ADMIN_PASSWORD: 'a long enough one' }, []).administrator).toEqual({ name: 'kim', password: 'a long enough one' });
    expect(problemsOf({ ADMIN_PASSWORD: 'short' })).toContain('ADMIN_PASSWORD: has less than 12 characters');
  });

  it('takes an empty variable for an absent one', () => {
    expect(readSettings({ NATS_URL: '', AWS_PROFILE: '' }, []).natsUrl).toBeUndefined();
  });
});
