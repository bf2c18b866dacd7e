export const texts = {
  openAuthorization: 'Open the authorization page',
  streamCut: (seconds: number) => `: this page shows the first ${seconds} seconds of the stream\n`,
};
