/**
 * SQLSTATE classes of a database that cannot answer now: connection, a standby, log-in, no such database, a lost race,
 * resources, a lock or a state that passes, cancelled or shutting down. None of them is the statement's fault.
 */
const PASSING = /^(08|25006|28|3D|40|53|55|57)/;
/** ECONNREFUSED, EAI_AGAIN …: errors of the socket. ERR_… are mistakes in how Node was called. */
const SOCKET = /^E(?!RR_)[A-Z_]+$/;
/** pg's own sentences for a connection that ended or never came, which have no code. */
const DRIVER = /connection terminated|timeout exceeded when trying to connect|connection timeout|timeout expired|query read timeout|not queryable/i;

/** Whether the same statement may succeed later: a mail then waits and does not fail. */
export function isDatabaseAway(error: unknown): boolean {
  const { code = '', message = '', severity, errors } = driverErrorOf(error);
  if (errors?.length) return errors.every(isDatabaseAway); // one error for each address of the host
  if (severity !== undefined) return PASSING.test(code); // the server's own words may quote anything
  return SOCKET.test(code) || DRIVER.test(message);
}

/** By their fields and not their class: TypeORM wraps what pg throws, and may bring a pg of its own. */
interface Thrown {
  code?: string;
  message?: string;
  severity?: string;
  errors?: unknown[];
  driverError?: Thrown;
}

function driverErrorOf(error: unknown): Thrown {
  const thrown = (error ?? {}) as Thrown;
  return thrown.driverError ?? thrown;
}
