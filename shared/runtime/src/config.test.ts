import { expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, portVariable, readConfig, secretVariable, serverVariables } from './config.ts';

const schema = z.object({ ...serverVariables, PORT: portVariable(8080), SECRET: secretVariable });

it('fills in defaults and freezes the result', () => {
  const config = readConfig(schema, { SECRET: 's'.repeat(32) });
  expect(config).toMatchObject({ HOST: '127.0.0.1', PORT: 8080, DEMO: false, SERVICE_DAY_START_HOUR: 3 });
  expect(Object.isFrozen(config)).toBe(true);
});

it('names every variable at fault at once and never shows its value', () => {
  const read = () => readConfig(schema, { PORT: '99999', SECRET: 'short-secret', TIME_ZONE: 'Mars/Base' });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(/TIME_ZONE[^]*PORT[^]*SECRET/);
  expect(read).not.toThrow(/short-secret/);
});
