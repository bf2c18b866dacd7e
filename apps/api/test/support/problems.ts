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
  });
}
