/** `{ error, response }` of a call that has to have failed in this way and no other. */
export function expectProblem(
  { error, response }: { error?: unknown; response: Response },
  slug: string,
  status: number,
): void {
  expect({ status: response.status, slug: (error as { slug?: string } | undefined)?.slug }).toEqual({ status, slug });
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json\b/);
  expect(error).toMatchObject({
    type: `urn:causeway:problem:${slug}`,
    status,
    slug,
    title: expect.any(String),
    detail: expect.any(String),
    requestId: response.headers.get('x-request-id'),
  });
}

/** The problem that a callback page tells about. */
export function slugOf({ message }: { message: { problem?: unknown } | undefined }): string | undefined {
  const problem = message?.problem;
  return typeof problem === 'object' ? (problem as { slug?: string }).slug : (problem as string | undefined);
}

export function expectFailed(
  outcome: { status: number; message: { type: string; problem?: unknown } | undefined },
  slug: string,
  status: number,
): void {
  expect({ status: outcome.status, type: outcome.message?.type, slug: slugOf(outcome) }).toEqual({
    status,
    type: 'failed',
    slug,
  });
}

/** Seconds until the same call may work: in the header, and the same in the problem. */
export function retryAfterOf({ response, error }: { response: Response; error?: unknown }): number {
  const seconds = Number(response.headers.get('retry-after'));
  expect((error as { retryAfter?: number }).retryAfter).toBe(seconds);
  return seconds;
}
