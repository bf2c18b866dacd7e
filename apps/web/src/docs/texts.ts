export const texts = {
  example: 'Example',
  introduction: 'Introduction',
  openAuthorization: 'Open the authorization page',
  requestBody: 'Request body',
  streamCut: (seconds: number) => `: this page shows the first ${seconds} seconds of the stream\n`,
};
