/** The address of what a request to the service has asked of providers, for whoever may see the page. */
export const activityLink = (requestId: string): string =>
  `/admin?${new URLSearchParams({ tab: 'activity', requestId }).toString()}`;
