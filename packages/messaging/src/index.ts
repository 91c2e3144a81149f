export { ConfigError, readConfig, serviceConfigShape, type ServiceConfig } from './service.config.js';
export { MessageTooLarge, Publisher } from './publisher.js';
export { Requester } from './requester.js';
export { AutomationVersions } from './automation-versions.js';
export { checkHealth, HEALTH_PROBES, type HealthProbe } from './health.js';
export { connectBus, type Bus } from './bus.js';
export { createStreams, waitForStreams } from './streams.js';
export { startService, type RunningService, type ServiceDefinition } from './start-service.js';
export { Answers, BatchStep, Step, type BatchOptions, type BatchContext, type StepOptions } from './step.js';
