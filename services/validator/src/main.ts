/** Runs the validator. */
import { systemClock } from '@vedong/runtime/clock';
import { ConfigError } from '@vedong/runtime/config';
import { createLog } from '@vedong/runtime/log';
import { listen, runService } from '@vedong/runtime/service';
import { createValidator } from './app.ts';
import { readValidatorConfig, type ValidatorConfig } from './config.ts';

const config = readConfigOrExit();
const log = createLog('validator', config.LOG_LEVEL);
await runService(log, async () => {
  const { app, close } = await createValidator(config, systemClock, log);
  const server = await listen(app, config.HOST, config.PORT);
  return { server, close: async () => close() };
});

function readConfigOrExit(): ValidatorConfig {
  try {
    return readValidatorConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return process.exit(1);
  }
}
