import { UpstreamError } from '@causeway/http-client';

/** `null` where the provider says that there is no such thing. What fails for another reason tells nothing of it. */
export async function nullIfGone<T>(
  load: () => Promise<T>,
  isGone: (error: UpstreamError) => boolean = ({ reason }) => reason === 'missing',
): Promise<T | null> {
  try {
    return await load();
  } catch (error) {
    if (error instanceof UpstreamError && isGone(error)) return null;
    throw error;
  }
}
