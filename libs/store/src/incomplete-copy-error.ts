/** A file that was copied while a process wrote to it lacks records, without an error when it is read. */
export class IncompleteCopyError extends Error {
  override readonly name = 'IncompleteCopyError';
}
